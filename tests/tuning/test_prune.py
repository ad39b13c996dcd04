"""Median pruning: who is stopped, and that nothing else changes by it."""

from __future__ import annotations

import pytest
from numpy.testing import assert_array_equal

from stratrun.engine.tuning.goal import Goal, Target
from stratrun.engine.tuning.prune import FEWEST, WINDOWS, bars_of
from stratrun.engine.tuning.report import headline
from stratrun.engine.tuning.samplers import Method
from stratrun.engine.tuning.search import Plan, search
from stratrun.engine.tuning.seat import Keep
from stratrun.engine.tuning.space import space_of
from stratrun.engine.tuning.store import Store
from stratrun.engine.tuning.trial import run_points
from stratrun.engine.tuning.trials import run_trials

from .examples import drafted, inputs_of


def plan_of(draft, figure: str, method: Method = Method.RANDOM, trials: int = 40, prune: bool = True) -> Plan:
    space = space_of(draft.at({}).params, ("fast", "slow", "stop"))
    return Plan(space, Goal((Target.parse(figure),)), method, trials, 1, prune)


def searched(tmp_path, sample, figure: str, prune: bool, kind: str = "one symbol", store=None, trials: int = 40):
    draft = drafted(tmp_path, kind)
    inputs = inputs_of(draft, sample, 900)
    plan = plan_of(draft, figure, trials=trials, prune=prune)

    def run(points, first, bars=None):
        return run_points(draft, inputs, plan.goal, points, first, bars)

    return search(plan, run, store)


def test_the_bar_is_the_middle_of_earlier_scores():
    """Each window's bar is the median of the scores there; with too few there is none."""
    steps = [(float(k), 2.0 * k if k != 3 else None) for k in range(FEWEST)]
    assert bars_of(steps) == ((FEWEST - 1) / 2, None, None)
    assert bars_of(steps[1:]) == (None,) * (WINDOWS - 1)


@pytest.mark.parametrize("figure", ["return", "ulcer", "minimize max_drawdown", "profit_factor"])
def test_pruning_changes_no_trial_that_is_kept(tmp_path, sample, figure):
    """A trial that ran to its end has the very figures and returns it has without pruning."""
    pruned, whole = (searched(tmp_path, sample, figure, prune) for prune in (True, False))
    assert [t.point for t in pruned.trials] == [t.point for t in whole.trials]
    stopped = [trial for trial in pruned.trials if trial.pruned]
    assert f"{len(stopped):,} of them pruned" in headline(pruned)
    assert 0 < len(stopped) < len(pruned.trials)
    assert all(not trial.counts and trial.values == (None,) for trial in stopped)
    for mine, theirs in zip(pruned.trials, whole.trials, strict=True):
        if not mine.pruned:
            assert (mine.values, mine.trades, mine.failed) == (theirs.values, theirs.trades, theirs.failed)
            assert_array_equal(mine.returns, theirs.returns)


def test_the_scores_on_the_way_are_those_of_shorter_runs(tmp_path, sample):
    """What is compared at a window's end is what a run that ends there would have come to."""
    draft = drafted(tmp_path, "both sides, slower candles")
    inputs = inputs_of(draft, sample, 960)
    goal = Goal((Target.parse("return"),))
    (trial,) = run_points(draft, inputs, goal, [{}], 0, (None,) * (WINDOWS - 1))
    (ran,) = run_trials(inputs, [draft.at({})], Keep(equity=True))
    for k, step in enumerate(trial.steps):
        row = 960 * (k + 1) // WINDOWS - 1  # a midnight
        assert step == ran.curve.equity[row] / ran.curve.capital - 1
    assert len(trial.steps) == WINDOWS - 1


def test_a_pruned_study_goes_on_as_if_it_had_not_stopped(tmp_path, sample):
    """Bars come from the trials before the batch, so a study that is extended prunes as one that ran through."""
    place = str(tmp_path / "s.db")
    for trials in (21, 40):
        store = Store(place, {"x": 1})
        resumed = searched(tmp_path, sample, "return", True, store=store, trials=trials)
        store.close()
    through = searched(tmp_path, sample, "return", True)
    assert [(t.number, t.steps, t.pruned, t.values) for t in resumed.trials] == [
        (t.number, t.steps, t.pruned, t.values) for t in through.trials
    ]


def test_chunks_do_not_decide(tmp_path, sample):
    """Machine code cuts the candles into other chunks, and prunes the same trials."""
    draft = drafted(tmp_path, "one symbol")
    inputs = inputs_of(draft, sample, 900)
    goal = Goal((Target.parse("return"),))
    points = [{"fast": str(k)} for k in range(3, 9)]
    steps = run_points(draft, inputs, goal, points, 0, (None,) * (WINDOWS - 1))
    bars = tuple(sorted(t.steps[k] or 0.0 for t in steps)[3] for k in range(WINDOWS - 1))
    together = run_points(draft, inputs, goal, points, 0, bars)
    alone = [run_points(draft, inputs, goal, [point], k, bars)[0] for k, point in enumerate(points)]
    assert [(t.steps, t.pruned) for t in together] == [(t.steps, t.pruned) for t in alone]
    assert {t.pruned for t in together} == {True, False}
