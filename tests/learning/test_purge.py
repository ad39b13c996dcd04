"""Never trained on what it predicts: read in plain Python, and by changing candles that nobody could have known."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import DocumentError
from stratrun.engine.language.document import loads
from stratrun.engine.learning.fit import Grown
from stratrun.engine.learning.fitted import Linear
from stratrun.engine.learning.spec import Aim, Spec, Training
from stratrun.engine.market.candles import Candles
from stratrun.engine.research.evaluate import evaluate_terms

from .conftest import HOUR, START, Numbers, Rows, new, spec_of, walked
from .test_runs import ALONE

COUNT = 260


@dataclass(frozen=True)
class Lesson:
    """What one training was given: the rows it learned from (numbers that the first feature holds) and outcomes."""

    x: Numbers
    y: Numbers


def lessons(spec: Spec, rows: Rows) -> list[Lesson]:
    """Every training of a walk, in order."""
    found: list[Lesson] = []

    def note(x: Numbers, y: Numbers) -> Grown:
        found.append(Lesson(x.copy(), y.copy()))
        return Grown(Linear(np.zeros(2), np.ones(2), np.zeros(2), 0.0, int(spec.chances)), (0.0, 0.0))

    walked(new(spec, trainer=note), rows)
    return found


def numbered(drawn: Callable[..., Rows], seed: int) -> Rows:
    rows = drawn(COUNT, features=2, seed=seed)
    rows.features[:, 0] = np.arange(COUNT)
    return rows


def outcome(spec: Spec, rows: Rows, row: int) -> float:
    """What followed a row, read candle by candle."""
    target = spec.target
    assert target is not None
    now, then = float(rows.close[row]), float(rows.close[row + target.horizon])
    if target.aim is Aim.BARRIERS:
        for k in range(row + 1, row + target.horizon + 1):
            if rows.low[k] <= now * (1 - target.down):
                return 0.0
            if rows.high[k] >= now * (1 + target.up):
                return 1.0
        return 0.0
    if target.aim is Aim.RISES:
        return float(then >= now * (1 + target.up))
    if target.aim is Aim.FALLS:
        return float(then <= now * (1 - target.down))
    return float(then > now) if target.aim is Aim.DIRECTION else then / now - 1.0


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    horizon = draw(st.integers(1, 12))
    purge = horizon + draw(st.sampled_from([0, 0, 1, 5, 17]))
    window = draw(st.integers(20, 150))
    every = draw(st.sampled_from([1, 7, 24, 90]))
    training = Training(window, every, purge, draw(st.integers(2, 20)))
    return spec_of(aim=draw(st.sampled_from(list(Aim))), training=training, features=2, horizon=horizon)


def trained_at(spec: Spec) -> list[int]:
    """The rows at whose close a training may be: the first of each `every` candles of UTC time."""
    assert spec.training is not None
    return [row for row in range(1, COUNT) if (START // HOUR + row) % spec.training.every == 0]


@given(spec=specs(), seed=st.integers(0, 5))
@settings(max_examples=20)
def test_each_training_is_the_one_that_plain_python_reads(drawn: Callable[..., Rows], spec: Spec, seed: int) -> None:
    """At row r it learns from rows up to r - purge, whose outcome the close of r - purge + horizon <= r told."""
    rows, plan = numbered(drawn, seed), spec.training
    assert plan is not None
    expected = []
    for r in trained_at(spec):
        newest = r - plan.purge
        chosen = list(range(max(0, newest - plan.window + 1), newest + 1))
        told = [outcome(spec, rows, i) for i in chosen]
        if len(chosen) >= plan.least and min(told) != max(told):
            expected.append((chosen, told))
    found = lessons(spec, rows)
    assert [lesson.x[:, 0].astype(int).tolist() for lesson in found] == [chosen for chosen, _ in expected]
    assert [lesson.y.tolist() for lesson in found] == [told for _, told in expected]


@given(spec=specs(), row=st.integers(60, COUNT - 1), seed=st.integers(0, 5))
@settings(max_examples=20)
def test_no_training_knows_what_its_embargo_hides(drawn: Callable[..., Rows], spec: Spec, row: int, seed: int) -> None:
    """Prices after r - purge + horizon and features after r - purge change nothing of the training at r, or before."""
    rows, plan, target = numbered(drawn, seed), spec.training, spec.target
    assert plan is not None
    assert target is not None
    r = max(at for at in [0, *trained_at(spec)] if at <= row)
    other = numbered(drawn, seed)
    rng = np.random.default_rng(seed)
    priced, seen = max(0, r - plan.purge + target.horizon + 1), max(0, r - plan.purge + 1)
    for name in ("high", "low", "close"):
        getattr(other, name)[priced:] *= np.exp(rng.normal(0.0, 0.3, COUNT - priced))
    other.features[seen:, 1] = rng.normal(size=COUNT - seen) * 1e6
    before = lessons(spec, rows.cut(0, r + 1))
    assert repr(before) == repr(lessons(spec, other.cut(0, r + 1)))
    # The close just before is known, and decides the newest outcome: the edge is where it is said to be.
    if target.aim is Aim.RETURN and before and int(before[-1].x[-1, 0]) == r - plan.purge:
        other.close[priced - 1] *= 1.5
        last = lessons(spec, other.cut(0, r + 1))[-1]
        assert last.y[-1] != before[-1].y[-1]
        assert last.y[:-1].tolist() == before[-1].y[:-1].tolist()


@given(aim=st.sampled_from(list(Aim)), t=st.integers(1, COUNT - 1), seed=st.integers(0, 5))
@settings(max_examples=25)
def test_no_later_candle_changes_what_was_foretold(drawn: Callable[..., Rows], aim: Aim, t: int, seed: int) -> None:
    """Whatever every candle after t is, all outputs up to t and the models behind them are the same bytes."""
    rows, other = numbered(drawn, seed), numbered(drawn, seed)
    rng = np.random.default_rng(seed + 1)
    for name in ("high", "low", "close"):
        getattr(other, name)[t + 1 :] = rng.uniform(1.0, 1e6, COUNT - t - 1)
    other.features[t + 1 :] = rng.normal(size=(COUNT - t - 1, 2))
    spec = spec_of(aim=aim, training=Training(60, 20, 4, 20), features=2)
    one, two = new(spec), new(spec)
    columns = zip(walked(one, rows), walked(two, other), strict=True)
    assert all(a[: t + 1].tobytes() == b[: t + 1].tobytes() for a, b in columns)
    models = [
        [fit.digest for fit in walk.learned.fits if fit.time <= START + HOUR * t] for walk in (one, two)
    ]  # fmt: skip
    assert models[0] == models[1]


def test_a_planted_answer_is_only_of_use_once_it_is_known(drawn: Callable[..., Rows]) -> None:
    """A feature that holds the outcome of `purge` candles ago, the newest answer there is, gives no skill on a walk."""
    rows = drawn(3_000, features=1, seed=4)
    spec = spec_of(aim=Aim.DIRECTION, training=Training(600, 100, 4, 200), features=1)
    rows.features[:, 0] = math.nan
    rows.features[4:, 0] = rows.close[4:] > rows.close[:-4]
    honest = new(spec)
    walked(honest, rows)
    skill = honest.learned.score.skill
    assert skill is not None
    assert skill < 0.05
    rows.features[:-4, 0] = rows.close[4:] > rows.close[:-4]  # no file can say this: what is to come
    cheat = new(spec)
    walked(cheat, rows)
    assert (cheat.learned.score.skill or 0.0) > 0.8


@pytest.mark.parametrize("peek", ["close[-1] / close - 1", "close[-12]", "close[ahead] / close", "4h.close[-1]"])
def test_a_feature_that_looks_ahead_is_refused(peek: str) -> None:
    """No expression of a feature can name a later candle."""
    ahead = "params:\n  ahead: {default: -1}\nmodels:"
    text = ALONE.replace("models:", ahead).replace("slow: 4h.rsi(close, 5)", f"slow: {peek}")
    with pytest.raises(DocumentError):
        loads(text)


@pytest.mark.parametrize("t", [280, 333, 512])
def test_no_later_candle_changes_a_strategy_s_model(sample: Callable[..., Candles], t: int) -> None:
    """The same through language, indicators and slower candles: columns before t stay whatever candles follow."""
    outputs = loads(ALONE).models["up"].outputs
    own, other = sample("BTC/USDT", "1h", 700), sample("BTC/USDT", "1h", 700)
    factor = np.exp(np.random.default_rng(t).normal(0.0, 0.2, 700 - t))
    for name in ("open", "high", "low", "close"):
        column = getattr(other, name).copy()
        column[t:] *= factor
        object.__setattr__(other, name, column)
    one, two = (evaluate_terms(outputs, candles).columns for candles in (own, other))
    assert np.isfinite(one["probability"][:t]).any()
    assert all(one[name][:t].tobytes() == two[name][:t].tobytes() for name in outputs)
    assert one["value"].tobytes() != two["value"].tobytes()
