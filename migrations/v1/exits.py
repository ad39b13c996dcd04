"""Stops and targets of version 1 in, the keys of an `exit:` out; they hold for both sides."""

from __future__ import annotations

from collections.abc import Sequence

from ..out import Block, Entry, Leaf
from ..tree import Entries, Node, Scalar
from .numbers import digits, percent, positive, read, said, whole
from .part import Part
from .told import Told
from .words import normal

_PERCENT = ("", "percent", "percentage", "pct", "fixed")
_TRAILING = ("trailing", "trailingstop", "trailingpercent")
_TINY = 0.1
"""Percents below this are rarely meant: a fraction was written where percent are read."""


class Exits:
    """`parts` are the places a stop or target may stand in, the likeliest first."""

    def __init__(self, parts: Sequence[Part], told: Told) -> None:
        self._parts = parts
        self._told = told

    def entries(self) -> list[Entry]:
        stop = self._stop(self._taken("stoploss", "stop"))
        trail = self._trail(self._taken("trailingstop", "trailingstoploss", "trailing"))
        if trail is not None:
            stop = [entry for entry in stop if entry.key != "trail"] + [trail]
        target = self._target(self._taken("takeprofit", "target"), bool(stop))
        order = ("stop", "target", "trail")
        return sorted([*stop, *target], key=lambda entry: order.index(entry.key))

    def _taken(self, *names: str) -> tuple[Node, str] | None:
        found = [
            (node, f"{part.where}.{part.key(name)}" if part.where else part.key(name))
            for part in self._parts
            for name in names
            if (node := part.take(name)) is not None
        ]
        if len(found) > 1:
            self._told.dropped("this is said twice; the other place counts", found[1][0])
        return found[0] if found else None

    def _read(self, found: tuple[Node, str]) -> tuple[Part | None, str, Node | None]:
        """The block (None for a bare number), its type without spelling, and its value."""
        node, where = found
        if not isinstance(node, Entries):
            return None, "", node
        part = Part(node, where, self._told)
        if part.off():
            return part, "off", None
        kind = part.take("type", "method", "mode")
        value = part.take("value", "percent", "percentage", "distance", "multiplier", "ratio")
        if value is None:
            self._told.missing(f"`{where}` has no `value`", node)
        return part, normal(kind.text) if isinstance(kind, Scalar) else "", value

    def _stop(self, found: tuple[Node, str] | None) -> list[Entry]:
        if found is None:
            return []
        part, kind, value = self._read(found)
        entries = []
        if value is None:
            pass
        elif kind in _PERCENT:
            entries = self._percent("stop", value, "the stop")
        elif kind in _TRAILING:
            trail = self._trailing(part, value)
            entries = [trail] if trail is not None else []
        elif kind == "atr":
            entries = self._atr("stop", part, value)
        else:
            help_ = "version 1 has percent, trailing and atr stops"
            self._told.unclear(f"`{kind}` is not a kind of stop that can be carried over", found[0], help_)
        if part is not None:
            part.rest()
        return entries

    def _trail(self, found: tuple[Node, str] | None) -> Entry | None:
        if found is None:
            return None
        part, kind, value = self._read(found)
        entry = self._trailing(part, value) if value is not None and kind != "off" else None
        if part is not None:
            part.rest()
        return entry

    def _trailing(self, part: Part | None, value: Node) -> Entry | None:
        by = percent(value, "the trailing stop", self._told)
        after = part.take("activation", "activationpercent", "activateat", "offset") if part is not None else None
        start = percent(after, "the profit the stop trails from", self._told) if after is not None else None
        if by is None:
            return None
        self._tiny(value)
        inside = [Entry("by", Leaf(by, value.mark))]
        if start is not None and after is not None:
            inside.append(Entry("after", Leaf(start, after.mark)))
        return Entry("trail", Block(inside, flow=True), value.mark)

    def _target(self, found: tuple[Node, str] | None, stopped: bool) -> list[Entry]:
        if found is None:
            return []
        part, kind, value = self._read(found)
        entries: list[Entry] = []
        if value is None:
            pass
        elif kind in _PERCENT:
            entries = self._percent("target", value, "the target")
        elif kind in ("ratio", "riskreward", "rr", "rmultiple"):
            entries = self._ratio(value, stopped)
        elif kind == "atr":
            entries = self._atr("target", part, value)
        else:
            help_ = "version 1 has percent, ratio and atr targets"
            self._told.unclear(f"`{kind}` is not a kind of target that can be carried over", found[0], help_)
        if part is not None:
            part.rest()
        return entries

    def _ratio(self, value: Node, stopped: bool) -> list[Entry]:
        number = positive(value, "the target", self._told)
        if number is None:
            return []
        if not stopped:
            message = "a target of type ratio counts in stops, and there is no stop"
            self._told.missing(message, value, "add a `stopLoss`, or a target in percent")
            return []
        return [Entry("target", Leaf(f"{digits(number)}R", value.mark), value.mark)]

    def _percent(self, key: str, value: Node, what: str) -> list[Entry]:
        text = percent(value, what, self._told)
        self._tiny(value)
        return [Entry(key, Leaf(text, value.mark), value.mark)] if text is not None else []

    def _tiny(self, value: Node) -> None:
        number = read(value)
        if number is not None and 0 < number < _TINY:
            self._told.assumed(f"stops and targets are in percent: {said(value)} is {digits(number)} %", value)

    def _atr(self, key: str, part: Part | None, value: Node) -> list[Entry]:
        number = positive(value, f"the {key}", self._told)
        node = part.take("period", "length", "atrperiod") if part is not None else None
        period = whole(node, "the period of the ATR", self._told) if node is not None else 14
        if node is None:
            self._told.assumed(f"the {key} does not say the period of its ATR: 14 is assumed", value)
        if number is None or period is None:
            return []
        times = "" if number == 1 else f"{digits(number)} * "
        return [Entry(key, Leaf(f"{times}atr({period})", value.mark), value.mark)]
