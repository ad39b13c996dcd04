"""A figure of a catalogue entry in, a small SVG out: candles with what belongs beside them, ticks, and panes below.

Whole numbers in units of half a pixel, so that a picture is a few kilobytes and equal bytes on every run.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from stratrun.engine.indicators import Indicator
from stratrun.engine.reference.figure import Figure, sample_figure
from stratrun.engine.reference.settings import defaults

SHOWN = 100
STEP = 12
LEFT, WIDTH = 106, SHOWN * STEP
LETTER = 14
"""Width of a letter of a name, at most."""
PRICES, PANE, TICKS, GAP = 320, 150, 30, 24
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#999999")
STYLE = (
    "text{font:22px sans-serif;fill:#666}path{fill:none;stroke-width:3}.c{stroke:#999;stroke-width:2}"
    ".b{stroke-width:7}.u{stroke:#9a9}.d{stroke:#b66}.f{stroke:#8884;stroke-width:1}"
    + "".join(f".s{k}{{stroke:{colour}}}text.s{k}{{stroke:none;fill:{colour}}}" for k, colour in enumerate(COLOURS))
)
Points = Sequence[float]


def picture(entry: Indicator) -> str:
    """The entry with its defaults over the sample candles."""
    values = defaults(entry)
    return drawn(sample_figure(entry, values, SHOWN), f"{entry.name}: {entry.title}")


def drawn(found: Figure, title: str) -> str:
    """The SVG of a figure."""
    parts: list[str] = []
    prices = [found.candles.low.tolist(), found.candles.high.tolist()]
    scale = _Scale(0, PRICES, [*prices, *(line.tolist() for line in found.overlays.values())])
    parts += [*scale.frame(), *_candles(found, scale)]
    parts += _lines({name: line.tolist() for name, line in found.overlays.items()}, scale)
    top = PRICES + GAP
    for number, (name, truth) in enumerate(found.ticks.items()):
        marks = "".join(f"M{LEFT + k * STEP + STEP // 2} {top}v{TICKS - 8}" for k, t in enumerate(truth) if t == 1)
        parts += [f'<path class="s{number % len(COLOURS)} b" d="{marks}"/>'] if marks else []
        parts += [_name(number, name, top + TICKS - 8)]
        top += TICKS
    for pane in found.panes:
        lines = {name: line.tolist() for name, line in pane.lines.items()}
        bounds = [] if pane.low is None or pane.high is None else [[pane.low, pane.high]]
        scale = _Scale(top, PANE, [*lines.values(), *bounds])
        parts += [*scale.frame(), *_lines(lines, scale)]
        top += PANE + GAP
    names = [*found.overlays, *found.ticks, *(name for pane in found.panes for name in pane.lines)]
    wide = LEFT + WIDTH + 20 + LETTER * max(map(len, names))
    size = f'viewBox="0 -4 {wide} {top + 4}" width="{wide // 2}" height="{top // 2 + 2}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    return "\n".join([head, f"<title>{escape(title)}</title><style>{STYLE}</style>", *parts, "</svg>", ""])


class _Scale:
    """From values to heights between `top` and `top + height`."""

    def __init__(self, top: int, height: int, lines: Iterable[Points]) -> None:
        known = [value for line in lines for value in line if value == value]
        self.low, self.high = (min(known), max(known)) if known else (0.0, 1.0)
        if self.low == self.high:
            self.low, self.high = self.low - (abs(self.low) or 1) / 2, self.high + (abs(self.high) or 1) / 2
        self.top, self.height = top, height

    def y(self, value: float) -> int:
        inside = self.height - 16
        return self.top + 8 + round((self.high - value) / (self.high - self.low) * inside)

    def frame(self) -> Iterator[str]:
        bottom = self.top + self.height
        yield f'<path class="f" d="M{LEFT} {self.top}h{WIDTH}V{bottom}h-{WIDTH}z"/>'
        yield f'<text x="{LEFT - 8}" y="{self.top + 22}" text-anchor="end">{_short(self.high)}</text>'
        yield f'<text x="{LEFT - 8}" y="{bottom - 6}" text-anchor="end">{_short(self.low)}</text>'


def _candles(found: Figure, scale: _Scale) -> Iterator[str]:
    wicks, up, down = [], [], []
    rows = zip(*(getattr(found.candles, name).tolist() for name in ("open", "high", "low", "close")), strict=True)
    for k, (opened, high, low, close) in enumerate(rows):
        x = LEFT + k * STEP + STEP // 2
        wicks.append(f"M{x} {scale.y(high)}V{scale.y(low)}")
        top, bottom = sorted((scale.y(opened), scale.y(close)))
        (up if close >= opened else down).append(f"M{x} {top}V{max(bottom, top + 1)}")
    yield f'<path class="c" d="{"".join(wicks)}"/>'
    yield f'<path class="b u" d="{"".join(up)}"/>'
    yield f'<path class="b d" d="{"".join(down)}"/>'


def _lines(lines: Mapping[str, Points], scale: _Scale) -> Iterator[str]:
    taken: list[int] = []
    for number, (name, line) in enumerate(lines.items()):
        points = [None if v != v else (LEFT + k * STEP + STEP // 2, scale.y(v)) for k, v in enumerate(line)]
        yield f'<path class="s{number % len(COLOURS)}" d="{_path(points)}"/>'
        last = next((point for point in reversed(points) if point), None)
        if last:
            taken.append(_free(last[1] + 8, taken))
            yield _name(number, name, taken[-1])


def _path(points: Iterable[tuple[int, int] | None]) -> str:
    """Relative steps; a gap begins anew, a single point is a short stroke."""
    text, before = "", None
    for point in points:
        if point and before:
            text += f"l{point[0] - before[0]} {point[1] - before[1]}"
        elif point:
            text += f"M{point[0]} {point[1]}h1m-1 0"
        before = point
    return text


def _free(y: int, taken: Sequence[int]) -> int:
    """The height nearest to `y` where a name hides no other."""
    for distance in range(0, 400, 4):
        for place in (y + distance, y - distance):
            if place > 20 and all(abs(place - other) >= 24 for other in taken):
                return place
    return y


def _name(number: int, name: str, y: int) -> str:
    return f'<text class="s{number % len(COLOURS)}" x="{LEFT + WIDTH + 10}" y="{y}">{escape(name)}</text>'


def _short(value: float) -> str:
    size = abs(value)
    if size >= 1e6 or 0 < size < 1e-3:
        return f"{value:.2g}".replace("e+0", "e").replace("e-0", "e-")
    digits = 1 if size == 0 else max(0, min(4, 3 - math.floor(math.log10(size))))
    return f"{value:,.{digits}f}"
