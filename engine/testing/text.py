"""Outcomes in, lines for people out: one for each case, and below a failed one what happened where."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from ..diagnostics import render
from ..diagnostics.diagnostic import Diagnostic
from ..diagnostics.fold import fold
from ..explaining.trace import tree_lines
from ..language.text import cut
from .miss import plural
from .outcome import CaseOutcome, Cell, Failure, Spot, Tally

MOST_WIDTH, _NARROW = 30, 12
"""Columns that the name of an indicator may take, and where there is too little room."""
_INDENT = 6
_NEEDED_LEAST = ("open", "high", "low", "time")
"""Columns of a table of candles, the first to go first."""
_GREEN, _RED, _FAINT, _PLAIN = "\x1b[32m", "\x1b[31m", "\x1b[2m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Style:
    """What the reader's end can show."""

    colour: bool = False
    plain: bool = False
    """ASCII alone."""
    width: int | None = None
    """Columns of a terminal."""

    @classmethod
    def of(cls, stream: TextIO) -> Style:
        width = shutil.get_terminal_size().columns if stream.isatty() else None
        try:
            "✓✗".encode(stream.encoding or "ascii")
        except (LookupError, UnicodeEncodeError):
            return cls(render.wants_colour(stream), plain=True, width=width)
        return cls(render.wants_colour(stream), width=width)

    def painted(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_PLAIN}" if self.colour else text

    def mark(self, passed: bool) -> str:
        words = ("ok", "FAILED") if self.plain else ("✓", "✗")
        return self.painted(words[not passed], _GREEN if passed else _RED)


class Teller:
    """Tells outcomes in order; a file's name is told once, and so is a mistake that many cases share."""

    def __init__(self, style: Style | None = None) -> None:
        self._style = style or Style.of(sys.stdout)
        self._path: str | None = None
        self._told: set[Diagnostic] = set()

    def lines(self, outcome: CaseOutcome) -> Iterator[str]:
        style = self._style
        if outcome.path != self._path:
            self._path = outcome.path
            yield shown(outcome.path)
        yield f"  {style.mark(outcome.passed)} {shown(outcome.name or 'the file does not load')}"
        for failure in outcome.failures:
            yield from (f"{'':{_INDENT}}{line}".rstrip() for line in failure_lines(outcome.path, failure, style))
        for mistake in outcome.mistakes:
            if mistake in self._told:
                yield f"{'':{_INDENT}}as above: {shown(mistake.message)}"
                continue
            self._told.add(mistake)
            yield from (
                f"{'':{_INDENT}}{line}".rstrip() for line in render.as_text([mistake], style.colour).splitlines()
            )

    def closing(self, outcomes: Sequence[CaseOutcome]) -> str:
        """The last line: how many passed and failed."""
        tally = Tally.of(outcomes)
        parts = [f"{tally.passed} passed"]
        parts += [f"{tally.failed} failed"] if tally.failed else []
        parts += [f"{tally.broken} could not be run"] if tally.broken else []
        good = tally.passed == len(outcomes)
        files = plural(len({outcome.path for outcome in outcomes}), "file")
        return self._style.painted(", ".join(parts), _GREEN if good else _RED) + f" in {files}"


def failure_lines(path: str, failure: Failure, style: Style | None = None) -> Iterator[str]:
    """One failure: place, what was expected, what happened, and the spot."""
    style = style or Style()
    yield f"{shown(path)}:{failure.span.line}:{failure.span.column}"
    width = None if style.width is None else style.width - _INDENT
    for words in (f"expected  {shown(failure.expected)}", f"happened  {shown(failure.happened)}"):
        yield from fold(words, width).split("\n")
    if failure.spot is not None:
        yield ""
        yield from table_lines(failure.spot, style)
        for key, node in failure.spot.rules:
            yield ""
            yield key
            yield from (f"  {shown(line)}" for line in tree_lines(node, style.plain))
    yield ""


def table_lines(spot: Spot, style: Style) -> Iterator[str]:
    """The candles around the spot; the one in question is marked. A narrow terminal does without some columns."""
    rows = _fitting([spot.names, *(tuple(map(_cell, row)) for row in spot.rows)], style.width)
    widths = _widths(rows)
    for at, row in enumerate(rows, -1):
        cells = [cell.rjust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        line = ("> " if at == spot.marked else "  ") + shown("  ".join([*cells, row[-1]]).rstrip())
        yield line if at == spot.marked or at < 0 else style.painted(line, _FAINT)


def _fitting(rows: list[tuple[str, ...]], width: int | None) -> list[tuple[str, ...]]:
    """The rows, their heads first, with what there is room for."""
    for most, less in ((MOST_WIDTH, None), *((MOST_WIDTH, name) for name in _NEEDED_LEAST), (_NARROW, None)):
        if less in rows[0]:
            at = rows[0].index(less)
            rows = [row[:at] + row[at + 1 :] for row in rows]
        rows = [tuple(cut(name, most) for name in rows[0]), *rows[1:]]
        if width is None or sum(_widths(rows)) + 2 * len(rows[0]) <= width - _INDENT:
            break
    return rows


def _widths(rows: Sequence[tuple[str, ...]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _cell(value: Cell) -> str:
    if value is None:
        return "-"
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def shown(text: str) -> str:
    """Text that cannot steer a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
