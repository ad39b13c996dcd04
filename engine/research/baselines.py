"""What a strategy must beat: its own exits and sizes, entered at random times as often as it entered.

The random entries are a feed of candles that is 2 where an entry is drawn and 1 elsewhere, so that the same decision
core and the same costs make both results. With several symbols, all see the same drawn times; each member of a
portfolio has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from ..language.portfolio import Portfolio
from ..language.strategy import Fire, Side, Strategy
from ..language.term import Clock, Dimension, Op, Terms
from ..market.candles import Candles, Floats
from ..market.timeline import union_times
from .again import compiling, growth_of, run_again
from .backtest import Result
from .inputs import AnyInputs
from .portfolio import PortfolioResult
from .together import on_pace

SIDES = ("long", "short")
ROUNDS, TRIES = 2, 5
"""Rounds of runs that learn how often to draw so that the numbers of trades agree: some draws fall on a position."""

_Chances = list[list[float]]
"""Per strategy and side: how likely an entry is drawn at a close."""


def random_entries(
    inputs: AnyInputs, result: Result | PortfolioResult, runs: int, seed: int, threads: int | None = None
) -> Iterator[tuple[Floats, int]]:
    """Each run's daily growth (equity over the capital) and its number of trades, as many on average as `result` has.

    Filters are part of the entry and do not hold; hours, limits and protections do. Deterministic by `seed`.
    """
    drawn = _Drawn(inputs, result)
    chances = [_first_guess(part) for part in drawn.parts]
    quick = compiling(drawn.inputs, ROUNDS * TRIES + runs)
    wanted = [len(part.trades) * TRIES for part in drawn.parts]
    for turn in range(ROUNDS):
        tries = run_again(drawn.chooser(chances, (seed, 0), turn * TRIES), TRIES, _counts, quick, threads)
        made = np.sum(list(tries), axis=0)
        chances = [
            [min(one * (most + 1) / (found + 1), 1.0) for one in sides]
            for sides, most, found in zip(chances, wanted, made.tolist(), strict=True)
        ]
    yield from run_again(drawn.chooser(chances, (seed, 1)), runs, growth_of, quick, threads)


def _parts(result: Result | PortfolioResult) -> Sequence[Result]:
    return (result,) if isinstance(result, Result) else result.members


def _counts(result: Result | PortfolioResult) -> list[int]:
    """How many trades each part made."""
    return [len(part.trades) for part in _parts(result)]


def _first_guess(result: Result) -> list[float]:
    """Per side, entries over candles without a position."""
    rows = sum(len(c) for c in result.candles.values())
    free = max(rows - int(result.trades.candles.sum()), 1)
    return [min(int(np.count_nonzero(result.trades.side == side)) / free, 1.0) for side in (1, -1)]


class _Drawn:
    """The runs of `result` again, entered by feeds that are drawn."""

    def __init__(self, inputs: AnyInputs, result: Result | PortfolioResult) -> None:
        self.parts = _parts(result)
        strategies = [_entered_by_feeds(one, number) for number, one in enumerate(inputs.strategies)]
        self.inputs = inputs.of(_with(inputs.subject, strategies))
        self._times = [union_times(_own(inputs, strategy)) for strategy in strategies]

    def chooser(self, chances: _Chances, seed: tuple[int, int], first: int = 0) -> Callable[[int], AnyInputs]:
        """What run k is made of: its number, counted from `first`, ends its seed."""
        return lambda k: self._chosen(chances, (*seed, first + k))

    def _chosen(self, chances: _Chances, seed: tuple[int, int, int]) -> AnyInputs:
        source = np.random.default_rng(seed)
        feeds: dict[str, Candles] = {}
        parts = zip(self.inputs.strategies, self._times, self.parts, chances, strict=True)
        for strategy, times, part, sides in parts:
            known = int(np.searchsorted(times, int(part.time[min(part.plan.first, len(part.time) - 1)])))
            for name, chance in zip(SIDES, sides, strict=True):
                drawn = source.random(len(times)) < chance
                drawn[:known] = False
                level = np.where(drawn, 2.0, 1.0)
                symbol = strategy.feeds[_feed(name)]
                feeds[symbol] = Candles(symbol, strategy.timeframe, times, level, level, level, level,
                                        np.ones(len(times)))  # fmt: skip
        return replace(self.inputs, candles={**self.inputs.candles, **feeds})


def _own(inputs: AnyInputs, strategy: Strategy) -> list[Candles]:
    own = {symbol: inputs.candles[symbol] for symbol in strategy.symbols}
    return list(on_pace(own, strategy.timeframe).values())


def _with(subject: Strategy | Portfolio, strategies: Sequence[Strategy]) -> Strategy | Portfolio:
    """The same with these strategies in the place of its own."""
    if isinstance(subject, Strategy):
        return strategies[0]
    pairs = zip(subject.members, strategies, strict=True)
    return replace(subject, members=tuple(replace(member, strategy=strategy) for member, strategy in pairs))


def _entered_by_feeds(strategy: Strategy, number: int) -> Strategy:
    terms = Terms()
    own = Clock("", strategy.timeframe)
    sides: dict[str, Side | None] = {}
    for name in SIDES:
        side: Side | None = getattr(strategy, name)
        clock = Clock(_feed(name), strategy.timeframe)
        level = terms.make(Op.FIELD, (), ("close",), clock, Dimension.PRICE)
        half = terms.make(Op.CONSTANT, (), (1.5,))
        drawn = terms.make(Op.GT, (level, half), (), clock, Dimension.CONDITION)
        lifted = terms.make(Op.LIFT, (drawn,), (), own, Dimension.CONDITION)
        sides[name] = None if side is None else replace(side, enter=lifted, fire=Fire.EVERY_CANDLE)
    feeds = {**strategy.feeds, **{_feed(name): f"RANDOM{number}/{name.upper()}" for name in SIDES}}
    return replace(strategy, long=sides["long"], short=sides["short"], filters=None, feeds=feeds)


def _feed(side: str) -> str:
    """No feed of a file can have such a name."""
    return f"random entry, {side}"
