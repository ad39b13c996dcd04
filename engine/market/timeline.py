"""Several symbols' candles as one timeline, cut into chunks of whole times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .candles import Candles, Times


@dataclass(frozen=True, slots=True)
class Chunk:
    """Candles that continue the last chunk: `own` in the order of the strategy's symbols, `feeds` by name."""

    own: tuple[Candles, ...]
    feeds: Mapping[str, Candles]

    @property
    def rows(self) -> int:
        """The most rows any of its candles has."""
        return max([len(c) for c in (*self.own, *self.feeds.values())], default=0)


def union_times(candles: Sequence[Candles]) -> Times:
    """Every open time at which some symbol has a candle, in order."""
    first, *rest = candles
    if all(len(c) == len(first) and np.array_equal(c.time, first.time) for c in rest):
        return first.time
    return np.unique(np.concatenate([c.time for c in candles]))


def cut(own: Sequence[Candles], feeds: Mapping[str, Candles], times: Times, size: int) -> Iterator[Chunk]:
    """Chunks of `size` times each, covering `times`; a chunk's candles open before the next chunk's first time."""
    if len(times):
        since = [c.rows(int(np.searchsorted(c.time, times[0])), len(c)) for c in own]
        yield from split(since, feeds, [*times[size::size].tolist(), int(times[-1]) + 1])


def split(own: Sequence[Candles], feeds: Mapping[str, Candles], borders: Sequence[int]) -> Iterator[Chunk]:
    """A chunk for each border (ms UTC, rising): the candles that open before it and are in none before."""
    own_cuts = [np.searchsorted(c.time, borders).tolist() for c in own]
    feed_cuts = {name: np.searchsorted(c.time, borders).tolist() for name, c in feeds.items()}
    own_at, feed_at = [0] * len(own), dict.fromkeys(feeds, 0)
    for k in range(len(borders)):
        yield Chunk(
            tuple(c.rows(at, cuts[k]) for c, at, cuts in zip(own, own_at, own_cuts, strict=True)),
            {name: c.rows(feed_at[name], feed_cuts[name][k]) for name, c in feeds.items()},
        )
        own_at = [cuts[k] for cuts in own_cuts]
        feed_at = {name: cuts[k] for name, cuts in feed_cuts.items()}
