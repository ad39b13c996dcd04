"""What a strategy must beat: its own exits and sizes, entered at random times as often as it entered.

The random entries are a feed of candles that is 2 where an entry is drawn and 1 elsewhere, so that the same decision
core and the same costs make both results. With several symbols, all see the same drawn times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..language.strategy import Fire, Side, Strategy
from ..language.term import Clock, Dimension, Op, Terms
from ..market.candles import Candles, Floats
from ..market.timeline import union_times
from .backtest import Result
from .inputs import Inputs

SIDES = ("long", "short")
ROUNDS, TRIES = 2, 5
"""Rounds of runs that learn how often to draw so that the numbers of trades agree: some draws fall on a position."""


def random_entries(inputs: Inputs, result: Result, runs: int, seed: int) -> Iterator[tuple[Floats, int]]:
    """Each run's daily growth (equity over the capital) and its number of trades, as many on average as `result` has.

    Filters are part of the entry and do not hold; hours, limits and protections do. Deterministic by `seed`.
    """
    strategy = _entered_by_feeds(inputs.strategy)
    chance = _first_guess(result)
    wanted = len(result.trades)
    for turn in range(ROUNDS):
        seeds = [(seed, 0, turn * TRIES + attempt) for attempt in range(TRIES)]
        made = sum(len(_drawn(inputs, strategy, result, chance, one).trades) for one in seeds)
        chance = [min(part * (wanted * TRIES + 1) / (made + 1), 1.0) for part in chance]
    for run in range(runs):
        found = _drawn(inputs, strategy, result, chance, (seed, 1, run))
        yield found.metrics.curve.daily_equity / found.account.capital, len(found.trades)


def _first_guess(result: Result) -> list[float]:
    """Per side, entries over candles without a position."""
    rows = sum(len(c) for c in result.candles.values())
    free = max(rows - int(result.trades.candles.sum()), 1)
    return [min(int(np.count_nonzero(result.trades.side == side)) / free, 1.0) for side in (1, -1)]


def _drawn(
    inputs: Inputs, strategy: Strategy, result: Result, chance: list[float], seed: tuple[int, int, int]
) -> Result:
    source = np.random.default_rng(seed)
    times = union_times([inputs.candles[symbol] for symbol in strategy.symbols])
    known = int(np.searchsorted(times, int(result.time[min(result.plan.first, len(result.time) - 1)])))
    feeds = {}
    for name, part in zip(SIDES, chance, strict=True):
        drawn = source.random(len(times)) < part
        drawn[:known] = False
        level = np.where(drawn, 2.0, 1.0)
        symbol = strategy.feeds[_feed(name)]
        feeds[symbol] = Candles(symbol, strategy.timeframe, times, level, level, level, level, np.ones(len(times)))
    return replace(inputs, strategy=strategy, candles={**inputs.candles, **feeds}).run()


def _entered_by_feeds(strategy: Strategy) -> Strategy:
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
    feeds = {**strategy.feeds, **{_feed(name): f"RANDOM/{name.upper()}" for name in SIDES}}
    return replace(strategy, long=sides["long"], short=sides["short"], filters=None, feeds=feeds)


def _feed(side: str) -> str:
    """No feed of a file can have such a name."""
    return f"random entry, {side}"
