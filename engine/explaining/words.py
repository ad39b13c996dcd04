"""Terms in, English out: series as what they are (`the close`), conditions as clauses (`the close is above 30`)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from ..indicators import CATALOGUE
from ..indicators.catalogue import Indicator, InputKind
from ..language.across import ACROSS
from ..language.strategy import Distance, Strategy
from ..language.term import Clock, Dimension, Op, Term
from ..learning.spec import CONFIDENCE, Spec, Told
from .expression import number_of, ratio_of_close
from .indicator_words import PHRASES

FIELDS = {
    "open": "the open", "high": "the high", "low": "the low", "close": "the close", "volume": "the volume",
    "hl2": "the middle of high and low", "hlc3": "the mean of high, low and close",
    "ohlc4": "the mean of open, high, low and close", "time": "the time the candle opened",
}  # fmt: skip
TIMES = {
    "hour": "the hour of the close", "minute": "the minute of the close",
    "weekday": "the weekday of the close (Monday is 1)", "day": "the day of the month of the close",
}  # fmt: skip
POSITIONS = {
    "profit": "the open profit", "candles": "the number of candles held", "entry_price": "the entry price",
    "best": "the best price since the entry",
}  # fmt: skip
COMPARISONS = {
    Op.LT: "is below", Op.LE: "is at or below", Op.GT: "is above", Op.GE: "is at or above", Op.EQ: "equals",
    Op.NE: "differs from", Op.CROSS_ABOVE: "crosses above", Op.CROSS_BELOW: "crosses below",
}  # fmt: skip
ARITHMETIC = {Op.ADD: "plus", Op.SUB: "less", Op.MUL: "times", Op.DIV: "divided by"}
JOINTS = {Op.AND: ("both", "all of these:", "and"), Op.OR: ("either", "at least one of these:", "or")}
WINDOWS = {Op.FOR: "on each of the last {n} candles", Op.WITHIN: "on at least one of the last {n} candles"}
TRENDS = {Op.RISING: "is rising", Op.FALLING: "is falling"}
DENIED = {
    "is": "is not", "equals": "does not equal", "differs": "does not differ", "crosses": "does not cross",
}  # fmt: skip
_DEEP = 60
"""Levels that are told; what a file nests deeper is told by its expression alone."""


class Words:
    """Tells the terms of one strategy; `feeds` maps its feeds' names to symbols."""

    def __init__(self, own: Clock, feeds: Mapping[str, str]) -> None:
        self._own = own
        self._feeds = feeds

    def clause(self, term: Term) -> str:
        """A condition as part of a sentence."""
        return self._condition(term, self._own)

    def series(self, term: Term) -> str:
        """A number as part of a sentence."""
        return self._series(term, self._own)

    def distance(self, distance: Distance) -> str:
        """A distance as part of a sentence; one in percent of the close as the percentage alone."""
        if distance.term is None:
            return f"{number_of(distance.r or 0.0)}R"
        ratio = ratio_of_close(distance.term)
        return self.series(ratio or distance.term)

    def _condition(self, term: Term, at: Clock) -> str:
        if term.op is Op.LIFT:
            return self._condition(term.args[0], at)
        if term.clock is not None and term.clock != at and term.op not in JOINTS:
            return f"{self._where(term.clock)}, {self._relation(term, term.clock)}"
        return self._relation(term, at)

    def _relation(self, term: Term, at: Clock) -> str:
        if term.op in COMPARISONS:
            return self._compared(term, at)
        if term.op in JOINTS:
            first, _, word = JOINTS[term.op]
            parts = [self._grouped(arg, at) for arg in term.args]
            return (f"{first} " if len(parts) == 2 else "") + f" {word} ".join(parts)
        if term.op in TRENDS:
            return self._compared(term, at)
        if term.op in WINDOWS:
            return f"{self._grouped(term.args[0], at)}, {WINDOWS[term.op].format(n=term.params[0])}"
        if term.op is Op.NOT:
            return self._denied(term.args[0], at)
        if term.op is Op.LAG:
            return f"{self._grouped(term.args[0], at)}, {_ago(int(term.params[0]))}"
        return self._across(term, at) if term.op is Op.ACROSS else self._indicator(term, at)

    def _compared(self, term: Term, at: Clock, denied: bool = False) -> str:
        verb, _, rest = (TRENDS.get(term.op) or COMPARISONS[term.op]).partition(" ")
        a, *b = (self._series(arg, at) for arg in term.args)
        return " ".join(filter(None, (a, DENIED[verb] if denied else verb, rest, *b)))

    def _denied(self, term: Term, at: Clock) -> str:
        inner = term.args[0] if term.op is Op.LIFT else term
        if inner.op not in COMPARISONS and inner.op not in TRENDS:
            return f"it is not so that {self._grouped(term, at)}"
        if inner.clock is None or inner.clock == at:
            return self._compared(inner, at, denied=True)
        return f"{self._where(inner.clock)}, {self._compared(inner, inner.clock, denied=True)}"

    def _grouped(self, term: Term, at: Clock) -> str:
        """A condition inside another, in brackets where it joins several."""
        inner = term.args[0] if term.op is Op.LIFT else term
        text = self._condition(term, at)
        return f"({text})" if inner.op in (*JOINTS, *WINDOWS) else text

    def _series(self, term: Term, at: Clock) -> str:
        if term.op is Op.LIFT:
            return self._series(term.args[0], at)
        if term.dimension is Dimension.CONDITION:
            return f"whether {self._condition(term, at)}"
        if term.op is Op.CONSTANT:
            return number_of(float(term.params[0]), term.dimension is Dimension.RATIO).replace("%", " %")
        if term.op is Op.TIME:
            return f"{TIMES[str(term.params[0])]} ({term.params[1]})"
        if term.op is Op.POSITION:
            return POSITIONS[str(term.params[0])]
        if term.op is Op.FIELD or term.op is Op.INDICATOR:
            inner = term.clock or at
            text = FIELDS[str(term.params[0])] if term.op is Op.FIELD else self._indicator(term, inner)
            return text if inner == at else f"{text} {self._where(inner)}"
        if term.op is Op.LAG:
            return f"{self._series(term.args[0], at)} ({_ago(int(term.params[0]))})"
        if term.op is Op.ACROSS:
            return self._across(term, at)
        if term.op is Op.MODEL:
            return foretold(term)
        if term.op is Op.NEG:
            return f"minus {self._bracketed(term.args[0], at)}"
        return self._arithmetic(term, at)

    def _arithmetic(self, term: Term, at: Clock) -> str:
        a, b = term.args
        ratio = term.op is Op.MUL and a.op is Op.CONSTANT and a.dimension is Dimension.RATIO
        word = "of" if ratio else ARITHMETIC[term.op]
        return f"{self._bracketed(a, at)} {word} {self._bracketed(b, at)}"

    def _bracketed(self, term: Term, at: Clock) -> str:
        inner = term.args[0] if term.op is Op.LIFT else term
        text = self._series(term, at)
        return f"({text})" if inner.op in ARITHMETIC or inner.op is Op.NEG else text

    def _indicator(self, term: Term, at: Clock) -> str:
        name, output, *values = term.params
        entry = CATALOGUE[str(name)]
        parameters = {p.name: number_of(float(v)) for p, v in zip(entry.parameters, values, strict=True)}
        written = [i.name for i in entry.inputs if i.kind in (InputKind.SERIES, InputKind.CONDITION)]
        inputs = {slot: self._input(arg, at) for slot, arg in zip(written, term.args, strict=True)}
        return phrase_of(entry, str(output)).format_map({**inputs, **parameters})

    def _across(self, term: Term, at: Clock) -> str:
        """What is said of the symbols beside each other."""
        return ACROSS[str(term.params[0])].says.format(*(self._input(arg, at) for arg in term.args))

    def _input(self, arg: Term, at: Clock) -> str:
        if arg.dimension is Dimension.CONDITION:
            return self._grouped(arg, at)
        return self._bracketed(arg, at)

    def _where(self, clock: Clock | None) -> str:
        """`on 4h candles`, `of BTC/USDT`, `on 4h candles of BTC/USDT`."""
        assert clock is not None
        symbol = f"of {self._feeds.get(clock.feed, clock.feed)}" if clock.feed else ""
        slower = f"on {clock.timeframe} candles" if clock.timeframe != self._own.timeframe else ""
        return " ".join(filter(None, (slower, symbol)))


