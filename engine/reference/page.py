"""Facts and a figure in, the text of one entry's page out; the listing of many."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ..indicators.catalogue import Indicator, Parameter, Values
from .calls import number, signature
from .examples import snippet
from .facts import COSTS, aliases_in_words, inputs_in_words, output_in_words, settled_in_words
from .relatives import relatives
from .search import by_family
from .settings import range_of

if TYPE_CHECKING:
    from ..report.plot import Style
    from .figure import Figure

Row = tuple[str, str, str]
"""What a row is about, its own first column where there are several, the words."""

_HEAD = 14
_WIDEST = 110
_NARROWEST = 20
_CALLS = 58
_COUNTS = len(": 1,234 of 12,345")
_PRICE_ROWS, _PANE_ROWS = 10, 6


def listing(found: Iterable[Indicator], width: int) -> str:
    """Entries by family, a line each: with their parameters where all of it fits into `width`, else by name."""
    families = by_family(found)
    heads = {entry.name: signature(entry) for _, members in families for entry in members}
    lines = _listed(families, heads)
    if max(map(len, lines)) > width:
        lines = _listed(families, {name: name for name in heads})
    return "\n".join(line if len(line) <= width else f"{line[: max(width - 3, 20)]}..." for line in lines)


def _listed(families: list[tuple[str, list[Indicator]]], heads: Mapping[str, str]) -> list[str]:
    wide = min(max(map(len, heads.values())), _CALLS)
    lines = []
    for family, members in families:
        lines += [family.capitalize(), *(f"  {heads[entry.name]:<{wide}}  {entry.title}" for entry in members), ""]
    return lines


def page(entry: Indicator, values: Values, width: int) -> str:
    """Everything there is to say of one entry."""
    rows = [row for part in (_about(entry), _columns(entry, values), _background(entry, values)) for row in part]
    lines = [f"{entry.name}: {entry.title} ({entry.family})", ""]
    for name, column, words in rows:
        lines += _hang(name, column, words, min(width, _WIDEST))
    return "\n".join([*lines, "", "In a strategy", textwrap.indent(snippet(entry, values), "  ")])


def _about(entry: Indicator) -> Iterator[Row]:
    yield "call", "", signature(entry)
    if entry.aliases:
        yield "also called", "", aliases_in_words(entry)
    yield "reads", "", inputs_in_words(entry)


def _columns(entry: Indicator, values: Values) -> Iterator[Row]:
    names = [*(p.name for p in entry.parameters), *(o.name for o in entry.outputs)]
    wide = max(map(len, names))
    for at, parameter in enumerate(entry.parameters):
        yield "parameters" if not at else "", f"{parameter.name:<{wide}}  ", _parameter(parameter, values)
    for at, (output, first) in enumerate(zip(entry.outputs, entry.first(values), strict=True)):
        known = f"known after {first:,} candles" if first else "known from the first candle"
        yield "outputs" if not at else "", f"{output.name:<{wide}}  ", f"{output_in_words(output)}; {known}"


def _background(entry: Indicator, values: Values) -> Iterator[Row]:
    yield "settled after", "", settled_in_words(entry, values)
    yield "convention", "", entry.convention
    yield "formula", "", entry.formula
    yield "source", "", entry.source
    yield "cost", "", f"{entry.cost.value}: {COSTS[entry.cost]}"
    near = relatives(entry)
    if near:
        yield "see also", "", ", ".join(near)


def _parameter(parameter: Parameter, values: Values) -> str:
    usual = "required" if parameter.default is None else f"default {number(parameter.default)}"
    value = number(values[parameter.name])
    here = "" if parameter.default == values[parameter.name] else f", here {value}"
    return f"{range_of(parameter)}, {usual}{here}{f'; {parameter.doc}' if parameter.doc else ''}"


def _hang(name: str, column: str, words: str, width: int) -> list[str]:
    head = f"  {name:<{_HEAD}}{column}"
    return textwrap.wrap(
        words, max(width, len(head) + 20), initial_indent=head, subsequent_indent=" " * len(head),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def cells(entry: Indicator, width: int) -> int:
    """Columns of a plot's canvas on a terminal of `width`, beside the scale and the names of the lines."""
    from ..report.plot import AXIS

    names = [len(o.name) + (_COUNTS if o.dimension == "condition" else 2) for o in entry.outputs]
    return max(min(width, _WIDEST) - AXIS - max(*names, len("* close")) - 1, _NARROWEST)


def plot(found: Figure, canvas: int, style: Style) -> str:
    """The figure, `canvas` columns wide: the close with what belongs beside it, ticks of conditions, and the panes."""
    from ..report.plot import chart, ticks

    lines = {"close": found.candles.close.tolist()} | {name: line.tolist() for name, line in found.overlays.items()}
    rows = chart(lines, canvas, _PRICE_ROWS, style, backdrop=True)
    for name, truth in found.ticks.items():
        rows.append(ticks(f"{name}: {found.fired[name]:,} of {found.counted:,}", truth.tolist(), canvas, style))
    for pane in found.panes:
        shown = {name: line.tolist() for name, line in pane.lines.items()}
        low, high = (pane.low, pane.high) if pane.low is not None and pane.high is not None else (None, None)
        rows += ["", *chart(shown, canvas, _PANE_ROWS, style, low=low, high=high)]
    return "\n".join(rows)
