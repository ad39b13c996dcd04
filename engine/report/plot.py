"""Columns of numbers in, lines of characters out: a chart for the terminal, in braille dots or plain ASCII."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Bits of a braille cell, by column and row."""
_MARKS = "*o+x#%"
_COLOURS = (90, 36, 33, 35, 32, 34)
"""ANSI colours, by series."""
AXIS = 12
"""Columns left of the canvas."""


@dataclass(frozen=True, slots=True)
class Style:
    """`ascii_only`: one mark per cell instead of 2 x 4 dots; `colour`: a colour for each series."""

    ascii_only: bool = False
    colour: bool = False

    @property
    def dots(self) -> tuple[int, int]:
        """Points across and down in a cell."""
        return (1, 1) if self.ascii_only else (2, 4)

    def painted(self, text: str, series: int) -> str:
        return f"\x1b[{_COLOURS[series % len(_COLOURS)]}m{text}\x1b[0m" if self.colour and text.strip() else text


@dataclass(slots=True)
class _Canvas:
    """Cells of bits; what is drawn later lies on top."""

    style: Style
    width: int
    height: int
    cells: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def put(self, x: int, y: int, series: int) -> None:
        across, down = self.style.dots
        cell = (y // down, x // across)
        bits = 1 if self.style.ascii_only else self.cells.get(cell, (0, 0))[0] | _DOTS[x % 2][y % 4]
        self.cells[cell] = (bits, series)

    def row(self, number: int) -> str:
        cells = [self.cells.get((number, column), (0, -1)) for column in range(self.width)]
        parts = []
        for series, run in groupby(cells, key=lambda cell: cell[1]):
            parts.append(self.style.painted("".join(self._glyph(*cell) for cell in run), series))
        return "".join(parts)

    def _glyph(self, bits: int, series: int) -> str:
        if not bits:
            return " "
        return _MARKS[series % len(_MARKS)] if self.style.ascii_only else chr(0x2800 + bits)


def chart(
    lines: Mapping[str, Sequence[float]],
    width: int,
    height: int,
    style: Style,
    *,
    backdrop: bool = False,
    low: float | None = None,
    high: float | None = None,
) -> list[str]:
    """`height` rows: the scale, `width` cells of canvas, and each line's name beside its last value.

    A point a value, NaN is a gap. The first line of a `backdrop` is dotted, so that the others stand out; `low` and
    `high` widen the scale.
    """
    known = [value for line in lines.values() for value in line if value == value]
    if not known:
        return [f"{' ' * AXIS}({', '.join(lines) or 'nothing'}: unknown on all of these candles)"]
    bottom = min([*known, *([low] if low is not None else [])])
    top = max([*known, *([high] if high is not None else [])])
    if top - bottom < 1e-300:
        bottom, top = bottom - (abs(bottom) + 1e-9) / 2, top + (abs(top) + 1e-9) / 2
    canvas = _Canvas(style, width, height)
    rows = height * style.dots[1]
    labels: dict[int, list[str]] = {}
    for series, (name, line) in enumerate(lines.items(), 0 if backdrop else 1):
        levels = [None if v != v else round((top - v) / (top - bottom) * (rows - 1)) for v in line]
        _draw(canvas, levels, series)
        last = next((level for level in reversed(levels) if level is not None), None)
        if last is not None:
            labels.setdefault(_free(labels, last // style.dots[1], height), []).append(_label(style, series, name))
    scale = {0: top, height - 1: bottom}
    return [
        f"{_short(scale[row]) if row in scale else '':>{AXIS - 2}} {'|' if style.ascii_only else '│'}"
        f"{canvas.row(row)} {' '.join(labels.get(row, []))}".rstrip()
        for row in range(height)
    ]


def ticks(name: str, truth: Sequence[int], width: int, style: Style) -> str:
    """One row: a mark where the condition was true on a candle of the cell, a dot where it is unknown."""
    step = style.dots[0]
    cells = [truth[at : at + step] for at in range(0, len(truth), step)][:width]
    marks = "".join("^" if 1 in cell else "." if 2 in cell else " " for cell in cells)
    shown = marks if style.ascii_only else marks.replace("^", "▲").replace(".", "·")
    return f"{'':>{AXIS - 1}}{'|' if style.ascii_only else '│'}{style.painted(shown.ljust(width), 2)} {name}".rstrip()


def _draw(canvas: _Canvas, levels: Sequence[int | None], series: int) -> None:
    before = None
    for x, level in enumerate(levels):
        if level is None:
            before = None
            continue
        canvas.put(x, level, series)
        if series and before is not None:
            between = range(before, level, 1 if level > before else -1)[1:]
            for at, y in enumerate(between):
                canvas.put(x - (at < len(between) / 2), y, series)
        before = level


def _free(labels: Mapping[int, object], row: int, height: int) -> int:
    """The row nearest to `row` that has no label yet; `row` where all have one."""
    return min((r for r in range(height) if r not in labels), key=lambda r: abs(r - row), default=row)


def _label(style: Style, series: int, name: str) -> str:
    text = f"{_MARKS[series % len(_MARKS)]} {name}" if style.ascii_only else name
    return style.painted(text, series)


def _short(value: float) -> str:
    """At most nine characters."""
    size = abs(value)
    if size >= 1e7 or (0 < size < 1e-4):
        return f"{value:.3g}"
    digits = 2 if size == 0 else max(0, min(6, 4 - math.floor(math.log10(size))))
    return f"{value:,.{digits}f}"
