"""A model walked forward: what it may know, and that nothing but the rows decides what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.learning.estimators import ESTIMATORS
from stratrun.engine.learning.fit import Grown, trainer_of
from stratrun.engine.learning.fitted import Linear
from stratrun.engine.learning.spec import Aim, Spec, Training

from .conftest import HOUR, START, Numbers, Rows, new, seeded, spec_of, walked

CASES = [(name, aim) for name in ESTIMATORS for aim in (Aim.RISES, Aim.RETURN)] + [("linear", aim) for aim in Aim]


def same(left: list[Numbers], right: list[Numbers]) -> bool:
    return [a.tobytes() for a in left] == [b.tobytes() for b in right]


@pytest.mark.parametrize(("estimator", "aim"), CASES)
def test_any_chunking_gives_the_same_bytes(estimator: str, aim: Aim, drawn: Callable[..., Rows]) -> None:
    """Row by row, in odd pieces or all at once: columns, trained models and scores are equal."""
    rows, spec = drawn(420), spec_of(estimator, aim)
    whole, single, odd = new(spec), new(spec), new(spec)
    expected = walked(whole, rows)
    assert np.isfinite(expected[0]).sum() > 200
    assert same(walked(single, rows, range(1, 420)), expected)
    assert same(walked(odd, rows, (1, 2, 39, 40, 41, 163, 300)), expected)
    for other in (single, odd):
        assert other.learned == whole.learned


def test_trainings_may_be_further_apart_than_what_they_learn_from(drawn: Callable[..., Rows]) -> None:
    """Rows that no training will ever see are foretold and passed over, in whatever pieces they come."""
    rows, spec = drawn(900), spec_of(training=Training(60, 300, 4, 30))
    whole, single = new(spec), new(spec)
    expected = walked(whole, rows)
    assert np.isfinite(expected[0]).sum() > 500
    assert same(walked(single, rows, range(1, 900)), expected)
    assert single.learned == whole.learned


def test_confidence_of_a_return_is_its_size_beside_the_error(drawn: Callable[..., Rows]) -> None:
    """A return as large as the root mean squared error of its training is half certain."""
    walk = new(spec_of(aim=Aim.RETURN))
    rows = drawn(420)
    value, _, confidence = walked(walk, rows)
    fits = walk.learned.fits
    trained = np.searchsorted([fit.time for fit in fits], rows.time, side="right") - 1
    known = np.flatnonzero(np.isfinite(value))
    error = np.array([fits[k].error for k in trained[known]])
    np.testing.assert_allclose(confidence[known], np.abs(value[known]) / (np.abs(value[known]) + error), rtol=1e-12)


@given(cuts=st.lists(st.integers(1, 499), max_size=12), unknown=st.sets(st.integers(0, 499), max_size=60))
@settings(max_examples=25)
def test_any_cuts_and_any_unknown_rows(drawn: Callable[..., Rows], cuts: list[int], unknown: set[int]) -> None:
    """The same with rows whose features are unknown, which foretell nothing and are not learned from."""
    rows, spec = drawn(500), spec_of()
    rows.features[sorted(unknown), 1] = np.nan
    expected = walked(new(spec), rows)
    assert same(walked(new(spec), rows, cuts), expected)
    assert np.isnan(expected[0][sorted(unknown)]).all()


@given(end=st.integers(1, 500))
@settings(max_examples=25)
def test_a_prefix_foretells_what_the_whole_does(drawn: Callable[..., Rows], end: int) -> None:
    """Rows that come later change nothing of what was foretold before: no look-ahead."""
    rows, spec = drawn(500), spec_of()
    expected = [column[:end] for column in walked(new(spec), rows)]
    assert same(walked(new(spec), rows.cut(0, end)), expected)


def test_the_future_is_nowhere_in_what_is_learned(drawn: Callable[..., Rows]) -> None:
    """Each training sees the last rows of its window before the purged ones, with outcomes that closes told by then."""
    rows = drawn(600, features=1)
    rows.features[:, 0] = np.arange(600)
    seen: list[tuple[Numbers, Numbers]] = []

    def note(x: Numbers, y: Numbers) -> Grown:
        seen.append((x[:, 0].copy(), y.copy()))
        return Grown(Linear(np.zeros(1), np.ones(1), np.zeros(1), 0.0, 1), (0.0,))

    spec = spec_of(features=1, training=Training(120, 40, 9, 60))
    walked(new(spec, trainer=note), rows)
    begins = [row for row in range(1, 600) if (START // HOUR + row) % 40 == 0 and row >= 60 + 8]
    assert len(seen) == len(begins)
    for row, (x, y) in zip(begins, seen, strict=True):
        at = x.astype(int)
        assert at.max() == row - 9
        assert at.min() == max(0, row - 9 - 119)
        np.testing.assert_array_equal(y, rows.close[at + 4] >= rows.close[at] * 1.01)


def test_where_the_candles_begin_does_not_matter_once_settled(drawn: Callable[..., Rows]) -> None:
    """After `settle` rows a later start foretells the same bytes: what a live session loads is enough."""
    rows, spec = drawn(900), spec_of("gradient_boosting")
    whole = walked(new(spec), rows)
    for start in (1, 137, 250):
        later = walked(new(spec), rows.cut(start, 900))
        assert same([column[spec.settle :] for column in later], [column[start + spec.settle :] for column in whole])


def test_unknown_until_first_trained(drawn: Callable[..., Rows]) -> None:
    """Nothing is foretold before the first training, `first` rows in at the soonest, and everything after it."""
    rows, spec = drawn(400), spec_of()
    walk = new(spec)
    value, probability, confidence = walked(walk, rows)
    known = np.isfinite(value)
    assert spec.first <= known.argmax() <= spec.first + 40
    assert known[known.argmax() :].all()
    assert int(rows.time[known.argmax()]) == walk.learned.fits[0].time
    np.testing.assert_array_equal(probability, value)
    np.testing.assert_array_equal(confidence, np.abs(2 * value - 1))


@pytest.mark.parametrize("start", [0, 1, 130, 200, 201, 203, 399])
def test_what_came_before_the_start_is_not_judged(start: int, drawn: Callable[..., Rows]) -> None:
    """Rows to learn from change what is foretold and no figure: neither score, nor trainings, nor what was left out."""
    rows, spec = drawn(400), spec_of()
    whole, judged = new(spec), new(spec)
    expected = walked(whole, rows)
    before = walked(judged, rows.cut(0, start)) if start else [np.empty(0)] * 3
    judged.begin()
    after = walked(judged, rows.cut(start, 400))
    assert same([np.concatenate(pair) for pair in zip(before, after, strict=True)], expected)
    found = judged.learned
    counted = np.isfinite(after[0])[: len(after[0]) - spec.target.horizon] if spec.target else np.empty(0)
    assert found.score.rows == counted.sum() == sum(fit.score.rows for fit in found.fits)
    times = [fit.time for fit in whole.learned.fits]
    in_use = max((time for time in times if start and time < rows.time[start]), default=0)
    assert [fit.time for fit in found.fits] == [time for time in times if time >= in_use]
    assert sum(found.skipped.values()) <= (start < 64) * sum(whole.learned.skipped.values())


def test_first_is_the_soonest(drawn: Callable[..., Rows]) -> None:
    """Where a stretch of candles begins just then, the first value is known `first` rows in, and never before."""
    spec = spec_of()
    found = []
    for skipped in range(40):
        value, *_ = walked(new(spec), drawn(200).cut(skipped, 200))
        found.append(int(np.isfinite(value).argmax()))
    assert min(found) == spec.first


def test_what_is_learned_is_foretold(drawn: Callable[..., Rows]) -> None:
    """A feature that does tell what follows (the sign of a drift that lasts) is learned: the guess loses clearly."""
    rng = np.random.default_rng(3)
    sign = np.repeat(rng.choice([-1.0, 1.0], 60), 20)[:1200]
    close = 100.0 * np.exp(np.cumsum(0.004 * sign + rng.normal(0.0, 0.002, 1200)))
    time = START + HOUR * np.arange(1200, dtype=np.int64)
    rows = Rows(time, close, close, close, np.column_stack([sign, rng.normal(size=1200)]))
    for name in ESTIMATORS:
        walk = new(spec_of(name, Aim.DIRECTION, Training(300, 100, 4, 100), 2))
        walked(walk, rows)
        skill = walk.learned.score.skill
        assert skill is not None
        assert skill > 0.3, name
        assert walk.learned.fits[-1].importance[0] > 0.7


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_noise_shows_no_gain(estimator: str, drawn: Callable[..., Rows]) -> None:
    """Features that say nothing give no skill: what a leak would give shows here."""
    walk = new(spec_of(estimator, Aim.DIRECTION, Training(300, 100, 4, 100)))
    walked(walk, drawn(1500, seed=5))
    assert walk.learned.score.rows > 1000
    assert walk.learned.score.skill is not None
    assert walk.learned.score.skill < 0.02


def test_a_shuffled_target_shows_no_gain(drawn: Callable[..., Rows]) -> None:
    """The same features that tell what follows, trained on outcomes in another order, foretell nothing."""
    rng = np.random.default_rng(9)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, 1200)))
    ahead = np.append(close[4:] / close[:-4] - 1.0, np.zeros(4))  # no file can write this: it is the future itself
    time = START + HOUR * np.arange(1200, dtype=np.int64)
    rows = Rows(time, close, close, close, ahead[:, None])
    spec = spec_of("linear", Aim.DIRECTION, Training(300, 100, 4, 100), 1)
    leaking, shuffled = new(spec), new(spec, trainer=_shuffling(spec))
    walked(leaking, rows)
    walked(shuffled, rows)
    assert (leaking.learned.score.skill or 0.0) > 0.5
    assert (shuffled.learned.score.skill or 0.0) < 0.02


def _shuffling(spec: Spec) -> Callable[[Numbers, Numbers], Grown]:
    train, rng = trainer_of(spec), np.random.default_rng(1)
    return lambda x, y: train(x, rng.permutation(y))


def test_the_seed_decides_and_nothing_else(drawn: Callable[..., Rows]) -> None:
    """Equal seeds give equal models, another seed another one."""
    rows, spec = drawn(300), spec_of("random_forest")
    digests = []
    for seed in (7, 7, 8):
        walk = new(seeded(spec, seed))
        walked(walk, rows)
        digests.append([fit.digest for fit in walk.learned.fits])
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def test_what_cannot_be_learned_is_counted(drawn: Callable[..., Rows]) -> None:
    """Outcomes that are all alike, and too few known rows, leave the model as it is: here, unknown."""
    rows = drawn(400)
    flat = replace(rows, close=np.full(400, 5.0))
    walk = new(spec_of())
    assert np.isnan(walked(walk, flat)[0]).all()
    assert set(walk.learned.skipped) == {
        "every outcome was the same", "too few candles whose outcome was known",
    }  # fmt: skip
    blind = replace(rows, features=np.full((400, 3), np.nan))
    walk = new(spec_of())
    assert np.isnan(walked(walk, blind)[0]).all()
    assert walk.learned.fits == ()


def test_hostile_numbers(drawn: Callable[..., Rows]) -> None:
    """Features that are infinite or too large for the libraries count as unknown; constant ones do no harm."""
    rows = drawn(400)
    rows.features[200:220, 0] = np.inf
    rows.features[250, 1] = 1e300
    rows.features[:, 2] = 0.0
    for name in ESTIMATORS:
        value = walked(new(spec_of(name)), rows)[0]
        assert np.isnan(value[200:220]).all()
        assert np.isnan(value[250])
        assert np.isfinite(value[251:]).all()
