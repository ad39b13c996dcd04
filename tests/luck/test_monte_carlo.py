"""Paths drawn from one past."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.luck import monte_carlo
from stratrun.engine.luck.monte_carlo import fan, redrawn, shuffled, together, trade_returns

RETURNS = np.random.default_rng(3).normal(0.001, 0.02, 120)


def test_another_order_ends_at_the_same_equity() -> None:
    """However trades are shuffled, their product is the same; only the way there differs."""
    paths = shuffled(RETURNS, 500, 1)
    np.testing.assert_allclose(paths.final, np.prod(1 + RETURNS))
    assert np.ptp(paths.drawdown) > 0.05


def test_independent_draws_have_the_known_mean_and_spread() -> None:
    """With blocks of one row, log growth has the mean and the variance of so many independent draws."""
    paths = redrawn(RETURNS, 4_000, 1, block=1)
    logs = np.log1p(RETURNS)
    assert np.log(paths.final).mean() == pytest.approx(logs.sum(), abs=4 * np.sqrt(120 * logs.var() / 4_000))
    assert np.log(paths.final).var() == pytest.approx(120 * logs.var(), rel=0.1)


def test_blocks_keep_what_follows_each_other() -> None:
    """Days in trends spread the results wider when their blocks stay whole than when every day is drawn alone."""
    trending = np.repeat(np.random.default_rng(4).normal(0, 0.01, 30), 10)
    whole, single = redrawn(trending, 2_000, 1, block=20), redrawn(trending, 2_000, 1, block=1)
    assert np.log(whole.final).std() > 2 * np.log(single.final).std()


@pytest.mark.parametrize("draw", [shuffled, redrawn])
def test_the_seed_decides_everything(draw: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal seeds give equal paths and others do not, however the work is cut into parts."""
    one, other = (draw(RETURNS, 50, seed) for seed in (7, 8))  # type: ignore[operator]  # a function of the list
    assert not np.array_equal(one.growth, other.growth)
    for cells in (1, 7 * len(RETURNS), 10**9):
        monkeypatch.setattr(monte_carlo, "AT_ONCE", cells)
        same = draw(RETURNS, 50, 7)  # type: ignore[operator]  # a function of the list
        np.testing.assert_array_equal(one.growth, same.growth)
        np.testing.assert_array_equal(one.lowest, same.lowest)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1.5, 3), min_size=1, max_size=600), st.integers(0, 2**32))
def test_paths_are_what_they_say(returns: list[float], seed: int) -> None:
    """Growth starts at 1, is never negative, falls lie between 0 and 1, and an account that is lost stays lost."""
    paths = redrawn(np.array(returns), 5, seed)
    assert (paths.growth[:, 0] == 1).all()
    assert (paths.growth >= 0).all()
    assert ((paths.fall >= 0) & (paths.fall <= 1)).all()
    assert (paths.drawdown >= paths.fall.max(axis=1)).all()
    assert (paths.final[paths.lowest == 0] == 0).all()
    assert paths.growth.shape[1] == len(paths.places) <= monte_carlo.POINTS + 1
    np.testing.assert_array_equal(paths.growth[:, -1], paths.final)


def test_ruin_and_loss_are_counted() -> None:
    """Ruin counts paths that were ever so low, a loss those that ended below the capital."""
    paths = together([np.array(path) for path in ([0.4, 1.2], [0.9, 0.8], [1.1, 1.3], [0.5, 0.5])])
    assert paths.ruin(0.5) == 0.5
    assert paths.loss == 0.5
    assert paths.drawdown.tolist() == pytest.approx([0.6, 0.2, 0.0, 0.5])


def test_a_fan_has_ordered_bands() -> None:
    """Higher percentiles never lie below lower ones."""
    bands = fan(redrawn(RETURNS, 200, 2).growth)
    assert (np.diff(bands, axis=0) >= 0).all()


def test_trades_grow_the_account_they_found() -> None:
    """Each trade's return is on what the trades before it left, and nothing follows ruin."""
    np.testing.assert_allclose(trade_returns(np.array([100.0, -110.0, 99.0]), 1_000), [0.1, -0.1, 0.1])
    assert len(trade_returns(np.array([-1_000.0, 50.0]), 1_000)) == 1
    assert len(trade_returns(np.empty(0), 1_000)) == 0
