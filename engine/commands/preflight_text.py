"""The table of checks before a start, for people."""

from __future__ import annotations

import click

from ..diagnostics.fold import fold
from ..run.preflight.check import Check, Preflight, Verdict

_COLOURS = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.FAIL: "red", Verdict.SKIPPED: "bright_black"}


def preflight_text(found: Preflight, columns: int | None = None) -> str:
    """A line a check, what to do about it beneath, folded to `columns`; click takes the colours out where nobody sees
    them."""
    width = max((len(check.name) for check in found.checks), default=0)
    lines = [line for check in found.checks for line in _lines(check, width, columns)]
    return "\n".join([*lines, _verdict(found)])


def _lines(check: Check, width: int, columns: int | None) -> list[str]:
    mark = f"{check.verdict:<7}"
    first = fold(f"{mark}  {check.name:<{width}}  {check.words}", columns)
    lines = [click.style(mark, fg=_COLOURS[check.verdict]) + first[len(mark) :]]
    if check.mend and check.verdict in (Verdict.WARN, Verdict.FAIL):
        lines.append(fold(f"{'':7}  {'':<{width}}  -> {check.mend}", columns))
    return lines


def _verdict(found: Preflight) -> str:
    warned = sum(check.verdict is Verdict.WARN for check in found.checks)
    if found.ready:
        return f"Ready{f', with {warned} warning{_s(warned)}' if warned else ''}."
    count = len(found.failed)
    return f"Not ready: {count} check{_s(count)} failed."


def _s(count: int) -> str:
    return "" if count == 1 else "s"
