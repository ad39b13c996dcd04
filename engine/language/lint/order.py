"""What is known about two numbers of one row besides their intervals: `low <= close`, `high <= highest(high, 20)`.

Every rule holds for the floats as computed, not only for the numbers they stand for: rounding is monotone.
"""

from __future__ import annotations

from ..interval import Interval
from ..term import Op, Term
from .bounds import Bounds

DEEPEST = 6
"""Steps of a chain `a <= b <= c` looked for."""
_BELOW = {
    "open": ("high",),
    "close": ("high",),
    "hl2": ("high",),
    "low": ("open", "close", "hl2", "high"),
}
_PRICES = ("open", "high", "low", "close", "hl2")
_WINDOWS = ("sma", "sum", "highest", "lowest", "wma")
"""Larger inputs give a larger result where both are known."""
_BANDS = {"bb": ("lower", "basis", "upper"), "keltner": ("lower", "basis", "upper"),
          "donchian": ("lower", "basis", "upper"), "vwap_bands": ("lower", "basis", "upper")}  # fmt: skip


class Order:
    """Looks for a proof of `a <= b`."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._found: dict[tuple[Term, Term], bool] = {}

    def below(self, a: Term, b: Term, depth: int = DEEPEST) -> bool:
        """Whether a <= b on every row that knows both."""
        if a is b:
            return True
        if a.clock is not None and b.clock is not None and a.clock != b.clock:
            return False
        if depth == 0:
            return self._apart(a, b)
        found = self._found.get((a, b))
        if found is None or (depth == DEEPEST and not found):
            found = self._found[a, b] = self._apart(a, b) or self._rules(a, b, depth - 1)
        return found

    def _apart(self, a: Term, b: Term) -> bool:
        return self._bounds.of(a).high <= self._bounds.of(b).low

    def _rules(self, a: Term, b: Term, depth: int) -> bool:
        return self._fields(a, b) or self._alike(a, b, depth) or self._up(a, b, depth) or self._down(a, b, depth)

    def _fields(self, a: Term, b: Term) -> bool:
        return a.op is b.op is Op.FIELD and b.params[0] in _BELOW.get(str(a.params[0]), ())

    def _alike(self, a: Term, b: Term, depth: int) -> bool:
        """The same function of ordered values."""
        if a.op is not b.op:
            return False
        if a.op in (Op.LAG, Op.LIFT):
            return a.params == b.params and self.below(a.args[0], b.args[0], depth)
        if a.op is Op.MUL:
            return any(
                a.args[k] is b.args[k] and self._sign(a.args[k]).low >= 0.0
                and self.below(a.args[1 - k], b.args[1 - k], depth) for k in (0, 1)
            )  # fmt: skip
        if a.op is not Op.INDICATOR or a.params[0] != b.params[0]:
            return False
        name = str(a.params[0])
        if name in _BANDS and a.args == b.args and a.params[2:] == b.params[2:]:
            places = _BANDS[name]
            return a.params[1] in places and b.params[1] in places and _rank(a, places) <= _rank(b, places)
        if name not in _WINDOWS or not self.below(a.args[0], b.args[0], depth):
            return False
        short, long = float(a.params[2]), float(b.params[2])
        return short == long or (name == "highest" and short < long) or (name == "lowest" and short > long)

    def _up(self, a: Term, b: Term, depth: int) -> bool:
        """Through something that is never below `a`."""
        if a.op is Op.ADD:
            return any(self._sign(a.args[1 - k]).high <= 0.0 and self.below(a.args[k], b, depth) for k in (0, 1))
        if a.op is Op.SUB:
            return self._sign(a.args[1]).low >= 0.0 and self.below(a.args[0], b, depth)
        name = _name(a)
        if name == "min":
            return any(self.below(x, b, depth) for x in a.args)
        if name == "max":
            return all(self.below(x, b, depth) for x in a.args)
        if name == "donchian" and a.params[1] == "lower":
            return _recent_price(b, int(a.params[2]))
        return name == "lowest" and self._covers(a.args[0], int(a.params[2]), b, depth, lowest=True)

    def _down(self, a: Term, b: Term, depth: int) -> bool:
        """Through something that is never above `b`."""
        if b.op is Op.ADD:
            return any(self._sign(b.args[1 - k]).low >= 0.0 and self.below(a, b.args[k], depth) for k in (0, 1))
        if b.op is Op.SUB:
            return self._sign(b.args[1]).high <= 0.0 and self.below(a, b.args[0], depth)
        name = _name(b)
        if name == "max":
            return any(self.below(a, x, depth) for x in b.args)
        if name == "min":
            return all(self.below(a, x, depth) for x in b.args)
        if name == "abs":
            return self.below(a, b.args[0], depth)
        if name == "donchian" and b.params[1] == "upper":
            return _recent_price(a, int(b.params[2]))
        return name == "highest" and self._covers(b.args[0], int(b.params[2]), a, depth, lowest=False)

    def _covers(self, source: Term, length: int, x: Term, depth: int, *, lowest: bool) -> bool:
        """Whether the window of `source` holds a row whose value bounds `x`."""
        if x.op is Op.LAG:
            if int(x.params[0]) >= length:
                return False
            x = x.args[0]
        return self.below(source, x, depth) if lowest else self.below(x, source, depth)

    def _sign(self, term: Term) -> Interval:
        return self._bounds.of(term)


def _recent_price(term: Term, length: int) -> bool:
    """Whether it is a price of one of the last candles, between their lowest low and highest high."""
    if term.op is Op.LAG and int(term.params[0]) < length:
        term = term.args[0]
    return term.op is Op.FIELD and term.params[0] in _PRICES


def _name(term: Term) -> str:
    return str(term.params[0]) if term.op is Op.INDICATOR else ""


def _rank(term: Term, places: tuple[str, ...]) -> int:
    return places.index(str(term.params[1]))
