"""Expressions over candles: terms in, one column per term out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.diagnostic import InputError
from ..graph.compile import compile_terms
from ..graph.plan import Plan
from ..graph.runtime import Runtime
from ..language.term import Term
from ..market.candles import Candles, Times
from ..market.timeline import cut
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
    machine_code: bool | None = None,
    chunk: int | None = None,
) -> Evaluated:
    """Evaluate `terms` (on the clock of `own`) over all its candles. Raises InputError when a feed is missing."""
    feeds = feeds or {}
    plan = compile_terms(terms, own.timeframe)
    missing = {spec.clock.feed for spec in plan.clocks if spec.clock.feed} - set(feeds)
    if missing:
        raise InputError(f"no candles for the feed {', '.join(sorted(missing))}", help="pass candles for each feed")
    machine = prefers_machine_code(plan, len(own)) if machine_code is None else machine_code
    pieces = list(cut([own], feeds, own.time, chunk or CHUNK))
    runtime = Runtime(plan, max((p.rows for p in pieces), default=1), machine)
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in terms}
    for piece in pieces:
        rows = runtime.extend(piece.own[0], piece.feeds)
        for name, column in parts.items():
            column.append(runtime.root(name)[:rows].copy())
    columns = {n: np.concatenate(column) if column else runtime.root(n)[:0].copy() for n, column in parts.items()}
    return Evaluated(own.time, columns, plan)
