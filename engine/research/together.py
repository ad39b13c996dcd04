"""The candles of a portfolio's members, each on its own timeframe: chunks that end at closes they have in common.

A member on slower candles gets those that the given ones complete, so that all members see one market.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..graph.plan import Plan
from ..language.portfolio import Portfolio
from ..language.strategy import Strategy
from ..market.candles import Candles, Times
from ..market.slower import slower_candles
from ..market.timeframe import Timeframe
from ..market.timeline import Chunk, cut, split, union_times
from .backtest import history_start, require_rows, select


@dataclass(frozen=True, slots=True)
class Part:
    """One member's candles; `times` are when some symbol of it has one, open times in ms UTC."""

    strategy: Strategy
    own: list[Candles]
    feeds: Mapping[str, Candles]
    times: Times

    @property
    def closes(self) -> Times:
        """When its candles close, ms UTC."""
        return self.times + self.strategy.timeframe.ms

    def between(self, start: int | None, end: int | None) -> Part:
        """What opens from `start` on and before `end`; feeds go on from the last candle before."""
        first = 0 if start is None else int(np.searchsorted(self.times, start))
        last = len(self.times) if end is None else max(first, int(np.searchsorted(self.times, end)))
        times, since = self.times[first:last], int(self.times[first - 1]) + 1 if first else 0
        bounds = (int(times[0]), int(times[-1]) + 1) if len(times) else (0, 0)
        own = [c.rows(*np.searchsorted(c.time, bounds).tolist()) for c in self.own]
        feeds = {name: c.rows(int(c.time.searchsorted(since)), len(c)) for name, c in self.feeds.items()}
        return Part(self.strategy, own, feeds, times)

    def history(self, plan: Plan, start: int | None, size: int) -> list[Chunk]:
        """The candles before `start` that the graph must have seen."""
        first = 0 if start is None else int(np.searchsorted(self.times, start))
        begin = history_start(plan, self.own, self.times, first)
        return list(cut(self.own, self.feeds, self.times[begin:first], size))

    def require(self, plan: Plan, start: int | None, end: int | None) -> None:
        """Raises InputError where the rules could be known on no candle from `start` to `end`."""
        traded = self.between(start, end).times
        first = int(np.searchsorted(self.times, traded[0])) if len(traded) else 0
        begin = history_start(plan, self.own, self.times, first)
        require_rows(plan, self.own, self.times[begin : first + len(traded)], traded, self.strategy)

    def until(self, close: int | None) -> dict[str, Candles]:
        """The candles that close by then, by symbol; None: not one."""
        if close is None:
            return {c.symbol: c.rows(0, 0) for c in self.own}
        last = close - self.strategy.timeframe.ms
        return {c.symbol: c.rows(0, int(c.time.searchsorted(last, side="right"))) for c in self.own}


def parts_of(portfolio: Portfolio, candles: Mapping[str, Candles]) -> list[Part]:
    """The members' candles out of those given by symbol. Raises InputError where some are missing or too slow."""
    paces: dict[Timeframe, Mapping[str, Candles]] = {}
    found = []
    for member in portfolio.members:
        to = member.strategy.timeframe
        if to not in paces:
            paces[to] = on_pace(candles, to)
        own, feeds = select(member.strategy, paces[to])
        found.append(Part(member.strategy, own, feeds, union_times(own)))
    return found


def on_pace(candles: Mapping[str, Candles], to: Timeframe) -> dict[str, Candles]:
    """The same by symbol on a slower timeframe, where they add up to it."""
    return {symbol: _paced(given, to) for symbol, given in candles.items()}


def _paced(candles: Candles, to: Timeframe) -> Candles:
    fits = to.ms > candles.timeframe.ms and to.is_multiple_of(candles.timeframe)
    return slower_candles(candles, to) if fits else candles


def common_closes(parts: Sequence[Part]) -> Times:
    """Every close of any of them, in order."""
    return np.unique(np.concatenate([part.closes for part in parts]))


def cut_together(parts: Sequence[Part], closes: Times, size: int) -> Iterator[tuple[Chunk, ...]]:
    """Chunks of `size` closes each, one for each part: what closes before the next chunk's first."""
    borders = [*closes[size::size].tolist(), *[int(close) + 1 for close in closes[-1:]]]
    pieces = (split(p.own, p.feeds, [border - p.strategy.timeframe.ms for border in borders]) for p in parts)
    return zip(*pieces, strict=True)
