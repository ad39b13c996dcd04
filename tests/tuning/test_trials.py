"""Trials over a shared graph against back-tests of the same points."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.trading.trades import Trades
from stratrun.engine.tuning import trials
from stratrun.engine.tuning.seat import Keep
from stratrun.engine.tuning.space import space_of
from stratrun.engine.tuning.trials import run_trials

from .examples import KINDS, drafted, inputs_of

EVERYTHING = Keep(falls=True, equity=True, trades=True)


def same_trades(a: Trades, b: Trades) -> bool:
    names = [f.name for f in fields(Trades) if f.name != "symbols"]
    return all(np.array_equal(getattr(a, n), getattr(b, n), equal_nan=n == "risk") for n in names)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), kind=st.sampled_from(sorted(KINDS)), late=st.booleans())
def test_a_trial_is_the_back_test_of_its_point(data, kind, late, tmp_path, sample):
    """Trades, equity and figures of a trial are bit for bit those of a back-test of the same point."""
    draft = drafted(tmp_path, kind)
    inputs = inputs_of(draft, sample)
    if late:
        inputs = replace(inputs, start=int(next(iter(inputs.candles.values())).time[400]))
    space = space_of(inputs.strategy.params, ())
    places = st.tuples(*(st.integers(0, len(axis) - 1) for axis in space.axes))
    points = [space.point(data.draw(places)) for _ in range(4)]
    strategies = [draft.at(point) for point in points]
    found = run_trials(inputs, strategies, EVERYTHING, machine_code=False)
    short = run_trials(inputs, strategies, replace(EVERYTHING, equity=False), machine_code=False)
    for strategy, ran, thin in zip(strategies, found, short, strict=True):
        alone = inputs.of(strategy).run()
        assert np.array_equal(ran.curve.time, alone.time)
        assert np.array_equal(ran.curve.equity, alone.equity)
        assert same_trades(ran.trades, alone.trades)
        assert ran.metrics.figures() == alone.metrics.figures()
        assert thin.curve.max_drawdown == alone.metrics.curve.max_drawdown
        assert np.array_equal(thin.curve.daily_returns, alone.metrics.curve.daily_returns)
        assert thin.curve.final == alone.metrics.curve.final
        assert thin.closed == alone.metrics.closed.count


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_threads_and_machine_code_change_nothing(kind, tmp_path, sample):
    """Compiled, in two threads and in many chunks, every trial is the interpreted one."""
    draft = drafted(tmp_path, kind)
    inputs = inputs_of(draft, sample)
    space = space_of(inputs.strategy.params, ())
    strategies = [draft.at(space.point([k % len(axis) for axis in space.axes])) for k in range(3, 9)]
    plain = run_trials(inputs, strategies, EVERYTHING, machine_code=False)
    fast = run_trials(inputs, strategies, EVERYTHING, machine_code=True, threads=2)
    for a, b in zip(plain, fast, strict=True):
        assert np.array_equal(a.curve.equity, b.curve.equity)
        assert same_trades(a.trades, b.trades)


def test_memory_splits_batches_and_nothing_else(tmp_path, sample, monkeypatch):
    """Trials that do not fit into memory together run in turn, with the same results."""
    draft = drafted(tmp_path, "one symbol")
    inputs = inputs_of(draft, sample)
    strategies = [draft.at({"fast": str(n)}) for n in range(3, 10)]
    together = run_trials(inputs, strategies, EVERYTHING, machine_code=False)
    monkeypatch.setattr(trials, "BATCH", 2)
    monkeypatch.setattr(trials, "INTERPRETED_CHUNK", 100)
    seen: list[int] = []
    apart = run_trials(inputs, strategies, EVERYTHING, machine_code=False, told=seen.append)
    assert seen == [2, 4, 6, 7]
    for a, b in zip(together, apart, strict=True):
        assert np.array_equal(a.curve.equity, b.curve.equity)


def test_a_trial_that_fell_too_far_is_stopped_and_the_others_are_not_touched(tmp_path, sample, monkeypatch):
    """Stopping one trial changes no other."""
    monkeypatch.setattr(trials, "INTERPRETED_CHUNK", 100)
    draft = drafted(tmp_path, "one symbol")
    inputs = inputs_of(draft, sample)
    strategies = [draft.at({"fast": str(n)}) for n in range(3, 12)]
    whole = run_trials(inputs, strategies, Keep(falls=True), machine_code=False)
    deepest = sorted(ran.curve.max_drawdown for ran in whole)
    limit = deepest[len(deepest) // 2]
    some = run_trials(inputs, strategies, Keep(falls=True, most_fall=limit), machine_code=False)
    assert {ran.stopped for ran in some} == {True, False}
    for a, b in zip(whole, some, strict=True):
        assert b.stopped == (a.curve.max_drawdown > limit)
        if not b.stopped:
            assert np.array_equal(a.curve.daily_returns, b.curve.daily_returns)


def test_a_point_without_enough_candles_is_refused_alone(tmp_path, sample):
    """A warm-up longer than the candles refuses that point and no other."""
    draft = drafted(tmp_path, "one symbol")
    inputs = inputs_of(draft, sample, count=40)
    short, long = run_trials(inputs, [draft.at({"slow": "10"}), draft.at({"slow": "60"})], Keep(), machine_code=False)
    assert not short.refused
    assert "warm-up" in long.refused


def test_an_empty_range_is_the_users_mistake(tmp_path, sample):
    """A range without candles is told, not run."""
    draft = drafted(tmp_path, "one symbol")
    inputs = replace(inputs_of(draft, sample), start=1, end=2)
    with pytest.raises(InputError, match="no candles in the range"):
        run_trials(inputs, [draft.at({})], Keep())


def test_equal_nodes_are_computed_once(tmp_path, sample):
    """A grid of fast and slow averages computes each average once, not once a trial."""
    from stratrun.engine.trading.wiring import wire
    from stratrun.engine.tuning.merge import merge

    draft = drafted(tmp_path, "one symbol")
    points = [{"fast": str(f), "slow": str(s)} for f in range(3, 8) for s in (10, 20, 30)]
    merged = merge([wire(draft.at(point)).plan for point in points])
    names = [step.name for step in merged.plan.steps]
    assert names.count("ema") == 5 + 3
    assert names.count("rsi") == 1
