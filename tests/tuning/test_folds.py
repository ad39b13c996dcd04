"""Walk-forward: the folds, and that none of them sees its own future."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.candles import Candles
from stratrun.engine.tuning.folds import Windows, chained, folds_of, walk
from stratrun.engine.tuning.goal import Goal, Target
from stratrun.engine.tuning.samplers import Method
from stratrun.engine.tuning.search import Plan, search
from stratrun.engine.tuning.space import space_of
from stratrun.engine.tuning.trial import run_points

from .examples import drafted, inputs_of

DAY = 86_400_000
GOAL = Goal((Target("return", 1),))


@pytest.mark.parametrize("anchored", [False, True])
@pytest.mark.parametrize("purge", [0, 3 * DAY])
@pytest.mark.parametrize("embargo", [0, 2 * DAY])
def test_training_ends_before_its_test_begins(anchored, purge, embargo):
    """Tests follow each other without overlap, each after its own training and what is cut off between them."""
    windows = Windows(60 * DAY, 20 * DAY, anchored, purge, embargo)
    folds = folds_of(windows, 5 * DAY, 205 * DAY)
    assert [f.number for f in folds] == list(range(1, len(folds) + 1))
    for fold in folds:
        assert fold.train[0] < fold.train[1] == fold.test[0] - purge - embargo
        assert fold.train[0] == 5 * DAY or not anchored
        assert fold.test[0] < fold.test[1] <= 205 * DAY
    for a, b in pairwise(folds):
        assert b.test[0] == a.test[1] + embargo


def test_no_room_for_a_fold_is_told():
    """Candles shorter than a training stretch are the user's mistake."""
    with pytest.raises(InputError, match="hold no fold"):
        folds_of(Windows(60 * DAY, 20 * DAY), 0, 30 * DAY)
    with pytest.raises(InputError, match="as long as"):
        folds_of(Windows(60 * DAY, 20 * DAY, purge=60 * DAY), 0, 300 * DAY)


def walked(draft, inputs, start, end):
    plan = Plan(space_of(inputs.strategy.params, ["fast", "slow"]), GOAL, Method.RANDOM, 6, 1)
    searched = lambda fold, part: search(plan, lambda points, first: run_points(draft, part, GOAL, points, first))  # noqa: E731
    return walk(inputs, draft, folds_of(Windows(12 * DAY, 6 * DAY), start, end), searched)


def test_a_fold_does_not_know_what_comes_after_it(tmp_path, sample):
    """Other candles after a fold's test change neither its choice nor its test; after its training, not its choice."""
    draft = drafted(tmp_path, "one symbol", optimize={"require": ["fast < slow"]})
    inputs = inputs_of(draft, sample)
    candles = inputs.candles["BTC/USDT"]
    start, end = int(candles.time[0]), int(candles.time[-1])
    truth = walked(draft, inputs, start, end)
    for k in (0, 1):
        fold = truth[k].fold
        for cut, same_test in ((fold.train[1], False), (fold.test[1], True)):
            row = int(np.searchsorted(candles.time, cut))
            other = _turned(candles, row)
            again = walked(draft, replace(inputs, candles={"BTC/USDT": other}), start, end)[k]
            assert again.best.point == truth[k].best.point
            assert again.best.values == truth[k].best.values
            if same_test:
                assert np.array_equal(again.tested.equity, truth[k].tested.equity)


def _turned(candles: Candles, row: int) -> Candles:
    """The same candles up to `row`; from there on prices move the other way."""
    names = {"open": "open", "high": "low", "low": "high", "close": "close"}
    pivot = candles.close[row - 1] ** 2
    columns = {
        n: np.concatenate([getattr(candles, n)[:row], pivot / getattr(candles, o)[row:]]) for n, o in names.items()
    }
    return replace(candles, **columns)


def test_tests_are_chained(tmp_path, sample):
    """Each test begins with what the one before left."""
    draft = drafted(tmp_path, "one symbol", optimize={"require": ["fast < slow"]})
    inputs = inputs_of(draft, sample)
    candles = inputs.candles["BTC/USDT"]
    found = walked(draft, inputs, int(candles.time[0]), int(candles.time[-1]))
    curve = chained(found, inputs.account.capital)
    growth = np.prod([w.tested.equity[-1] / inputs.account.capital for w in found])
    assert curve.final / curve.capital == pytest.approx(growth, rel=1e-12)
    assert (np.diff(curve.time) > 0).all()
