"""Candles after a time change nothing at or before it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.market.candles import Candles
from stratrun.engine.market.timeline import union_times
from stratrun.engine.research.backtest import Result
from stratrun.engine.research.evaluate import evaluate_terms
from stratrun.engine.trading.codes import Decision
from stratrun.engine.trading.trades import ExitReason
from stratrun.engine.trading.wiring import wire

from .case import PROOF, Case, cases, one_pass


def changed_after(candles: Candles, time: int, factor: float) -> Candles:
    """The same up to the candle that opens at `time`; after it other prices and volumes."""
    later = candles.time > time
    scale = np.where(later, factor * (1.0 + 0.3 * np.sin(np.arange(len(candles)))), 1.0)
    return replace(candles, open=candles.open * scale, high=candles.high * scale * np.where(later, 1.02, 1.0),
                   low=candles.low * scale * np.where(later, 0.98, 1.0), close=candles.close * scale,
                   volume=candles.volume * scale)  # fmt: skip


def until(result: Result, time: int) -> dict[str, bytes]:
    """All that a run knows at the close of the candles that open at `time`."""
    ms = result.strategy.timeframe.ms
    steps = int(np.searchsorted(result.time, time + ms, side="right"))
    trades, made = result.trades, result.decisions
    # What became of an order at an open is told there, the very instant of this close.
    later = (Decision.FILL_REDUCED, Decision.FILL_DROPPED, Decision.ORDER_CANCELED, Decision.POST_ONLY)
    decided = made.time + np.isin(made.code, later) <= time + ms
    closed = (trades.reason != ExitReason.OPEN) & (trades.exit_time <= time)
    columns = [result.equity[:steps], made.symbol[decided], made.side[decided], made.code[decided],
               made.quantity[decided], made.price[decided]]  # fmt: skip
    names = ("symbol", "side", "entry_time", "exit_time", "entry_price", "exit_price", "quantity", "fees", "profit",
             "risk", "candles", "reason")  # fmt: skip
    found = {str(k): column.tobytes() for k, column in enumerate(columns)}
    return found | {name: getattr(trades, name)[closed].tobytes() for name in names}


def instant(case: Case, cut: int) -> int:
    times = union_times([case.candles[s] for s in case.strategy.symbols])
    least = min(wire(case.strategy).plan.first + 2, len(times) - 1)
    return int(times[least + cut % (len(times) - least)])


@given(cases(), st.integers(0, 10_000), st.sampled_from((0.2, 1.0, 6.0)))
@settings(PROOF, max_examples=150)
def test_other_candles_after_a_time_change_nothing_before(case: Case, cut: int, factor: float) -> None:
    """Decisions, closed trades and equity up to a close are the same whatever comes after it."""
    time = instant(case, cut)
    other = {s: changed_after(c, time, factor) for s, c in case.candles.items()}
    assert until(one_pass(replace(case, candles=other)), time) == until(one_pass(case), time)


@given(cases(), st.integers(0, 10_000))
@settings(PROOF, max_examples=100)
def test_missing_candles_after_a_time_change_nothing_before(case: Case, cut: int) -> None:
    """The same when the candles simply end there."""
    time = instant(case, cut)
    ended = {s: c.rows(0, int(c.time.searchsorted(time, side="right"))) for s, c in case.candles.items()}
    assert until(one_pass(replace(case, candles=ended)), time) == until(one_pass(case), time)


@given(cases(), st.integers(0, 10_000), st.integers(1, 90))
@settings(PROOF, max_examples=100)
def test_columns_do_not_know_what_comes(case: Case, cut: int, size: int) -> None:
    """Every rule and definition, as a column, is the same in any chunking and up to a time whatever comes after it."""
    time = instant(case, cut)
    strategy = case.strategy
    sides = [side for side in (strategy.long, strategy.short) if side]
    terms = dict(strategy.definitions) | {f"enter{k}": side.enter for k, side in enumerate(sides)}
    own = case.candles[strategy.symbols[0]]
    feeds = {name: case.candles[symbol] for name, symbol in strategy.feeds.items()}
    whole = evaluate_terms(terms, own, feeds, machine_code=False, chunk=1_000_000)
    parts = evaluate_terms(terms, own, feeds, machine_code=False, chunk=size)
    changed = evaluate_terms(
        terms, changed_after(own, time, 3.0), {n: changed_after(c, time, 3.0) for n, c in feeds.items()},
        machine_code=False, chunk=1_000_000,
    )  # fmt: skip
    rows = int(own.time.searchsorted(time, side="right"))
    for name, column in whole.columns.items():
        assert parts.columns[name].tobytes() == column.tobytes()
        assert changed.columns[name][:rows].tobytes() == column[:rows].tobytes()


@given(cases())
@settings(PROOF, max_examples=30)
def test_the_check_would_notice(case: Case) -> None:
    """The comparison is not blind: the open at which a position was closed shows when it is changed."""
    whole = one_pass(case)
    market = whole.trades.reason == ExitReason.RULE
    if not market.any():
        return
    symbol = case.strategy.symbols[int(whole.trades.symbol[market][0])]
    time = int(whole.trades.exit_time[market][0])
    candles = case.candles[symbol]
    at = int(candles.time.searchsorted(time))
    opened = candles.open.copy()
    opened[at] = np.nextafter(opened[at], np.inf)
    other = {**case.candles, symbol: replace(candles, open=opened)}
    assert until(one_pass(replace(case, candles=other)), time) != until(whole, time)
