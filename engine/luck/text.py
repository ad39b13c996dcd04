"""A verdict -> lines of plain text for a terminal."""

from __future__ import annotations

from ..diagnostics.fold import fold
from .verdict import Line, Outcome, Verdict

WIDTH = 100
"""Columns at most: longer lines are hard to read."""
_MARKS = {Outcome.PASS: "pass", Outcome.FAIL: "FAIL", Outcome.UNKNOWN: "?"}


def verdict_text(verdict: Verdict, columns: int | None = None) -> str:
    """The question, a paragraph per line of the verdict, and the answer, in lines of at most `columns`."""
    width = min(columns or WIDTH, WIDTH)
    parts = ["Is it luck?"]
    for line in verdict.lines:
        parts.append(f"  {_MARKS[line.outcome]:<5} {line.title:<22} {_figure(line)}")
        parts.append(_paragraph(line.words, width))
    parts.append(_reality(verdict, width))
    return "\n".join([*filter(None, parts), fold(verdict.words, width)]) + "\n"


def _paragraph(words: str, width: int) -> str:
    return "\n".join(f"{'':8}{line}" for line in fold(words, max(width - 8, 20)).split("\n"))


def _figure(line: Line) -> str:
    found = "unknown" if line.figure is None else f"{line.figure:.2f}"
    return f"{found} (needs {'at most' if line.at_most else 'at least'} {line.threshold:g})"


def _reality(verdict: Verdict, width: int) -> str:
    found = verdict.evidence.reality
    if found is None:
        return ""
    head = f"  {'':<5} {'Reality check':<22} {found.p_value:.2f} (for comparison)"
    words = (
        f"Had no trial any skill, the best of them would look this good in {found.p_value * 100:.1f} % of "
        f"{found.runs:,} redrawn pasts (White; {found.superior * 100:.1f} % by Hansen's sharper test)."
    )
    return f"{head}\n{_paragraph(words, width)}"
