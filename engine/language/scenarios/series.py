"""What stands at `candles:` in, a Series for each symbol out; impossible candles go to the report with their number."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from math import isnan, nan

from ...diagnostics.diagnostic import Span
from ...diagnostics.report import Report
from ..scenario import Series
from ..structure.part import Part, holds_mistake
from ..yaml.nodes import ListNode, MapNode, Node, ScalarNode
from .instants import instant
from .shorthand import ShorthandError, pieces

FIELDS = ("open", "high", "low", "close", "volume")
MAX_VALUES = 2_000_000
"""Values all series of a file may hold together."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field's values and where each of them stands in the file."""

    values: tuple[float, ...]
    place: Callable[[int], Span]


class SeriesReader:
    """Reads the series of one file and keeps count of their values."""

    def __init__(self, broken: frozenset[int], report: Report) -> None:
        self._broken = broken
        self._report = report
        self._values = 0

    def read(self, node: Node | None) -> dict[str, Series] | None:
        """Symbol -> its series, the name empty where none is given; None where the report says why."""
        if node is None or holds_mistake(node, self._broken):
            return None
        symbols = node.get("symbols") if isinstance(node, MapNode) else None
        if not isinstance(symbols, MapNode):
            one = self._series(node)
            return None if one is None else {"": one}
        found = {key.text.value: self._series(inner) for key, inner in symbols.entries}
        if not found:
            self._report.error("SR105", "`symbols` is empty", symbols.span, "such as `BTC/USDT: {close: 100+1x50}`")
        sound = {name: series for name, series in found.items() if series is not None}
        return sound if sound and len(sound) == len(found) else None

    def _series(self, node: Node) -> Series | None:
        if isinstance(node, ListNode):
            return self._rows(node)
        if not isinstance(node, MapNode):
            return None
        part = Part(node, self._broken)
        if "file" in part:
            return self._file(part)
        if "close" not in part:  # the structure check has told so
            return None
        columns: dict[str, Column] = {}
        for name in FIELDS:
            inner = part.get(name)
            column = self._column(inner) if inner is not None else None
            if column is not None:
                columns[name] = column
            elif inner is not None:
                return None
        if not self._of_one_length(columns) or not self._possible(columns):
            return None
        return Series({name: column.values for name, column in columns.items()}, span=node.span)

    def _file(self, part: Part) -> Series | None:
        begin, end = (instant(part, key, self._report) for key in ("from", "to"))
        if begin is not None and end is not None and begin >= end:
            self._report.error("SR706", "`to` must be later than `from`", part.span("to"))
            return None
        return Series(file=part.string("file"), span=part.node.span, begin=begin, end=end)

    def _rows(self, node: ListNode) -> Series | None:
        rows = [item for item in node.items if isinstance(item, ListNode)]
        if not self._counted(len(FIELDS) * len(rows), node.span):
            return None
        numbers = [tuple(_number(cell) for cell in row.items) for row in rows]
        by_field = list(zip(*numbers, strict=True))

        def place(row: int) -> Span:
            return rows[row].span

        columns = {name: Column(values, place) for name, values in zip(FIELDS, by_field, strict=True)}
        if not self._possible(columns):
            return None
        return Series(rows=tuple((o, h, low, c, v) for o, h, low, c, v in numbers), span=node.span)

    def _column(self, node: Node) -> Column | None:
        if isinstance(node, ScalarNode):
            return self._shorthand(node)
        if not isinstance(node, ListNode) or not self._counted(len(node.items), node.span):
            return None
        items = node.items
        return Column(tuple(map(_number, items)), lambda row: items[row].span)

    def _shorthand(self, node: ScalarNode) -> Column | None:
        text = node.text
        try:
            found = pieces(text.value)
        except ShorthandError as error:
            self._report.error(error.code, error.message, text.span(error.start, error.end), error.help)
            return None
        counts = list(accumulate(piece.count for piece in found))
        if not counts:
            self._report.error("SR105", "the series is empty", node.span, "such as `100+1x50`")
            return None
        if not self._counted(counts[-1], node.span):
            return None

        def place(row: int) -> Span:
            piece = found[bisect_right(counts, row)]
            return text.span(piece.start, piece.end)

        return Column(tuple(chain.from_iterable(piece.values() for piece in found)), place)

    def _counted(self, more: int, span: Span) -> bool:
        told = self._values > MAX_VALUES
        self._values += more
        if self._values > MAX_VALUES and not told:
            message = f"up to here the series of this file hold {self._values:,} values; at most {MAX_VALUES:,} may"
            self._report.error("SR705", message, span, "part the tests over several files, or name a file of candles")
        return self._values <= MAX_VALUES

    def _of_one_length(self, columns: dict[str, Column]) -> bool:
        close = columns["close"]
        sound = True
        for name, column in columns.items():
            if len(column.values) != len(close.values):
                counts = f"{len(column.values):,} values and `close` {len(close.values):,}"
                span = column.place(len(column.values) - 1)
                self._report.error(
                    "SR703", f"`{name}` has {counts}", span, "give each as many values as there are candles"
                )
                sound = False
        if all(map(isnan, close.values)):
            self._report.error("SR703", "the series holds no candle, only missing ones", close.place(0))
            return False
        return sound

    def _possible(self, columns: dict[str, Column]) -> bool:
        """Whether prices are above zero, volumes not below it, and high and low hold open and close."""
        for name, column in columns.items():
            wrong = _first(column.values, 0.0, volume=name == "volume")
            if wrong is not None:
                least = "zero or more" if name == "volume" else "above zero"
                value = f"{column.values[wrong]:.16g}"
                message = f"candle {_numbered(columns, wrong)}: `{name}` is {value}, but must be {least}, up to 1e15"
                self._report.error("SR702", message, column.place(wrong))
                return False
        return self._ordered(columns)

    def _ordered(self, columns: dict[str, Column]) -> bool:
        close = columns["close"].values
        high, low, opened = (columns.get(name) for name in ("high", "low", "open"))
        if high is None and low is None:
            return True
        before = nan
        for row, last in enumerate(close):
            if isnan(last):
                continue
            first = _at(opened, row, last if isnan(before) else before)
            top, bottom = _at(high, row, max(first, last)), _at(low, row, min(first, last))
            before = last
            if bottom <= min(first, last) and max(first, last) <= top:
                continue
            self._impossible(columns, row, first, top, bottom, last)
            return False
        return True

    def _impossible(
        self, columns: dict[str, Column], row: int, first: float, top: float, bottom: float, last: float
    ) -> None:
        name = "high" if "high" in columns and top < max(first, last) else "low"
        value, side = (top, "below") if name == "high" else (bottom, "above")
        if "high" in columns and "low" in columns and top < bottom:
            why = f"its high {top:.12g} is below its low {bottom:.12g}"
        else:
            other = max(first, last) if name == "high" else min(first, last)
            why = f"its {name} {value:.12g} is {side} its {'close' if other == last else 'open'} {other:.12g}"
        message = f"candle {_numbered(columns, row)} cannot be: {why}"
        help_ = "an open that is left out is the close before" if "open" not in columns and first != last else None
        self._report.error("SR704", message, columns[name].place(row), help_)


def _first(values: Sequence[float], least: float, volume: bool) -> int | None:
    """The first value that cannot be."""
    for row, value in enumerate(values):
        if value > 1e15 or (value < least if volume else value <= least):
            return row
    return None


def _numbered(columns: dict[str, Column], row: int) -> int:
    """The number of the candle at a place in the series: missing ones are not counted."""
    return sum(not isnan(value) for value in columns["close"].values[:row])


def _at(column: Column | None, row: int, default: float) -> float:
    value = default if column is None else column.values[row]
    return default if isnan(value) else value


def _number(node: Node) -> float:
    value = node.value if isinstance(node, ScalarNode) else None
    assert isinstance(value, (int, float))  # the structure is sound
    return float(value)
