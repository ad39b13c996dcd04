"""The reality check and its bootstrap."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stratrun.engine.luck.bootstrap import drawn_rows, sources, weights
from stratrun.engine.luck.reality import reality_check
from stratrun.engine.luck.trials import Trials

from .noise import noise, planted


def test_without_skill_every_p_value_is_as_likely() -> None:
    """Over many tables whose best trial is luck, p-values fill 0 to 1 evenly (Kolmogorov's distance, 1 % level)."""
    found = [reality_check(Trials.of(noise(seed, 250, 10), 0), seed, runs=200, block=1) for seed in range(120)]
    for values in ([one.p_value for one in found if one], [one.superior for one in found if one]):
        placed = np.sort(values)
        steps = np.arange(1, 121) / 120
        assert max(np.abs(placed - steps).max(), np.abs(placed - steps + 1 / 120).max()) < 1.63 / np.sqrt(120)


def test_a_real_edge_is_found() -> None:
    """One trial with an edge far above the noise has a p-value near the smallest there is."""
    found = reality_check(Trials.of(planted(1), 7), 1)
    assert found is not None
    assert found.p_value < 0.01
    assert found.superior < 0.01


def test_hopeless_trials_do_not_blur_hansens_answer() -> None:
    """Adding very noisy trials that lose raises White's p-value and leaves Hansen's low."""
    table = np.hstack([planted(2), noise(3, deviation=0.2) - 0.05])
    found = reality_check(Trials.of(table, 7), 3)
    assert found is not None
    assert found.superior < 0.01 < found.p_value


def test_the_same_seed_gives_the_same_answer() -> None:
    """The check depends on its seed and nothing else."""
    trials = Trials.of(noise(9), 0)
    assert reality_check(trials, 5, runs=300) == reality_check(trials, 5, runs=300)
    assert reality_check(trials, 5, runs=300) != reality_check(trials, 6, runs=300)


@pytest.mark.parametrize("table", [noise(0, rows=29), np.zeros((100, 3)), np.zeros((0, 3)), np.full((50, 2), 0.01)])
def test_undefined_is_none(table: np.ndarray) -> None:
    """Too few periods, or trials that never move, have no p-value."""
    assert reality_check(Trials.of(table, 0), 0) is None


@pytest.mark.parametrize("block", [1, 5, 40])
def test_blocks_last_as_long_as_asked(block: int) -> None:
    """The mean length of a run of following rows is the one asked for, and every row is drawn equally often."""
    drawn = drawn_rows(200, 500, block, sources(1))
    broken = np.count_nonzero((np.diff(drawn, axis=1) % 200) != 1)
    assert broken / drawn[:, 1:].size == pytest.approx((1 - 1 / 200) / block, rel=0.05)
    np.testing.assert_allclose(weights(drawn, 200).sum(axis=1), 1.0)
    spread = np.sqrt(block / 500)
    assert abs(weights(drawn, 200).mean(axis=0) * 200 - 1).max() < 5 * spread


@pytest.mark.parametrize("seed", range(4))
def test_it_is_what_the_papers_say(seed: int) -> None:
    """White's and Hansen's statistics, draw by draw; trials far below zero, near the limit and above it among them."""
    rows, runs = 300, 200
    table = np.random.default_rng(seed).normal(0.0, 0.01, (rows, 8))
    # Means of so many standard errors: Hansen sets aside what is below -sqrt(2 ln ln 300), which is -1.87.
    wanted = np.array([-6.0, -3.0, -2.2, -2.0, -1.7, -1.0, 0.4, 0.9 * seed])
    table += wanted * 0.01 / rows**0.5 - table.mean(axis=0)
    found = reality_check(Trials.of(table, 7), seed, runs=runs, block=1)
    assert found is not None
    drawn = table[drawn_rows(rows, runs, 1, sources(seed))].mean(axis=1)
    mean, noise = table.mean(axis=0), drawn.std(axis=0)
    white = sum(max(row - mean) >= max(mean) for row in drawn)
    kept = [0.0 if m < -s * math.sqrt(2 * math.log(math.log(rows))) else m for m, s in zip(mean, noise, strict=True)]
    hansen = sum(max(0.0, *((row - kept) / noise)) >= max(0.0, *(mean / noise)) for row in drawn)
    assert found.p_value == pytest.approx((1 + white) / (1 + runs))
    assert found.superior == pytest.approx((1 + hansen) / (1 + runs))
