"""A comparison -> words: tables in the terminal, or Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from .comparison import Comparison, grids_of
from .grids import Grid
from .spark import sparkline
from .text import beside, console_on, plain

SPARK = 40


def print_comparison(comparison: Comparison, file: IO[str] | None = None, width: int | None = None) -> None:
    """Print to `file` (standard output by default)."""
    from rich.text import Text

    console = console_on(file, width)
    widest = max(len(name) for name in comparison.names)
    for run, curve in zip(comparison.runs, comparison.curves, strict=True):
        line = sparkline(curve.equity, SPARK, console.options.ascii_only)
        named = "" if run.record["strategy"] == run.name else f"  {run.record['strategy']}"
        console.print(Text(plain(f"{run.name:<{widest}}  {line}{named}", console)))
    for grid in grids_of(comparison):
        for part in beside(grid):
            console.print(part)
    if comparison.warnings:
        console.print("")
    for warning in comparison.warnings:
        console.print(Text(plain(f"Warning: {warning}", console), style="yellow"))


def as_markdown(comparison: Comparison) -> str:
    """Tables in GitHub's Markdown."""
    lines = ["# Comparison of runs", ""]
    lines += [f"> **Warning:** {_escaped(warning)}" + "\n>" for warning in comparison.warnings]
    for grid in grids_of(comparison):
        lines += ["", f"## {_escaped(grid.name)}", "", *_table(grid)]
    return "\n".join(lines) + "\n"


def _table(grid: Grid) -> list[str]:
    rule = "| --- |" + " ---: |" * len(grid.heads)
    return [_row(["", *grid.heads]), rule, *(_row(row) for row in grid.rows)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_escaped(cell) for cell in cells) + " |"


def _escaped(text: str) -> str:
    """A name from a file as words, not as markup."""
    plain_ = " ".join(text.split())
    for char in "\\`*_[]|<>#":
        plain_ = plain_.replace(char, f"\\{char}" if char not in "<>" else {"<": "&lt;", ">": "&gt;"}[char])
    return plain_
