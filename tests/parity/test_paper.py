"""Stopping a paper session between two candles."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.market.timeline import union_times
from stratrun.engine.run.session import PaperSession
from stratrun.engine.trading.wiring import wire

from .case import PROOF, Case, Heard, cases, on_paper, one_pass, told


@given(cases(), st.integers(0, 60))
@settings(PROOF, max_examples=40)
def test_stopped_between_candles_it_is_the_backtest_up_to_there(case: Case, more: int) -> None:
    """A session asked to stop after some candle gives the whole result of a back-test that ends with that candle."""
    times = union_times([case.candles[s] for s in case.strategy.symbols])
    steps = min(wire(case.strategy).plan.first + 1 + more, len(times) - 1)
    result, heard = on_paper(case, stop_after=steps)
    assert heard.session is not None
    assert heard.session.stopped
    assert len(heard.steps) == steps
    end = int(times[steps - 1]) + 1
    cut = {s: c.rows(0, int(c.time.searchsorted(end))) for s, c in case.candles.items()}
    assert told(result) == told(one_pass(replace(case, candles=cut)))
    assert {s: len(c) for s, c in result.candles.items()} == {s: len(cut[s]) for s in case.strategy.symbols}


@given(cases())
@settings(PROOF, max_examples=5)
def test_stopped_before_the_first_candle_nothing_happened(case: Case) -> None:
    """A session stopped at once has an empty, whole result."""
    session = PaperSession(case.strategy, case.candles, case.instruments, case.account)
    session.stop()
    heard = Heard()
    result = session.run(heard)
    assert session.stopped
    assert not heard.steps
    assert len(result.trades) == len(result.time) == len(result.decisions.time) == 0


@given(cases())
@settings(PROOF, max_examples=5)
def test_asked_during_the_last_candle_it_was_not_stopped(case: Case) -> None:
    """A session whose candles had ended anyway does not call itself stopped."""
    total = len(union_times([case.candles[s] for s in case.strategy.symbols]))
    result, heard = on_paper(case, stop_after=total)
    assert heard.session is not None
    assert not heard.session.stopped
    assert told(result) == told(one_pass(case))
