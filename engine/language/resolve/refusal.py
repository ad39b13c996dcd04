"""How the inner rules of meaning say no: raised by them, reported with its place on the ascent through the tree."""

from __future__ import annotations

from ...diagnostics.report import Report
from ..expression.codes import Code
from ..text import Text


class Refusal(Exception):  # noqa: N818 - control flow inside this room, never seen outside
    """One mistake; without `start` and `end` it is about the whole node being resolved."""

    def __init__(
        self, code: Code, message: str, help_: str | None = None, start: int | None = None, end: int | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help_
        self.start = start
        self.end = end

    def at(self, start: int, end: int) -> Refusal:
        """The same, about `start..end` unless it knows its place already."""
        if self.start is not None and self.end is not None:
            return self
        return Refusal(self.code, self.message, self.help, start, end)

    def report(self, report: Report, text: Text) -> None:
        start = 0 if self.start is None else self.start
        end = len(text.value) if self.end is None else self.end
        report.error(self.code, self.message, text.span(start, end), self.help)
