"""Collects diagnostics while a document is checked, so that every mistake is told at once."""

from __future__ import annotations

from collections.abc import Sequence

from .diagnostic import Diagnostic, DocumentError, Severity, Span

MOST = 200
"""Errors about one file that are told; each costs a look at what may have been meant."""
MOST_REPEATED = 1_000
"""Errors that are found in it: aliases find the same one again and again."""
ENOUGH = "SR019"
_NOWHERE = Span(0, 0, 0, 0)


class EnoughError(DocumentError):
    """More errors were found than are told: who checks the document stops here, with what the report holds."""


class Report:
    """All diagnostics about one file; `lines` are the file's lines, for the caret. Raises EnoughError at too many."""

    def __init__(self, path: str | None = None, lines: Sequence[str] = ()) -> None:
        self.path = path
        self._lines = lines
        self._found: dict[Diagnostic, None] = {}
        self._unshown: set[int] = set()
        self._errors: set[Diagnostic] = set()
        self._times = 0

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
        diagnostic = Diagnostic(code, message, self.path, span, help_, severity, line)
        if severity is not Severity.ERROR:
            self._found[diagnostic] = None
            return
        self._times += 1
        if (len(self._errors) < MOST or diagnostic in self._errors) and self._times <= MOST_REPEATED:
            self._found[diagnostic] = None
            self._errors.add(diagnostic)
            return
        words = "and more: only the first mistakes found are told"
        self._found[Diagnostic(ENOUGH, words, self.path, help="mend these first")] = None
        raise EnoughError(self.diagnostics())

    @property
    def count(self) -> int:
        return len(self._found)

    @property
    def failed(self) -> bool:
        return bool(self._errors)

    def diagnostics(self) -> list[Diagnostic]:
        """Everything found, once each, sorted by position; that there is more comes last."""
        return sorted(self._found, key=self.order)

    @staticmethod
    def order(diagnostic: Diagnostic) -> tuple[bool, Span, str, str]:
        """What diagnostics about one file are sorted by."""
        return diagnostic.code == ENOUGH, diagnostic.span or _NOWHERE, diagnostic.code, diagnostic.message
