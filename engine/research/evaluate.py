"""Expressions over candles: terms in, one column per term out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.diagnostic import InputError
from ..graph.compile import compile_terms
from ..graph.plan import Plan
from ..graph.runtime import Runtime
from ..graph.together import Together, Universe
from ..language.strategy import Strategy
from ..language.term import Term
from ..market.candles import Candles, Times
from ..market.timeline import cut, union_times
from ..trading.wiring import spans_of
from .backtest import CHUNK, prefers_machine_code


@dataclass(frozen=True, slots=True)
class Evaluated:
    """`columns` by name: float64 (NaN = unknown) or int8 conditions (0, 1, 2 = unknown), a row per candle of `time`
    (open times, ms UTC)."""

    time: Times
    columns: Mapping[str, NDArray[Any]]
    plan: Plan


def evaluate_terms(
    terms: Mapping[str, Term],
    own: Candles,
    feeds: Mapping[str, Candles] | None = None,
    *,
    universe: Universe | None = None,
    machine_code: bool | None = None,
    chunk: int | None = None,
) -> Evaluated:
    """Evaluate `terms` (on the clock of `own`) over all its candles.

    `universe`: all symbols of the strategy, for terms that compare them; without one `own` is alone. Raises InputError
    when a feed is missing.
    """
    feeds = feeds or {}
    plan = compile_terms(terms, own.timeframe)
    missing = {spec.clock.feed for spec in plan.clocks if spec.clock.feed} - set(feeds)
    if missing:
        raise InputError(f"no candles for the feed {', '.join(sorted(missing))}", help="pass candles for each feed")
    machine = prefers_machine_code(plan, len(own)) if machine_code is None else machine_code
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in terms}
    for rows, runtime in extended(plan, own, feeds, universe, machine, chunk or CHUNK):
        for name, column in parts.items():
            column.append(runtime.root(name)[:rows].copy())
    empty = Runtime(plan, 1, machine_code=False)
    columns = {n: np.concatenate(column) if column else empty.root(n)[:0].copy() for n, column in parts.items()}
    return Evaluated(own.time, columns, plan)


def universe_of(strategy: Strategy, candles: Mapping[str, Candles]) -> Universe:
    """All symbols of a strategy, in its order."""
    return Universe(tuple(candles[symbol] for symbol in strategy.symbols), tuple(spans_of(strategy)))


def extended(
    plan: Plan, own: Candles, feeds: Mapping[str, Candles], universe: Universe | None, machine: bool, size: int
) -> Iterator[tuple[int, Runtime]]:
    """The runtime of `own` after each chunk of `size` times, with the rows it then holds."""
    every = Universe((own,)) if universe is None or not plan.meetings else universe.around(own)
    pieces = list(cut(every.own, feeds, union_times(every.own), size))
    runtimes = [Runtime(plan, max((p.rows for p in pieces), default=1), machine) for _ in every.own]
    mine = next(s for s, candles in enumerate(every.own) if candles.symbol == own.symbol)
    together = Together([runtime.own for runtime in runtimes], every.members) if plan.meetings else None
    for piece in pieces:
        if together is None:
            runtimes[mine].extend(piece.own[mine], piece.feeds)
        else:
            together.extend(piece.own, piece.feeds)
        yield len(piece.own[mine]), runtimes[mine]
