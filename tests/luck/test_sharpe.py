"""Sharpe ratios against chance, held to the worked examples of the papers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.luck.sharpe import Observed, best_of_luck, deflated
from stratrun.engine.luck.trials import Trials

from .noise import noise, planted


@pytest.mark.parametrize(("skew", "kurtosis", "expected"), [(0.0, 3.0, 0.982), (-2.448, 10.164, 0.913)])
def test_the_probability_of_the_papers_hedge_fund(skew: float, kurtosis: float, expected: float) -> None:
    """24 months, monthly ratio 0.458: 0.982 if normal, 0.913 in its real shape (Bailey, Lopez de Prado 2012)."""
    assert Observed(0.458, 24, skew, kurtosis).probability() == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize(("periods", "years"), [(250, 2.73), (52, 2.83), (12, 3.24)])
def test_the_papers_shortest_records(periods: int, years: float) -> None:
    """A yearly ratio of 2 is above 1 with 95 % after 2.73 years of days, 2.83 of weeks, 3.24 of months (ibid.)."""
    year = math.sqrt(periods)
    found = Observed(2 / year, 1_000).shortest_record(1 / year)
    assert found is not None
    assert found / periods == pytest.approx(years, abs=5e-3)


@pytest.mark.parametrize(
    ("trials", "skew", "kurtosis", "expected"),
    [(100, -3.0, 10.0, 0.9004), (46, -3.0, 10.0, 0.9505), (88, 0.0, 3.0, 0.9505)],
)
def test_the_papers_deflated_ratios(trials: int, skew: float, kurtosis: float, expected: float) -> None:
    """A yearly 2.5 over 1,250 days, variance 1/2 among trials: 0.9004 after 100, 0.9505 after 46 (ibid. 2014)."""
    lucky = best_of_luck(math.sqrt(0.5 / 250), trials)
    seen = Observed(2.5 / math.sqrt(250), 1_250, skew, kurtosis)
    assert seen.probability(lucky) == pytest.approx(expected, abs=5e-5)


def test_what_luck_alone_reaches_in_the_paper() -> None:
    """100 trials with a yearly variance of 1/2 give a daily ratio of 0.1132 without skill (ibid. 2014)."""
    assert best_of_luck(math.sqrt(0.5 / 250), 100) == pytest.approx(0.1132, abs=5e-5)


@pytest.mark.parametrize("trials", [2, 10, 100, 1_000])
def test_the_best_of_luck_is_the_mean_of_maxima(trials: int) -> None:
    """It agrees with the average best of that many normal draws, to the accuracy of its approximation."""
    drawn = np.random.default_rng(trials).normal(size=(4_000, trials)).max(axis=1).mean()
    assert best_of_luck(1.0, trials) == pytest.approx(drawn, abs=0.07)


@given(st.floats(1, 1e12), st.floats(1, 1e12))
def test_more_tries_more_luck(one: float, other: float) -> None:
    """More trials never lower what luck reaches, and a single one reaches nothing."""
    few, many = sorted((one, other))
    assert 0 == best_of_luck(1.0, 1) <= best_of_luck(1.0, few) <= best_of_luck(1.0, many) < 8


@given(st.integers(0, 2**32), st.integers(40, 10_000), st.floats(1e-3, 10))
def test_deflating_lowers_and_ignores_leverage(seed: int, counted: int, leverage: float) -> None:
    """The deflated ratio is below the plain probability, falls with the tries, and leverage changes nothing."""
    table = planted(seed)
    found = deflated(Trials.of(table, 7, counted))
    more = deflated(Trials.of(table, 7, counted * 2))
    levered = deflated(Trials.of(table * leverage, 7, counted))
    assert found is not None
    assert more is not None
    assert levered is not None
    assert (more.probability or 0) <= (found.probability or 0) <= (found.observed.probability() or 0)
    assert levered.probability == pytest.approx(found.probability, abs=1e-9)


def test_copies_of_a_trial_are_no_more_tries() -> None:
    """Trials that move as one count as one; independent ones count nearly all."""
    base = noise(1, trials=1)
    copies = Trials.of(base + noise(2, trials=200, deviation=1e-5), 0)
    assert copies.independent < 1.01
    assert Trials.of(noise(3, trials=200), 0).independent > 190


def test_the_average_correlation_is_that_of_all_pairs() -> None:
    """The quick way gives what the table of all pairs gives."""
    table = noise(4, rows=60, trials=9) + noise(5, rows=60, trials=1)
    pairs = np.corrcoef(table.T)[np.triu_indices(9, 1)]
    assert Trials.of(table, 0).correlation == pytest.approx(pairs.mean())


@pytest.mark.parametrize(
    "table",
    [
        noise(0, rows=29),
        noise(0, trials=1),
        np.full((100, 5), 0.01),
        np.zeros((0, 3)),
        np.repeat(noise(1, trials=1), 5, 1),
    ],
)
def test_undefined_is_none(table: np.ndarray) -> None:
    """Too few periods, one trial, trials that never move or are all equal have no deflated ratio."""
    assert deflated(Trials.of(table, 0)) is None


def test_no_record_is_long_enough_for_a_ratio_below_the_benchmark() -> None:
    """The shortest record is undefined when the ratio seen does not exceed the benchmark."""
    assert Observed(0.1, 100).shortest_record(0.1) is None
    assert Observed(-0.1, 100).shortest_record() is None
