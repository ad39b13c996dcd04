"""Where things stand in a file: character indexes to lines and columns, and offsets inside a scalar's value
back to the file, through quotes, escapes, folds and indentation."""

from __future__ import annotations

import re
from bisect import bisect_right

from ...diagnostics.diagnostic import Span

_BREAK = re.compile(r"\r\n|\r|\n")
_DOUBLE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r\n|[\s\S])|[\s\S]")
_SINGLE = re.compile(r"''|[\s\S]")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "_": "\xa0", "N": "\x85", "L": "\u2028", "P": "\u2029"}


class Lines:
    """The lines of one file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in _BREAK.finditer(text))]

    def texts(self) -> list[str]:
        ends = [*self._starts[1:], len(self.text)]
        return [self.text[a:b].rstrip("\r\n") for a, b in zip(self._starts, ends, strict=True)]

    def index(self, line: int, column: int) -> int:
        """The character at a line and column of a span."""
        return self._starts[min(line, len(self._starts)) - 1] + column - 1

    def span(self, start: int, end: int) -> Span:
        """The stretch of the characters `start..end` (at least one wide)."""
        end = max(end, start + 1)
        line = bisect_right(self._starts, start)
        last = bisect_right(self._starts, end - 1)
        return Span(line, start - self._starts[line - 1] + 1, last, end - self._starts[last - 1] + 1)


class ScalarPlace:
    """One scalar in the file: `value` was written at `start..end` in the given style."""

    __slots__ = ("_end", "_found", "_lines", "_start", "_style", "_value")

    def __init__(self, lines: Lines, value: str, start: int, end: int, style: str) -> None:
        self._lines, self._value, self._start, self._end, self._style = lines, value, start, end, style
        self._found: list[tuple[int, int]] | None = None

    def whole(self) -> Span:
        return self._lines.span(self._start, self._end)

    def inside(self) -> tuple[int, int]:
        """Where in the file's text a `#` belongs to the scalar; the header of a block scalar may have a comment."""
        start = self._start
        if self._style in ("|", ">"):
            header = _BREAK.search(self._lines.text, start, self._end)
            start = header.end() if header else self._end
        return start, self._end

    def span(self, start: int, end: int) -> Span:
        """The place of `value[start:end]`; an empty stretch is the character it stands before."""
        if self._found is None:
            self._found = self._align()
        places = self._found
        if not places:
            return self.whole()
        start = min(max(start, 0), len(places))
        end = min(max(end, start), len(places))
        if start == len(places):
            return self._lines.span(places[-1][1], places[-1][1] + 1)
        first, after = places[start]
        return self._lines.span(first, max(places[end - 1][1], after) if end > start else after)

    def _align(self) -> list[tuple[int, int]]:
        """Start and end in the file of every character of the value; empty when they cannot be told."""
        units = self._units()
        places: list[tuple[int, int]] = []
        at = 0
        for char in self._value:
            if char.isspace():
                inside = at < len(units) and units[at][0].isspace()
                place = units[at][1:] if inside else (places[-1][1],) * 2 if places else (self._start,) * 2
                at += inside
            else:
                while at < len(units) and units[at][0] != char and units[at][0].isspace():
                    at += 1
                if at == len(units) or units[at][0] != char:
                    return []
                place = units[at][1:]
                at += 1
            places.append((place[0], place[1]))
        return places

    def _units(self) -> list[tuple[str, int, int]]:
        """What was written, as (character it stands for, start, end); folds and indents are blanks."""
        start, end, raw = self._start, self._end, self._lines.text
        if self._style in ("'", '"'):
            pattern = _SINGLE if self._style == "'" else _DOUBLE
            found = (match for match in pattern.finditer(raw, start + 1, end - 1))
            return [(_meaning(match[0]), match.start(), match.end()) for match in found]
        return [(raw[i], i, i + 1) for i in range(*self.inside())]


def _meaning(written: str) -> str:
    """The character that a piece of a quoted scalar stands for."""
    if written == "''":
        return "'"
    if len(written) < 2 or written[0] != "\\":
        return written
    if written[1] in "xuU" and len(written) > 2:
        code = int(written[2:], 16)
        return chr(code) if code <= 0x10FFFF else " "
    return " " if written[1] in "\r\n" else _ESCAPES.get(written[1], written[1])
