"""What followed each candle, against a loop that looks at one candle after the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from stratrun.engine.learning.scores import Score, drift
from stratrun.engine.learning.spec import Aim, Target
from stratrun.engine.learning.targets import outcomes

from .conftest import Rows


def slowly(target: Target, rows: Rows, row: int) -> float:
    now, then = rows.close[row], rows.close[row + target.horizon]
    if target.aim is Aim.BARRIERS:
        for k in range(row + 1, row + target.horizon + 1):
            if rows.low[k] <= now * (1 - target.down):
                return 0.0
            if rows.high[k] >= now * (1 + target.up):
                return 1.0
        return 0.0
    return {
        Aim.RISES: float(then >= now * (1 + target.up)), Aim.FALLS: float(then <= now * (1 - target.down)),
        Aim.DIRECTION: float(then > now), Aim.RETURN: then / now - 1,
    }[target.aim]  # fmt: skip


@pytest.mark.parametrize("aim", Aim)
@pytest.mark.parametrize("horizon", [1, 5, 40])
def test_an_outcome_is_what_followed(aim: Aim, horizon: int, drawn: Callable[..., Rows]) -> None:
    """Every row that has `horizon` rows after it has its outcome, and no other."""
    rows, target = drawn(200), Target(aim, horizon, 0.012, 0.008)
    found = outcomes(target, rows.high, rows.low, rows.close)
    assert found.tolist() == [slowly(target, rows, row) for row in range(200 - horizon)]
    assert len(set(found.tolist())) > 1


def test_a_candle_that_touches_both_barriers_is_a_no(drawn: Callable[..., Rows]) -> None:
    """Which one came first is not known: candles wide enough to hold both count as the worse, as stops do."""
    rows = drawn(200)
    high, low = rows.high * 1.02, rows.low / 1.02
    found = outcomes(Target(Aim.BARRIERS, 1, 0.012, 0.012), high, low, rows.close)
    both = (high[1:] >= rows.close[:-1] * 1.012) & (low[1:] <= rows.close[:-1] * 0.988)
    assert both.sum() > 20
    assert not found[both].any()


def test_too_few_rows_have_no_outcome(drawn: Callable[..., Rows]) -> None:
    """As many rows as the horizon, or fewer: nothing is known."""
    rows = drawn(5)
    assert len(outcomes(Target(Aim.DIRECTION, 5), rows.high, rows.low, rows.close)) == 0
    assert len(outcomes(Target(Aim.DIRECTION, 9), rows.high, rows.low, rows.close)) == 0


def test_a_score_is_what_was_foretold_against_what_came() -> None:
    """The Brier score, the skill against the training mean, and the bins of calibration, by hand."""
    score = Score()
    score.add(np.array([0.9, 0.2, 0.25]), np.array([1.0, 0.0, 1.0]), 0.5, True)
    assert score.mean_error == pytest.approx((0.01 + 0.04 + 0.5625) / 3)
    assert score.skill == pytest.approx(1 - 0.6125 / 0.75)
    assert score.bins[9] == [1.0, 0.9, 1.0]
    assert score.bins[2] == [2.0, 0.45, 1.0]
    assert Score().mean_error is None


def test_drift_is_small_for_the_same_and_large_for_the_moved() -> None:
    """Two draws of one distribution hardly differ; a shift by two deviations does; a constant does not move."""
    rng = np.random.default_rng(2)
    before = np.column_stack([rng.normal(size=1000), rng.normal(size=1000), np.ones(1000)])
    after = np.column_stack([rng.normal(size=1000), rng.normal(2.0, size=1000), np.ones(1000)])
    still, moved, constant = drift(before, after)
    assert still < 0.1
    assert moved > 0.25
    assert constant == 0.0
