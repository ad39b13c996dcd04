"""The figures of benchmarks/indicators.py in, a table of Markdown out, and its place in the README."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Mapping
from typing import Any

BEGIN, END = "<!-- indicators: written by indicators.py --write -->", "<!-- indicators: end -->"
HEADS = ("entry", "live us", "talipp us", "ratio", "bulk ns", "TA-Lib ns", "ratio", "interpreted ns")
Figures = Mapping[str, Any]


def table(found: Figures) -> str:
    """One line an entry, by family and name, below what was measured and the middle of it all."""
    about, rows = found["about"], sorted(found["rows"], key=lambda row: (row["family"], row["name"]))
    lines = [HEADS, ["---", *["--:"] * (len(HEADS) - 1)]]
    for row in rows:
        lines.append([
            row["name"], _figure(row["live_us"]), _figure(row["talipp_us"], row["talipp_differs"]),
            _ratio(row["live_us"], row["talipp_us"]), _figure(row["bulk_ns"]),
            _figure(row["talib_ns"], row["talib_differs"]), _ratio(row["bulk_ns"], row["talib_ns"]),
            _figure(row["interpreted_ns"]),
        ])  # fmt: skip
    body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"{_words(about)}\n\n{_middle(rows)}\n\n{body}"


def _words(about: Figures) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items() if number)
    return (
        f"Measured on {about['date']}: Python {about['python']}, {versions}; {about['cores']} cores, load "
        f"{about['load'][0]} at the beginning and {about['load'][1]} at the end. The graph alone costs "
        f"{about['empty_us']:.1f} us a candle live, which is part of every figure in the first column."
    )


def _middle(rows: Iterable[Figures]) -> str:
    def middle(pairs: list[tuple[float, float]]) -> str:
        quicker = sum(ours < theirs for ours, theirs in pairs)
        return f"{statistics.median(a / b for a, b in pairs):.2f} ({quicker} of {len(pairs)} are quicker)"

    rows = list(rows)
    live = [(r["live_us"], r["talipp_us"]) for r in rows if r["talipp_us"] and r["talipp_us"] == r["talipp_us"]]
    bulk = [(r["bulk_ns"], r["talib_ns"]) for r in rows if r["talib_ns"]]
    slowest = sorted(rows, key=lambda r: -r["live_us"])[:3]
    dearest = ", ".join(f"{r['name']} ({r['live_us']:.0f} us)" for r in slowest)
    return (
        f"{len(rows)} entries: the median live is {statistics.median(r['live_us'] for r in rows):.1f} us, in bulk "
        f"{statistics.median(r['bulk_ns'] for r in rows):.0f} ns a candle. The median ratio to talipp is "
        f"{middle(live) if live else '-'}, to TA-Lib {middle(bulk) if bulk else '-'}. The dearest live are "
        f"{dearest}."
    )


def _figure(value: float | None, differs: bool | None = None) -> str:
    if value is None or value != value:
        return ""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}{' ≠' if differs else ''}"


def _ratio(ours: float, theirs: float | None) -> str:
    return f"{ours / theirs:.2f}" if theirs and theirs == theirs else ""


def written(readme: str, text: str) -> str:
    """The README with the table between its marks. Raises ValueError where they are missing."""
    found = re.subn(f"{BEGIN}.*?{END}", lambda _: f"{BEGIN}\n\n{text}\n\n{END}", readme, flags=re.DOTALL)
    if found[1] != 1:
        raise ValueError(f"README.md needs the marks {BEGIN} and {END} once")
    return found[0]
