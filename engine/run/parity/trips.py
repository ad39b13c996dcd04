"""Executions in, round trips out: from flat to flat, additions and exits in parts included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from .executions import Execution

_NOTHING = 1e-9
"""Part of the largest quantity held below which nothing is left."""


@dataclass(slots=True)
class Trip:
    """`side` 1 long, -1 short. Quantities in base, all else in quote units; `funding` above zero was received."""

    strategy: str
    symbol: str
    side: int
    entries: list[Execution] = field(default_factory=list)
    exits: list[Execution] = field(default_factory=list)
    funding: float = 0.0

    @property
    def entered(self) -> float:
        return sum(abs(one.quantity) for one in self.entries)

    @property
    def left(self) -> float:
        return sum(abs(one.quantity) for one in self.exits)

    @property
    def entry_price(self) -> float:
        return _mean(self.entries)

    @property
    def exit_price(self) -> float:
        return _mean(self.exits)

    @property
    def turnover(self) -> float:
        """The costs of all that was traded, and so paid a fee: a mark is no trade."""
        return sum(abs(one.quantity) * one.price for one in self.entries) + self.sold

    @property
    def sold(self) -> float:
        """The costs of the exits that were traded."""
        return sum(abs(one.quantity) * one.price for one in self.exits if one.reason != "open")

    @property
    def fees(self) -> float:
        return sum(one.fee for one in chain(self.entries, self.exits))

    @property
    def profit(self) -> float:
        """After fees and funding."""
        paid = sum(abs(one.quantity) * one.price for one in self.entries)
        got = sum(abs(one.quantity) * one.price for one in self.exits)
        return self.side * (got - paid) - self.fees + self.funding

    @property
    def reason(self) -> str:
        """Of the last exit."""
        return self.exits[-1].reason

    @property
    def began(self) -> int:
        """Open of the candle it was entered in: the one after the decision where that is known."""
        return self.entries[0].candle

    @property
    def ended(self) -> int:
        return self.exits[-1].candle

    @property
    def open(self) -> bool:
        return self.reason == "open"


def trips_of(
    executions: Iterable[Execution], marks: Mapping[str, tuple[int, float]], steps: Mapping[str, float]
) -> list[Trip]:  # fmt: skip
    """In order of entry; those not closed end at their symbol's mark: the last candle's open and its close.

    `steps`: what less than can be neither bought nor sold, of each symbol; less than that is nothing.
    """
    found: list[Trip] = []
    running: dict[tuple[str, str], Trip] = {}
    held: dict[tuple[str, str], float] = {}
    for one in executions:
        key = (one.strategy, one.symbol)
        dust = steps.get(one.symbol, 0.0) * (1.0 - _NOTHING)
        if one.reason == "adjusted" and abs(one.quantity) < dust:
            continue
        before = held.get(key, 0.0)
        if before * one.quantity < 0.0:
            closing, rest = _split(one, before)
            running[key].exits.append(closing)
            held[key] = before + closing.quantity
            if abs(held[key]) <= max(_NOTHING * running[key].entered, dust):
                held[key] = 0.0
                del running[key]
            if rest is None:
                continue
            one = rest
        if key not in running:
            running[key] = Trip(one.strategy, one.symbol, 1 if one.quantity > 0 else -1)
            found.append(running[key])
        running[key].entries.append(one)
        held[key] = held.get(key, 0.0) + one.quantity
    for key, trip in running.items():
        time, price = marks.get(key[1], (trip.entries[-1].candle, trip.entries[-1].price))
        trip.exits.append(Execution(*key, -held[key], price, 0.0, time, time, "open"))
    return found


def _split(one: Execution, held: float) -> tuple[Execution, Execution | None]:
    """What of an execution closes, and what opens the other side."""
    if abs(one.quantity) <= abs(held) * (1.0 + _NOTHING):
        return one, None
    share = abs(held) / abs(one.quantity)
    closing = replace(one, quantity=-held, fee=one.fee * share)
    return closing, replace(one, quantity=one.quantity + held, fee=one.fee * (1.0 - share))


def _mean(executions: list[Execution]) -> float:
    quantity = sum(abs(one.quantity) for one in executions)
    return sum(abs(one.quantity) * one.price for one in executions) / quantity
