"""Collects diagnostics while a document is checked, so that every mistake is told at once."""

from __future__ import annotations

from collections.abc import Sequence

from .diagnostic import Diagnostic, Severity, Span

_NOWHERE = Span(0, 0, 0, 0)


class Report:
    """All diagnostics about one file; `lines` are the file's lines, for the caret."""

    def __init__(self, path: str | None = None, lines: Sequence[str] = ()) -> None:
        self.path = path
        self._lines = lines
        self._found: dict[Diagnostic, None] = {}
        self._unshown: set[int] = set()

    def error(self, code: str, message: str, span: Span | None = None, help: str | None = None) -> None:
        self._add(code, message, span, help, Severity.ERROR)

    def warning(self, code: str, message: str, span: Span | None = None, help: str | None = None) -> None:
        self._add(code, message, span, help, Severity.WARNING)

    def info(self, code: str, message: str, span: Span | None = None, help: str | None = None) -> None:
        self._add(code, message, span, help, Severity.INFO)

    def hidden(self, code: str, message: str, span: Span, last: int, help: str | None = None) -> None:
        """An error about a secret: no line from its own to `last` is shown, whatever else is said of it later."""
        self._unshown.update(range(span.line, last + 1))
        self.error(code, message, span, help)

    def _add(self, code: str, message: str, span: Span | None, help_: str | None, severity: Severity) -> None:
        shown = span is not None and span.line <= len(self._lines) and span.line not in self._unshown
        line = self._lines[span.line - 1] if span is not None and shown else None
        self._found[Diagnostic(code, message, self.path, span, help_, severity, line)] = None

    @property
    def count(self) -> int:
        return len(self._found)

    @property
    def failed(self) -> bool:
        return any(d.severity is Severity.ERROR for d in self._found)

    def diagnostics(self) -> list[Diagnostic]:
        """Everything found, once each, sorted by position."""
        return sorted(self._found, key=self.order)

    @staticmethod
    def order(diagnostic: Diagnostic) -> tuple[Span, str, str]:
        """What diagnostics about one file are sorted by."""
        return diagnostic.span or _NOWHERE, diagnostic.code, diagnostic.message