def foretold(term: Term) -> str:
    """What an output of a model is."""
    spec, name = Spec.read(str(term.params[0])), Told.read(str(term.params[2])).name
    if term.params[1] == CONFIDENCE:
        return f"the confidence of the model `{name}`"
    return f"the {'probability' if spec.chances else 'return'} that the model `{name}` foretells"


def words_for(strategy: Strategy) -> Words:
    """The words for the terms of a strategy."""
    return Words(Clock("", strategy.timeframe), strategy.feeds)


def phrase_of(entry: Indicator, output: str) -> str:
    """The phrase of an output, with `{name}` for each input an author writes and each parameter."""
    key = entry.name if len(entry.outputs) == 1 else f"{entry.name}.{output}"
    if key in PHRASES:
        return PHRASES[key]
    written = [i.name for i in entry.inputs if i.kind in (InputKind.SERIES, InputKind.CONDITION)]
    of = f" of {' and '.join(f'{{{name}}}' for name in written)}" if written else ""
    values = ", ".join(f"{p.name} {{{p.name}}}" for p in entry.parameters)
    what = f"`{output}` of " if len(entry.outputs) > 1 else ""
    return f"{what}the {entry.title}{of}" + (f" ({values})" if values else "")


def too_deep(root: Term) -> bool:
    """Whether a term is nested too deeply for a sentence anybody would read."""
    level: set[Term] = {root}
    for depth in count():
        if not level:
            return False
        if depth > _DEEP:
            return True
        level = {arg for term in level for arg in term.args}
    return False


def _ago(candles: int) -> str:
    return "one candle before" if candles == 1 else f"{candles} candles before"
