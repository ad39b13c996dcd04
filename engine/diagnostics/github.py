"""Diagnostics in, workflow commands out: GitHub shows them beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable

from .artifact import relative
from .diagnostic import Diagnostic, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """One `::error file=...,line=...::message` per line; the help stands in the message's second line."""
    return "".join(_command(d) + "\n" for d in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    properties: dict[str, str | int] = {"file": relative(diagnostic.path)} if diagnostic.path else {}
    if span:
        properties |= {"line": span.line, "endLine": span.end_line}
        if span.line == span.end_line:  # GitHub takes columns for one line only
            properties |= {"col": span.column, "endColumn": span.end_column}
    properties["title"] = diagnostic.code
    given = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    words = diagnostic.message + (f"\nhelp: {diagnostic.help}" if diagnostic.help else "")
    return f"::{_COMMANDS[diagnostic.severity]} {given}::{_data(words)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
