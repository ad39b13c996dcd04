"""What a number measures, and what arithmetic makes of it.

A measure is powers of price and of volume plus, for a number without either, its kind (ratio, index, count or a
plain number). Products and quotients add and subtract the powers: price * volume is turnover, turnover / volume a
price again, price / price a ratio. Sums and comparisons want equal measures. A plain number (a literal, or
arithmetic on literals) adapts to what stands beside it and changes nothing it multiplies; so do a ratio and a
count. An index (0..100 and its like) is not compared with a ratio.
"""

from __future__ import annotations

from typing import NamedTuple

from ..term import Dimension

_POWERS = {Dimension.PRICE: (1, 0), Dimension.VOLUME: (0, 1)}
_NAMES = {
    Dimension.PRICE: "a price",
    Dimension.RATIO: "a ratio",
    Dimension.INDEX: "an index",
    Dimension.VOLUME: "a volume",
    Dimension.COUNT: "a count",
    Dimension.NUMBER: "a number",
    Dimension.CONDITION: "a condition",
}
_STRENGTH = (Dimension.NUMBER, Dimension.RATIO, Dimension.COUNT, Dimension.INDEX)
"""Of two kinds multiplied, the later one remains."""


class Measure(NamedTuple):
    """`dimension` is what a term says; a compound such as price * volume is NUMBER there and told by its powers."""

    dimension: Dimension
    price: int = 0
    volume: int = 0

    @property
    def compound(self) -> bool:
        return self.dimension is Dimension.NUMBER and (self.price, self.volume) != (0, 0)

    def __str__(self) -> str:
        if not self.compound:
            return _NAMES[self.dimension]
        over = [_power(name, n) for name, n in (("price", self.price), ("volume", self.volume)) if n > 0]
        under = [_power(name, -n) for name, n in (("price", self.price), ("volume", self.volume)) if n < 0]
        return (" × ".join(over) or "1") + "".join(f" / {part}" for part in under)


PLAIN = Measure(Dimension.NUMBER)
"""A literal, or arithmetic on literals only."""


def _power(name: str, exponent: int) -> str:
    return name if exponent == 1 else f"{name}^{exponent}"


def measure(dimension: Dimension, price: int = 0, volume: int = 0) -> Measure:
    """The measure of a plain dimension."""
    price, volume = _POWERS.get(dimension, (price, volume))
    return Measure(dimension, price, volume)


def unified(a: Measure, b: Measure) -> Measure | None:
    """The common measure of two things added or compared; None where they are unlike."""
    if a == b or b == PLAIN:
        return a
    return b if a == PLAIN else None


def product(a: Measure, b: Measure) -> Measure:
    return _from_powers(a.price + b.price, a.volume + b.volume, _stronger(a, b))


def quotient(a: Measure, b: Measure) -> Measure:
    if a == b and a != PLAIN:
        return Measure(Dimension.RATIO)
    kind = Dimension.RATIO
    if (a.price, a.volume) == (b.price, b.volume) == (0, 0):
        kind = a.dimension if b.dimension is not Dimension.INDEX else Dimension.RATIO
        if a.dimension is Dimension.NUMBER and b.dimension is Dimension.RATIO:
            kind = Dimension.RATIO
    return _from_powers(a.price - b.price, a.volume - b.volume, kind)


def _stronger(a: Measure, b: Measure) -> Dimension:
    if (a.price, a.volume) != (0, 0) or (b.price, b.volume) != (0, 0):
        return Dimension.RATIO  # asked for only where the powers cancel: price * (1 / price)
    return max(a.dimension, b.dimension, key=_STRENGTH.index)


def _from_powers(price: int, volume: int, kind: Dimension) -> Measure:
    if (price, volume) == (0, 0):
        return Measure(kind)
    for dimension, powers in _POWERS.items():
        if powers == (price, volume):
            return Measure(dimension, price, volume)
    return Measure(Dimension.NUMBER, price, volume)
