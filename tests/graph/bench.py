"""Expressions over small hand-made candles: text in, columns as plain lists out (None = unknown)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from stratrun.engine.diagnostics.report import Report
from stratrun.engine.graph.compile import compile_terms
from stratrun.engine.graph.plan import Plan
from stratrun.engine.kernel import bind
from stratrun.engine.language.resolve.resolver import Resolver
from stratrun.engine.language.scope import Scope
from stratrun.engine.language.term import Term
from stratrun.engine.language.text import Text
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.research.evaluate import evaluate_terms

MONDAY = 1_704_067_200_000
"""2024-01-01T00:00Z."""
Values = list[Any]


def candles(
    closes: Mapping[int, float] | Sequence[float], timeframe: str = "1h", start: int = MONDAY, symbol: str = "A/USDT"
) -> Candles:
    """Flat candles: a price for each (a mapping leaves candles out); volume 1."""
    rows = dict(enumerate(closes)) if isinstance(closes, Sequence) else dict(closes)
    frame = Timeframe.parse(timeframe)
    time = np.array([start + k * frame.ms for k in rows], np.int64)
    price = np.array(list(rows.values()), float)
    return Candles(symbol, frame, time, price, price.copy(), price.copy(), price.copy(), np.ones(len(rows)))


def term(text: str, timeframe: str = "1h", feeds: Sequence[str] = (), timezone: str = "UTC") -> Term:
    report = Report()
    scope = Scope(Timeframe.parse(timeframe), {name: f"{name.upper()}/USDT" for name in feeds}, timezone=timezone)
    found = Resolver(scope, report).value(Text(text))
    assert found is not None, [(d.code, d.message) for d in report.diagnostics()]
    (only,) = found.values()
    return only


def plan(text: str, timeframe: str = "1h", feeds: Sequence[str] = ()) -> Plan:
    return compile_terms({"x": term(text, timeframe, feeds)}, Timeframe.parse(timeframe))


def column(
    text: str, own: Candles, feeds: Mapping[str, Candles] | None = None, timezone: str = "UTC", chunk: int | None = None
) -> Values:
    """The expression's column; unknown as None, conditions as booleans."""
    asked = term(text, own.timeframe.name, tuple(feeds or ()), timezone)
    found = evaluate_terms({"x": asked}, own, feeds, machine_code=False, chunk=chunk).columns["x"]
    return plain(found)


def plain(values: Any) -> Values:
    values = np.asarray(values)
    if values.dtype == np.int8:
        return [None if v == 2 else bool(v) for v in values.tolist()]
    return [None if math.isnan(v) else v for v in values.tolist()]


def apply(
    kernel: Callable[..., None], inputs: Sequence[Sequence[float | None]], params: Sequence[int], slots: int,
    conditions: tuple[bool, bool], machine_code: bool = False,
) -> Values:  # fmt: skip
    """One kernel over given columns, in two calls so that its state counts; `conditions`: of the inputs, the output."""
    dtype = [np.int8 if kind else np.float64 for kind in conditions]
    unknown = [2.0 if kind else math.nan for kind in conditions]
    columns = [np.array([unknown[0] if v is None else v for v in c], dtype[0]) for c in inputs]
    rows = len(columns[0])
    out, state = np.empty(rows, dtype[1]), np.zeros(slots)
    call = bind(kernel, (*columns, out, *params, state), machine_code)
    for lo, hi in ((0, rows // 3), (rows // 3, rows)):
        call(lo, hi)
    return plain(out)
