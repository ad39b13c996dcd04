"""Diagnostics in, words for a terminal or JSON for a program out."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterable
from functools import partial
from typing import TextIO

from .diagnostic import Diagnostic, Severity

MAX_WIDTH = 100
"""Columns of a source line that are shown; a longer one is cut around the caret."""


_PLAIN = "\x1b[0m"
_MARGIN = "\x1b[1;34m"
_COLOURS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.INFO: "\x1b[1;36m"}


def as_text(diagnostics: Iterable[Diagnostic], colour: bool = False) -> str:
    """One block each, as compilers print them: headline, place, line with caret, help."""
    return "\n".join(map(partial(_block, colour=colour), diagnostics))


def wants_colour(stream: TextIO) -> bool:
    """Whether colours are welcome there: on a terminal that has some, unless NO_COLOR is set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A list of objects; lines and columns count from 1, the end is exclusive, null where there is no place."""
    return json.dumps([as_dict(d) for d in diagnostics], indent=2, ensure_ascii=False)


def as_dict(diagnostic: Diagnostic) -> dict[str, str | int | None]:
    span = diagnostic.span
    return {
        "code": str(diagnostic.code),
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        "path": diagnostic.path,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
        "help": diagnostic.help,
    }


def _block(diagnostic: Diagnostic, colour: bool) -> str:
    span = diagnostic.span

    def loud(text: str) -> str:
        return _COLOURS[diagnostic.severity] + text + _PLAIN if colour else text

    def margin(text: str) -> str:
        return _MARGIN + text + _PLAIN if colour else text

    indent = " " * (len(str(span.line)) if span else 1)
    rows = [loud(f"{diagnostic.severity}[{diagnostic.code}]") + f": {_shown(diagnostic.message)}"]
    if diagnostic.path or span:
        place = f":{span.line}:{span.column}" if span else ""
        rows.append(margin(f"{indent}-->") + f" {_shown(diagnostic.path or '<input>')}{place}")
    if span and diagnostic.source_line is not None:
        end = span.end_column if span.end_line == span.line else len(diagnostic.source_line) + 1
        line, before, width = _window(diagnostic.source_line, span.column - 1, end - 1)
        caret = " " * before + loud("^" * width)
        rows += [margin(f"{indent} |"), margin(f"{span.line} |") + f" {line}", margin(f"{indent} |") + f" {caret}"]
    if diagnostic.help:
        rows.append(margin(f"{indent} =") + f" help: {_shown(diagnostic.help)}")
    return "\n".join(rows) + "\n"


def _window(line: str, start: int, end: int) -> tuple[str, int, int]:
    """The part of the line to show, and where in terminal columns the caret begins and how wide it is."""
    start = min(start, len(line))
    cut = 0
    if _width(line) > MAX_WIDTH:
        cut = max(0, min(start - MAX_WIDTH // 3, len(line) - MAX_WIDTH))
        stop = cut + MAX_WIDTH
        while _width(line[cut:stop]) > MAX_WIDTH and stop > start + 1:
            stop -= 1
        more, line = stop < len(line), line[:stop]
    else:
        more = False
    before = ("…" if cut else "") + _shown(line[cut:start])
    marked = _shown(line[start:end])
    whole = before + _shown(line[start:]) + ("…" if more else "")
    return whole.rstrip(), _width(before), max(_width(marked), 1)


def _shown(text: str) -> str:
    """Text that cannot steer a terminal: control characters as escapes, tabs and line breaks as blanks."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if char in "\t\n\r" else char if _harmless(char) else _escaped(char) for char in text)


def _harmless(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") or char == "\u200d"


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) > 0xFF else f"\\x{ord(char):02x}"


def _width(text: str) -> int:
    """Columns a terminal gives the text."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.combining(char) or char in "\u200d\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
