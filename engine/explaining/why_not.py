"""A strategy and candles in, what kept it from trading out: how often each condition held or was the only one missing.

A side's conditions are the parts that `and` joins in its entry rule, the filters' parts and the entry hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..graph.together import Universe
from ..language.strategy import Strategy
from ..language.term import Clock, Op, Term, Terms
from ..market.candles import Candles
from ..market.instrument import Instrument
from ..research.backtest import Result, backtest
from ..research.evaluate import evaluate_terms, universe_of
from ..trading.account import Account
from ..trading.codes import Decision
from ..trading.venue import Venue
from .expression import expression_of
from .trace import SIDES, chosen_side

NEAREST = 3
"""Misses told of each condition."""
_COMPARED = (Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.CROSS_ABOVE, Op.CROSS_BELOW)


@dataclass(frozen=True, slots=True)
class Miss:
    """A close (ms UTC) at which one condition alone was missing; its two sides where it compares numbers.

    `distance` is how far they were apart, relative to the right one.
    """

    symbol: str
    close_time: int
    left: float | None = None
    right: float | None = None
    distance: float | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition over all candles looked at: `true` + `false` + `unknown` of them.

    `only_missing`: at how many closes every other condition was true and this one was not. `longest`: candles in a
    row on which it was not true, from the close at `longest_from`.
    """

    key: str
    expression: str
    true: int
    false: int
    unknown: int
    only_missing: int
    longest: int
    longest_from: int | None
    nearest: tuple[Miss, ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """One side. `held`: closes at which everything was true; `decisions`: what became of its signals, by code."""

    side: str
    symbols: tuple[str, ...]
    candles: int
    first: int
    last: int
    """Close times of the first and last candle looked at."""
    conditions: tuple[Condition, ...]
    held: int
    decisions: Mapping[Decision, int]


@dataclass(slots=True)
class _Tally:
    """A condition's counts while symbols are added up."""

    true: int = 0
    false: int = 0
    unknown: int = 0
    only_missing: int = 0
    longest: int = 0
    longest_from: int | None = None
    misses: list[Miss] = field(default_factory=list)


def why_not(
    strategy: Strategy,
    candles: Mapping[str, Candles],
    *,
    side: str | None = None,
    symbol: str | None = None,
    account: Account | None = None,
    instruments: Mapping[str, Instrument] | None = None,
    venue: Venue | None = None,
    start: int | None = None,
    end: int | None = None,
) -> list[WhyNot]:
    """The sides asked for (all declared ones by default), for one symbol or all of them together.

    `start` and `end` (ms UTC, end exclusive) bound the candles' open times. Raises InputError as the back-test does.
    """
    sides = chosen_side(strategy, side)
    result = backtest(
        strategy, candles, account=account, instruments=instruments, venue=venue, start=start, end=end
    )  # fmt: skip
    symbols = (symbol,) if symbol else strategy.symbols
    return [_side(strategy, candles, result, name, symbols) for name in sides]


def conditions_of(strategy: Strategy, side: str) -> list[tuple[str, Term]]:
    """(key, condition) for everything an entry of this side needs at once."""
    declared = strategy.long if side == "long" else strategy.short
    found = [] if declared is None else [(f"{side}.enter", part) for part in _joined(declared.enter)]
    if strategy.filters is not None:
        found += [("filters", part) for part in _joined(strategy.filters)]
    if strategy.schedule is not None:
        found.append(("schedule.entries", strategy.schedule))
    return found


def _side(
    strategy: Strategy, candles: Mapping[str, Candles], result: Result, side: str, symbols: Sequence[str]
) -> WhyNot:
    wanted = conditions_of(strategy, side)
    tallies = [_Tally() for _ in wanted]
    held = rows = 0
    feeds = {name: candles[s] for name, s in strategy.feeds.items()}
    universe = universe_of(strategy, candles)
    for symbol in symbols:
        traded = result.candles[symbol]
        if len(traded):
            held += _add(tallies, [term for _, term in wanted], candles[symbol], traded, feeds, universe)
            rows += len(traded)
    ms = strategy.timeframe.ms
    seen = [result.candles[s].time for s in symbols if len(result.candles[s])]
    return WhyNot(
        side=side, symbols=tuple(symbols), candles=rows,
        first=min(int(t[0]) for t in seen) + ms if seen else 0,
        last=max(int(t[-1]) for t in seen) + ms if seen else 0,
        conditions=tuple(_condition(key, term, tally) for (key, term), tally in zip(wanted, tallies, strict=True)),
        held=held,
        decisions=_decisions(result, strategy, side, symbols),
    )  # fmt: skip


def _condition(key: str, term: Term, tally: _Tally) -> Condition:
    nearest = sorted(tally.misses, key=lambda m: (m.distance is None, m.distance or 0.0, -m.close_time))[:NEAREST]
    return Condition(
        key, expression_of(term), tally.true, tally.false, tally.unknown, tally.only_missing, tally.longest,
        tally.longest_from, tuple(nearest),
    )  # fmt: skip


def _add(
    tallies: Sequence[_Tally], terms: Sequence[Term], own: Candles, traded: Candles, feeds: Mapping[str, Candles],
    universe: Universe,
) -> int:  # fmt: skip
    """Count one symbol's candles in; returns at how many closes everything was true."""
    lo = int(np.searchsorted(own.time, traded.time[0]))
    hi = lo + len(traded)
    asked = {f"{k}": term for k, term in enumerate(terms)}
    pairs = {k: _sides(term, own) for k, term in enumerate(terms)}
    asked |= {f"{k}.{end}": term for k, pair in pairs.items() for end, term in enumerate(pair)}
    columns_of = evaluate_terms(asked, own.rows(0, hi), feeds, universe=universe).columns
    found = {name: column[lo:hi] for name, column in columns_of.items()}
    columns = np.stack([found[f"{k}"] for k in range(len(terms))])
    missing = columns != 1
    count = missing.sum(axis=0)
    closes = traded.time + own.timeframe.ms
    for k, tally in enumerate(tallies):
        tally.true += int((columns[k] == 1).sum())
        tally.false += int((columns[k] == 0).sum())
        tally.unknown += int((columns[k] == 2).sum())
        alone = np.flatnonzero(missing[k] & (count == 1))
        tally.only_missing += len(alone)
        begin, length = _longest(missing[k])
        if length > tally.longest:
            tally.longest, tally.longest_from = length, int(closes[begin])
        numbers = [found[f"{k}.{end}"] for end in range(len(pairs[k]))]
        tally.misses += _nearest(own.symbol, closes, alone[columns[k][alone] == 0], numbers)
    return int((count == 0).sum())


def _nearest(symbol: str, closes: NDArray[Any], rows: NDArray[Any], numbers: Sequence[NDArray[Any]]) -> Iterator[Miss]:
    """The rows at which the numbers compared were nearest; the last ones where nothing is compared."""
    if not numbers:
        yield from (Miss(symbol, int(closes[row])) for row in rows[-NEAREST:])
        return
    left, right = (column[rows] for column in numbers)
    distance = np.abs(left - right) / np.where(right == 0.0, 1.0, np.abs(right))
    for k in np.argsort(distance, kind="stable")[:NEAREST]:
        yield Miss(symbol, int(closes[rows[k]]), float(left[k]), float(right[k]), float(distance[k]))


def _longest(missing: NDArray[Any]) -> tuple[int, int]:
    """(first row, length) of the longest stretch of true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], missing, [False])).astype(np.int8)))
    begins, ends = edges[::2], edges[1::2]
    if not len(begins):
        return 0, 0
    k = int(np.argmax(ends - begins))
    return int(begins[k]), int(ends[k] - begins[k])


def _sides(term: Term, own: Candles) -> tuple[Term, ...]:
    """The two numbers a condition compares, on the strategy's clock."""
    inner = term
    while inner.op in (Op.LIFT, Op.NOT):
        inner = inner.args[0]
    if inner.op not in _COMPARED:
        return ()
    clock, terms = Clock("", own.timeframe), Terms()
    return tuple(
        arg if arg.clock in (None, clock) else terms.make(Op.LIFT, (arg,), (), clock, arg.dimension)
        for arg in inner.args
    )


def _joined(term: Term) -> Iterator[Term]:
    stack = [term]
    while stack:
        found = stack.pop()
        if found.op is Op.AND and found.clock == term.clock:
            stack.extend(reversed(found.args))
        else:
            yield found


def _decisions(result: Result, strategy: Strategy, side: str, symbols: Sequence[str]) -> dict[Decision, int]:
    decided = result.decisions
    places = [strategy.symbols.index(symbol) for symbol in symbols]
    chosen = np.isin(decided.symbol, places) & np.isin(decided.side, (SIDES[side], 0))
    codes, counts = np.unique(decided.code[chosen], return_counts=True)
    return {Decision(int(code)): int(n) for code, n in zip(codes, counts, strict=True)}
