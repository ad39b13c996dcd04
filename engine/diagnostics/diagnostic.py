"""A mistake in a user's input, as data: code, severity, place, words, help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    """Worth knowing, and nothing to mend: never a finding, not even under `--strict`."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file: 1-based lines and columns (in characters), the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake. `path` is the file as the user named it; `span` is None when no place inside it fits."""

    code: str
    message: str
    path: str | None = None
    span: Span | None = None
    help: str | None = None
    severity: Severity = Severity.ERROR
    source_line: str | None = None
    """The text of the span's first line, for the caret."""


class DocumentError(Exception):
    """A user's document or strategy file is wrong; carries every mistake found (never empty)."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("; ".join(d.message for d in diagnostics))
        self.diagnostics = tuple(diagnostics)


class InputError(Exception):
    """Another input (candles, a flag, an instruments file) is unusable: one message that names place and mend."""

    def __init__(self, message: str, help: str | None = None, code: str = "SR600") -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.code = code


class OldFileWarning(FutureWarning):
    """A file of an older version was loaded: it was converted in memory, and `stratrun migrate` rewrites it."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(f"{diagnostic.path}: {diagnostic.message}; {diagnostic.help}")
        self.diagnostic = diagnostic
