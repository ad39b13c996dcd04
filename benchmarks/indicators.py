"""What every indicator costs: live, in bulk and interpreted, beside TA-Lib and talipp in one run.

`python benchmarks/indicators.py [WORD …] [--json OUT] [--write]` with stratrun and requirements/indicators.txt
installed. `--write` puts the table into README.md. Times are minima; nothing here is a timed test.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from indicator_peers import TALIPP_FIELD, Call, talib_run, talipp_made
from indicator_table import table, written
from rich.progress import track

from stratrun.engine.diagnostics.report import Report
from stratrun.engine.graph.compile import compile_terms
from stratrun.engine.graph.plan import Plan
from stratrun.engine.graph.runtime import Runtime
from stratrun.engine.indicators import entries
from stratrun.engine.indicators.catalogue import Indicator, InputKind
from stratrun.engine.language.resolve.resolver import Resolver
from stratrun.engine.language.scope import Scope
from stratrun.engine.language.text import Text
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.sample import sample_candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.reference.calls import call
from stratrun.engine.reference.settings import defaults

HERE = Path(__file__).parent
HOUR = Timeframe.parse("1h")
BULK, SLOW_BULK, INTERPRETED, LIVE, BEFORE = 100_000, 5_000, 3_000, 1_000, 500
"""Candles in bulk as machine code, the same for entries made of Python, interpreted, one by one, and before those."""
PIECE, SMALL = 25_000, 250
"""Candles timed at once as machine code, and interpreted: short, so that other work seldom comes between."""
PATIENCE = 1.0
"""Seconds after which a measurement is not repeated."""
FIELDS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True)
class Row:
    """Microseconds a candle live, nanoseconds a candle in bulk; None where a peer has none.

    `talib_differs` and `talipp_differs` say that the peer's first value is another one on some of the last 1,000
    candles, by more than a millionth: it follows another definition.
    """

    family: str
    name: str
    live_us: float
    bulk_ns: float
    interpreted_ns: float
    talib_ns: float | None
    talib_differs: bool | None
    talipp_us: float | None
    talipp_differs: bool | None


def main() -> None:
    arguments = _arguments()
    candles = sample_candles("BTC/USDT", HOUR, 0, BULK)
    chosen = [e for e in entries() if not arguments.words or any(word in e.name for word in arguments.words)]
    load = os.getloadavg()[0]
    rows = [measure(entry, candles) for entry in track(chosen, "indicators", transient=True)]
    found = {"about": _about(load, candles), "rows": [asdict(row) for row in rows]}
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    text = table(found)
    print(text)
    if arguments.write:
        readme = HERE / "README.md"
        readme.write_text(written(readme.read_text("utf-8"), text), "utf-8", newline="\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="WORD", help="only entries whose name holds one of these words")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write every figure to OUT")
    parser.add_argument("--write", action="store_true", help="write the table into README.md")
    arguments = parser.parse_args()
    if arguments.write and arguments.words:
        parser.error("--write needs every entry: leave the words out")
    return arguments


def _about(load: float, candles: Candles) -> dict[str, Any]:
    """Where and how it was measured; `empty_us` is what the graph itself costs a candle live."""
    names = ("stratrun", "numpy", "numba", "talipp", "TA-Lib")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": [round(load, 1), round(os.getloadavg()[0], 1)],
        "versions": {name: _version(name) for name in names},
        "empty_us": _live(_plan("close"), candles),
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def measure(entry: Indicator, candles: Candles) -> Row:
    """One entry with its defaults, and its peers."""
    values = defaults(entry)
    plan = _plan(call(entry, values))
    rows = BULK if entry.kernel else SLOW_BULK
    given = candles.rows(0, rows)
    column, bulk = _bulk(plan, given, PIECE if entry.kernel else SMALL, machine_code=True)
    talib = talib_run(entry, values, {name: getattr(candles, name) for name in FIELDS})
    part = talib_run(entry, values, {name: getattr(candles, name)[-PIECE:] for name in FIELDS})
    talipp = talipp_made(entry, values)
    ours = column[:, 0]
    theirs = None if talipp is None else _talipp(entry, talipp, candles)
    return Row(
        entry.family, entry.name, _live(plan, candles), bulk,
        _bulk(plan, candles.rows(0, INTERPRETED), SMALL, machine_code=False)[1],
        None if part is None else _least(part[0]) / PIECE * 1e9,
        None if talib is None else _differs(_compared(entry, talib[1], column), _output(entry, talib)[:rows]),
        None if theirs is None else theirs[1],
        None if theirs is None else _differs(ours[: BEFORE + LIVE], theirs[0]),
    )  # fmt: skip


def _plan(expression: str) -> Plan:
    report = Report("<expression>", [expression])
    terms = Resolver(Scope(HOUR, {}), report).value(Text(expression))
    assert terms, report.diagnostics()
    return compile_terms(terms, HOUR)


def _bulk(plan: Plan, candles: Candles, piece: int, machine_code: bool) -> tuple[Any, float]:
    """The outputs as columns of floats, and nanoseconds a candle: the least of all pieces of up to four passes."""
    Runtime(plan, piece, machine_code).extend(candles.rows(0, 10))
    best, spent, parts = float("inf"), 0.0, []
    for _ in range(4):
        runtime, parts = Runtime(plan, piece, machine_code), []
        for at in range(0, len(candles), piece):
            part = candles.rows(at, min(at + piece, len(candles)))
            start = time.perf_counter()
            rows = runtime.extend(part)
            took = time.perf_counter() - start
            best, spent = min(best, took / rows), spent + took
            parts.append(np.column_stack([runtime.root(name)[:rows].astype(float) for name in plan.roots]))
        if spent > PATIENCE:
            break
    return np.concatenate(parts), best * 1e9


def _live(plan: Plan, candles: Candles) -> float:
    """Microseconds a candle, one at a time, interpreted: the best of ten stretches."""
    runtime = Runtime(plan, 1, machine_code=False)
    ones = [candles.rows(k, k + 1) for k in range(BEFORE + LIVE)]
    for one in ones[:BEFORE]:
        runtime.extend(one)
    return _stretches(runtime.extend, ones[BEFORE:])


def _talipp(entry: Indicator, made: Any, candles: Candles) -> tuple[Any, float]:
    """The first value of every candle, and microseconds a candle as in `_live`."""
    from talipp.ohlcv import OHLCV

    series = entry.inputs[0].kind is InputKind.SERIES
    name = entry.inputs[0].default or "close"
    try:
        rows = zip(*(getattr(candles, field)[: BEFORE + LIVE].tolist() for field in FIELDS), strict=True)
        whole = [OHLCV(*row) for row in rows]
        values = [getattr(candle, name, candle) for candle in whole] if series and _plain(made) else whole
        for value in values[:BEFORE]:
            made.add(value)
        cost = _stretches(made.add, values[BEFORE:])
    except ArithmeticError:
        return np.full(BEFORE + LIVE, np.nan), float("nan")
    return np.array([_first(value, TALIPP_FIELD.get(entry.name)) for value in made]), cost


def _plain(made: Any) -> bool:
    """Whether a talipp indicator is fed numbers rather than candles."""
    from talipp.indicators.Indicator import Indicator as Base
    from talipp.ohlcv import OHLCV

    assert isinstance(made, Base)
    hint = str(type(made).__init__.__annotations__.get("input_values", ""))
    return OHLCV.__name__ not in hint


def _first(value: Any, field: str | None) -> float:
    """The part of a value that compares, NaN for none."""
    if value is None:
        return float("nan")
    if isinstance(value, float | int):
        return float(value)
    part = getattr(value, field or next(iter(value.__dataclass_fields__)))
    return float("nan") if part is None else float(part)


def _stretches(step: Callable[[Any], Any], items: list[Any]) -> float:
    size = len(items) // 10
    best = float("inf")
    for at in range(0, len(items), size):
        start = time.perf_counter()
        for item in items[at : at + size]:
            step(item)
        best = min(best, (time.perf_counter() - start) / size)
    return best * 1e6


def _least(run: Callable[[], Any]) -> float:
    """The least seconds of some runs, fewer where they take long."""
    best, spent = float("inf"), 0.0
    for _ in range(20):
        start = time.perf_counter()
        run()
        took = time.perf_counter() - start
        best, spent = min(best, took), spent + took
        if spent > PATIENCE:
            break
    return best


def _output(entry: Indicator, talib: tuple[Callable[[], Any], Call]) -> Any:
    """TA-Lib's column that compares; of a pattern's -100, 0 and 100, whether ours ought to be true."""
    from talib import abstract

    run, described = talib
    found = run()
    if isinstance(found, list):
        name = described.compare[1]
        found = found[abstract.Function(described.function).output_names.index(name) if name else 0]
    if entry.outputs[0].dimension == "condition":
        return (found > 0 if entry.outputs[0].name == "bull" else found != 0).astype(float)
    return np.asarray(found, float)


def _compared(entry: Indicator, described: Call, columns: Any) -> Any:
    names = [output.name for output in entry.outputs]
    return columns[:, names.index(described.compare[0]) if described.compare[0] else 0]


def _differs(ours: Any, theirs: Any) -> bool:
    ours, theirs = ours[-1_000:], theirs[-1_000:]
    scale = np.nanmax(np.abs(theirs), initial=0.0)
    return not bool(np.allclose(ours, theirs, rtol=1e-6, atol=1e-6 * scale, equal_nan=True))


if __name__ == "__main__":
    main()
