"""The probability of back-test overfitting."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.luck.pbo import overfitting, splits
from stratrun.engine.luck.trials import Trials

from .noise import noise, planted


def test_pure_noise_is_overfitted_half_the_time() -> None:
    """Over many tables without skill the probability averages one half and never looks safe on average."""
    found = [overfitting(Trials.of(noise(seed), 0)) for seed in range(24)]
    values = np.array([one.probability for one in found if one])
    assert len(values) == 24
    assert abs(values.mean() - 0.5) < 3 * values.std(ddof=1) / np.sqrt(24) + 0.02


def test_a_planted_edge_is_not() -> None:
    """With one trial that really earns, the probability is far below the threshold for every seed."""
    for seed in range(8):
        found = overfitting(Trials.of(planted(seed), 7))
        assert found is not None
        assert found.probability < 0.05
        assert found.loss_probability < 0.05


def test_every_split_counts_once() -> None:
    """Sixteen blocks give all 12,870 halves, no two alike, each with its mirror."""
    marks = splits(16)
    both = np.concatenate([marks, 1 - marks])
    assert both.shape == (12_870, 16)
    assert len(np.unique(both, axis=0)) == 12_870
    assert (both.sum(axis=1) == 8).all()
    assert len(overfitting(Trials.of(noise(1), 0)).logits) == 12_870  # type: ignore[union-attr]


def test_it_is_what_the_definition_says() -> None:
    """The quick sums give the same logits as cutting, joining and ranking split by split."""
    table, blocks = noise(3, rows=123, trials=5), 6
    parts = table[3:].reshape(blocks, 20, 5)
    expected = []
    for known in combinations(range(blocks), blocks // 2):
        rest = [b for b in range(blocks) if b not in known]
        inside, outside = (np.concatenate(parts[list(rows)]) for rows in (known, rest))
        ratio = [half.mean(axis=0) / half.std(axis=0, ddof=1) for half in (inside, outside)]
        best = int(ratio[0].argmax())
        rank = (np.count_nonzero(ratio[1] <= ratio[1][best])) / 6
        expected.append((np.log(rank / (1 - rank)), ratio[0][best], ratio[1][best]))
    found = overfitting(Trials.of(table, 0), blocks)
    assert found is not None
    rows = zip(found.logits.tolist(), found.known.tolist(), found.unseen.tolist(), strict=True)
    np.testing.assert_allclose(sorted(rows), sorted(expected), rtol=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.permutations(range(6)), st.floats(1e-3, 1e3))
def test_order_and_leverage_of_trials_change_nothing(seed: int, order: list[int], leverage: float) -> None:
    """The figures are the same whatever the order of trials and however all are levered."""
    table = noise(seed, rows=96, trials=6)
    one, other = overfitting(Trials.of(table, 0), 8), overfitting(Trials.of(table[:, order] * leverage, 0), 8)
    assert one is not None
    assert other is not None
    np.testing.assert_allclose(np.sort(one.logits), np.sort(other.logits))
    np.testing.assert_allclose(np.sort(one.unseen), np.sort(other.unseen), atol=1e-9)


@pytest.mark.parametrize(
    "table",
    [noise(0, rows=48), noise(0, trials=1), np.zeros((0, 4)), np.zeros((400, 4)), np.repeat(noise(1, trials=1), 4, 1)],
)
def test_undefined_is_none(table: np.ndarray) -> None:
    """Too short a past, one trial, or trials that do not differ have no such probability."""
    assert overfitting(Trials.of(table, 0)) is None


def test_a_trial_that_never_trades_takes_part_as_zero() -> None:
    """A column of zeros ranks between those that earn and those that lose."""
    table = noise(5)
    table[:, 0] = 0.0
    found = overfitting(Trials.of(table, 1))
    assert found is not None
    assert np.isfinite(found.logits).all()


def test_uneven_blocks_are_refused() -> None:
    """An odd number of blocks has no halves."""
    with pytest.raises(ValueError, match="even"):
        overfitting(Trials.of(noise(1), 0), 15)
