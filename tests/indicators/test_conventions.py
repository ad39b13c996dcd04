"""docs/explanation/conventions.md states how closely the catalogue agrees with others: measured here, and held to it.

`STRATRUN_WRITE_CONVENTIONS=1 pytest tests/indicators/test_conventions.py` writes the figures into the page anew.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from stratrun.engine.indicators import CATALOGUE

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "explanation" / "conventions.md"
WRITES = bool(os.environ.get("STRATRUN_WRITE_CONVENTIONS"))
Columns = dict[str, Any]
Run = Callable[..., Columns]


def beside(name: str) -> ModuleType:
    """A test module of this folder, for its cases, its comparison and its fixtures."""
    spec = importlib.util.spec_from_file_location(f"conventions_{name}", HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TRADINGVIEW, TALIB = beside("test_tradingview"), beside("test_talib")
exports, oracle = TRADINGVIEW.exports, TALIB.oracle


def once(run: Run) -> Run:
    """The run of one case, kept: the columns are the same at each tolerance."""
    kept: list[Columns] = []

    def first(*arguments: Any) -> Columns:
        if not kept:
            kept.append(run(*arguments))
        return kept[0]

    return first


def agreement(differ: Callable[[float], Any]) -> float:
    """The least power of ten that every row agrees to, 0 where all are the very same numbers."""
    return next(bound for bound in (0.0, *(10.0**-k for k in range(16, 5, -1))) if not len(differ(bound)))


def our_call(case: Any) -> str:
    entry = CATALOGUE[case.name]
    output = f".{case.output}" if case.output and len(entry.outputs) > 1 else ""
    given = ", ".join(f"{name} = {value:g}" for name, value in case.values.items())
    return f"`{case.name}({given}){output}`"


def tradingview_rows(read: Any, run: Run) -> list[tuple[str, str, str, float]]:
    """Ours, TradingView's call, rows that are known there, agreement."""
    found = []
    for case in TRADINGVIEW.CASES:
        columns, table = read(case.file)
        kept = once(run)
        bound = agreement(lambda t, c=case, a=columns, b=table, r=kept: TRADINGVIEW.differences(c, a, b, r, t))
        known = int((~np.isnan(table[case.column][case.first or 0 :])).sum())
        found.append((our_call(case), f"`{case.column.replace('&quot;', chr(34))}`", str(known), bound))
    return found


def talib_rows(golden: tuple[Columns, Columns], run: Run) -> list[tuple[str, str, str, float]]:
    """Ours, TA-Lib's column, the row from which both agree as the case asks, agreement from the case's row on."""
    columns, table = golden
    found = []
    for case in TALIB.CASES:
        kept = once(run)
        whole = TALIB.differences(case._replace(after=0), columns, table, kept)
        first = int(np.flatnonzero(~np.isnan(table[case.column].astype(float)))[0])
        begin = f"{first}" if not len(whole) else f"{int(whole[-1]) + 1} (TA-Lib begins at {first})"
        bound = agreement(lambda t, c=case, r=kept: TALIB.differences(c._replace(tolerance=t), columns, table, r))
        found.append((our_call(case), f"`{case.column}`", begin, bound))
    return found


def put(text: str, mark: str, body: str) -> str:
    """The page with `body` between its marks."""
    begin, end = f"<!-- {mark}: written by tests/indicators/test_conventions.py -->", f"<!-- {mark}: end -->"
    written, count = re.subn(f"{begin}.*?{end}", lambda _: f"{begin}\n\n{body}\n\n{end}", text, flags=re.DOTALL)
    assert count == 1
    return written


def table(heads: tuple[str, ...], rows: list[tuple[str, str, str, float]]) -> str:
    lines = [heads, ("---",) * len(heads), *((*row[:3], f"{row[3]:.0e}" if row[3] else "equal") for row in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)


def check(mark: str, heads: tuple[str, ...], rows: list[tuple[str, str, str, float]]) -> None:
    """The page names every comparison, and no agreement is worse than it says."""
    text = PAGE.read_text("utf-8")
    written = put(text, mark, table(heads, rows))
    if WRITES:
        PAGE.write_text(written, "utf-8", newline="\n")
        return
    measured, stated = table_of(written, mark), table_of(text, mark)
    assert [row[:2] for row in stated] == [row[:2] for row in measured]
    for told, found in zip(stated, measured, strict=True):
        assert number(found[3]) <= number(told[3]), f"{told} is measured as {found}"
        assert abs(number(found[2]) - number(told[2])) <= 2, f"{told} is measured as {found}"


def table_of(text: str, mark: str) -> list[list[str]]:
    part = text.partition(f"<!-- {mark}:")[2].partition(f"<!-- {mark}: end")[0]
    return [re.split(r"(?<!\\)\|", line.strip("| "))[:] for line in part.splitlines() if line.startswith("| `")]


def number(cell: str) -> float:
    return 0.0 if cell.strip() == "equal" else float(cell.split()[0])


def test_agreement_with_tradingview_is_as_stated(exports: Any, run: Run) -> None:
    """Each column of the exports agrees at least as closely as the page says."""
    check("tradingview", ("ours", "TradingView's", "rows", "agrees to"), tradingview_rows(exports, run))


def test_agreement_with_talib_is_as_stated(oracle: Any, run: Run) -> None:
    """Each column of TA-Lib agrees from the stated row on, at least as closely as the page says."""
    check("talib", ("ours", "TA-Lib's", "from row", "agrees to"), talib_rows(oracle, run))


def test_columns_of_talib_without_an_entry_are_named(oracle: Any) -> None:
    """The page names every column of TA-Lib that no comparison and no pattern stands for: none is left out silently."""
    patterns = {alias.upper() for alias in CATALOGUE if alias.startswith("cdl")}
    left = sorted(set(oracle[1]) - {case.column for case in TALIB.CASES} - patterns)
    text = PAGE.read_text("utf-8")
    written = put(text, "without", ", ".join(f"`{name}`" for name in left) or "None.")
    if WRITES:
        PAGE.write_text(written, "utf-8", newline="\n")
    else:
        named = text.partition("<!-- without:")[2].partition("<!-- without: end")[0]
        assert [name for name in left if f"`{name}`" not in named] == []


def test_the_page_names_entries_that_exist() -> None:
    """Every call in the page's tables is of an entry, with its own parameters and outputs."""
    for name, given, output in re.findall(r"^\| `(\w+)\(([^)]*)\)(?:\.(\w+))?`", PAGE.read_text("utf-8"), re.MULTILINE):
        entry = CATALOGUE[name]
        words = set(re.findall(r"(\w+) =", given))
        assert words <= {p.name for p in entry.parameters}
        assert not output or output in {o.name for o in entry.outputs}
