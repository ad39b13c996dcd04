"""`positionSizing` in, `size:` out."""

from __future__ import annotations

from ..out import Block, Entry, Leaf, Out
from ..tree import Mark, Node, Scalar
from .numbers import digits, positive, read, said, share, whole
from .part import Part
from .told import Told
from .words import normal

_SAFE = "10%"
_FORMS = "version 1 has FIXED, PERCENT_EQUITY, KELLY and ATR"
_FRACTIONS = {"1": "full", "0.5": "half", "0.25": "quarter"}
_NOT_SAID = "assumed: version 1 did not say"


class Sizing:
    def __init__(self, quote: str, told: Told) -> None:
        self._quote = quote
        self._told = told

    def block(self, part: Part | None, at: Mark) -> Block:
        if part is None:
            self._told.assumed(f"there is no `positionSizing`: {_SAFE} of the equity is assumed", at)
            return Block([Entry("equity", Leaf(_SAFE), comment=_NOT_SAID)])
        node = part.take("method", "type", "mode")
        method = normal(node.text) if isinstance(node, Scalar) else ""
        read_it = {
            "fixed": self._fixed, "percentequity": self._equity, "percent": self._equity, "kelly": self._kelly,
            "atr": self._atr,
        }.get(method)  # fmt: skip
        entries: list[Entry] = []
        if node is None:
            self._told.missing(f"`{part.where}` has no `method`", part.mark, _FORMS)
        elif read_it is None:
            self._told.unclear(f"{said(node)} is not a way to size that version 1 has", node, _FORMS)
        else:
            entries = read_it(part)
        if read_it is None:
            return Block(())
        most = part.take("maxpositionpercent", "maxpositionpct", "maxposition", "maxpositionsize", "max")
        cap = share(most, "the largest position", self._told) if most is not None else None
        if most is not None and cap is not None:
            entries.append(Entry("max", Leaf(cap, most.mark), most.mark))
        part.rest()
        return Block(entries)

    def _value(self, part: Part, *names: str) -> Node | None:
        node = part.take(*names, "value")
        if node is None:
            self._told.missing(f"`{part.where}` has no `value`", part.mark)
        return node

    def _fixed(self, part: Part) -> list[Entry]:
        units = part.take("quantity", "units")
        if units is not None:
            number = positive(units, "the quantity", self._told)
            return [Entry("quantity", Leaf(number, units.mark), units.mark)] if number is not None else []
        node = self._value(part, "amount", "cost")
        number = positive(node, "the fixed size", self._told) if node is not None else None
        if node is None or number is None:
            return []
        cost = f"{digits(number)} {self._quote}"
        self._told.assumed(f"a FIXED size is read as an amount of the quote currency: {cost}", node)
        return [Entry("cost", Leaf(cost, node.mark), node.mark)]

    def _equity(self, part: Part) -> list[Entry]:
        node = self._value(part, "percent", "percentage")
        text = share(node, "the share of the equity", self._told) if node is not None else None
        return [Entry("equity", Leaf(text, node.mark), node.mark)] if node is not None and text is not None else []

    def _kelly(self, part: Part) -> list[Entry]:
        node = part.take("value", "fraction", "kellyfraction")
        fraction = self._fraction(node)
        trades = part.take("window", "lookback", "trades", "lookbacktrades")
        count = whole(trades, "the trades that Kelly looks back on", self._told) if trades is not None else 50
        if node is None:
            self._told.assumed("KELLY without a `value`: half of the Kelly stake is assumed", part.mark)
        if trades is None:
            self._told.assumed(
                "KELLY is measured over the last 50 trades: version 1 does not say over how many", part.mark
            )
        self._told.assumed("until there are so many trades, 0.5% of the equity is risked", part.mark)
        if fraction is None or count is None:
            return []
        inside: list[Entry] = [
            Entry("fraction", Leaf(fraction, node.mark if node else None)),
            Entry("window", Leaf(f"{count} trades")),
            Entry("fallback", Leaf("0.5%")),
        ]
        comment = "assumed: the fallback" + ("" if trades is not None else " and the window")
        return [Entry("kelly", Block(inside, flow=True), part.mark, comment)]

    def _fraction(self, node: Node | None) -> str | None:
        if node is None:
            return "half"
        number = positive(node, "the part of the Kelly stake", self._told)
        if number is None:
            return None
        if number > 1:
            help_ = "write 1, 0.5 or 0.25"
            self._told.unclear(f"{said(node)} is no part of a Kelly stake", node, help_)
            return None
        nearest = next((size for size in _FRACTIONS if float(size) <= number), "0.25")
        if number != read(Scalar(nearest, nearest, node.mark)):
            words = _FRACTIONS[nearest]
            self._told.assumed(f"version 2 takes the full, half or quarter Kelly stake: {words} for {said(node)}", node)
        return _FRACTIONS[nearest]

    def _atr(self, part: Part) -> list[Entry]:
        node = self._value(part, "risk", "riskpercent", "riskpertrade")
        risk = share(node, "the share of the equity at risk", self._told) if node is not None else None
        times = part.take("multiplier", "atrmultiplier", "atrmultiple")
        period = part.take("period", "atrperiod", "length")
        number = positive(times, "the multiple of the ATR", self._told) if times is not None else None
        length = whole(period, "the period of the ATR", self._told) if period is not None else 14
        missing = [words for words, given in (("2 * ATR", times), ("a period of 14", period)) if given is None]
        if missing:
            self._told.assumed(f"the ATR size does not say its distance: {' and '.join(missing)} is assumed", part.mark)
        if node is None or risk is None or length is None or (times is not None and number is None):
            return []
        factor = digits(number) if number is not None else "2"
        inside: list[Entry] = [
            Entry("risk", Leaf(risk, node.mark)),
            Entry("distance", Leaf(f"{factor} * atr({length})" if factor != "1" else f"atr({length})")),
        ]
        value: Out = Block(inside, flow=True)
        return [Entry("atr", value, part.mark, "assumed: the distance" if missing else "")]
