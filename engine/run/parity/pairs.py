"""Live round trips and back-tested ones in, those of the same signal side by side out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from .causes import Cause, Part
from .trips import Trip


@dataclass(frozen=True, slots=True)
class Pair:
    """Either is None where the other has no counterpart. `parts` sum up to live less back-test."""

    live: Trip | None
    test: Trip | None
    parts: tuple[Part, ...] = ()

    @property
    def trip(self) -> Trip:
        """The live one, if there is one."""
        found = self.live or self.test
        assert found is not None
        return found

    @property
    def difference(self) -> float:
        """Of the profits, in quote units."""
        return (self.live.profit if self.live else 0.0) - (self.test.profit if self.test else 0.0)

    @property
    def causes(self) -> list[Cause]:
        """The one that made most of it first."""
        return [part.cause for part in sorted(self.parts, key=lambda part: -abs(part.amount))]


def paired(live: Sequence[Trip], test: Sequence[Trip]) -> list[Pair]:
    """In order of entry. Those entered in the same candle belong together, then those held at the same time."""
    lists: defaultdict[tuple[str, str, int], tuple[list[Trip], list[Trip]]] = defaultdict(lambda: ([], []))
    for k, trips in enumerate((live, test)):
        for trip in trips:
            lists[trip.strategy, trip.symbol, trip.side][k].append(trip)
    pairs = [pair for mine, theirs in lists.values() for pair in _one(mine, theirs)]
    return sorted(pairs, key=lambda pair: pair.trip.began)


def _one(live: list[Trip], test: list[Trip]) -> list[Pair]:
    pairs: list[Pair] = []
    by_candle: defaultdict[int, list[Trip]] = defaultdict(list)
    for trip in test:
        by_candle[trip.began].append(trip)
    alone = []
    for trip in live:
        same = by_candle[trip.began]
        if same:
            pairs.append(Pair(trip, same.pop(0)))
        else:
            alone.append(trip)
    left = [trip for trips in by_candle.values() for trip in trips]
    for trip in alone:
        beside = [other for other in left if other.began <= trip.ended and trip.began <= other.ended]
        nearest = min(beside, key=lambda other: abs(other.began - trip.began), default=None)
        if nearest is not None:
            left.remove(nearest)
        pairs.append(Pair(trip, nearest))
    return [*pairs, *(Pair(None, trip) for trip in left)]
