"""Walk-forward out of trials that are there already."""

from __future__ import annotations

import numpy as np

from stratrun.engine.luck.efficiency import STRETCHES, efficiency, followed


def test_the_best_of_the_past_is_followed():
    """A trial that leads the past is chosen, and what it then does is what counts."""
    noise = np.random.default_rng(1).normal(0, 0.001, (STRETCHES * 40, 2))
    noise[:120, 0] += 0.01  # leads, and then stops
    noise[:, 1] += 0.002
    folds = followed(noise)
    assert len(folds) == STRETCHES - 1
    leader = noise[:120, 0]
    assert np.isclose(folds[2].in_sample, np.expm1(np.log1p(leader).mean() * 365))
    assert np.isclose(folds[2].out_of_sample, np.expm1(np.log1p(noise[120:160, 0]).mean() * 365))
    assert folds[3].out_of_sample < folds[1].out_of_sample


def test_a_short_past_has_no_folds_and_a_lost_account_no_growth():
    """Fewer than two stretches of thirty days say nothing; minus a hundred percent has no yearly return."""
    assert followed(np.zeros((59, 3))) == []
    ruined = np.zeros((60, 2))
    ruined[40] = -1.0
    assert [fold.out_of_sample for fold in followed(ruined)] == [None]


def test_chance_keeps_nothing_and_an_edge_keeps_itself():
    """Over many seeds the best of noise keeps about nothing, a steady edge about all."""
    kept = {0.0: [], 0.004: []}
    for seed in range(20):
        source = np.random.default_rng(seed)
        for edge, found in kept.items():
            returns = source.normal(0, 0.01, (720, 20))
            returns[:, 3] += edge
            found.append(efficiency(followed(returns)))
    assert np.median(kept[0.0]) < 0.35
    assert np.median(kept[0.004]) > 0.7
