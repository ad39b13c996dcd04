"""Rows of candles and features to learn from, drawn by a seed, and models walked over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from stratrun.engine.learning.estimators import ESTIMATORS
from stratrun.engine.learning.fit import Trainer, trainer_of
from stratrun.engine.learning.spec import Aim, Spec, Target, Told, Training
from stratrun.engine.learning.walk import Walk

HOUR = 3_600_000
START = 1_704_067_200_000
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """`time` is int64, in ms UTC; `features` are (rows, features)."""

    time: NDArray[np.int64]
    high: Numbers
    low: Numbers
    close: Numbers
    features: Numbers

    def cut(self, lo: int, hi: int) -> Rows:
        parts = (self.time, self.high, self.low, self.close, self.features)
        return Rows(*(part[lo:hi].copy() for part in parts))


@pytest.fixture(scope="session")
def drawn() -> Callable[..., Rows]:
    """`drawn(count, features=3, seed=1)`: a random walk, and features that say nothing of it."""

    def rows(count: int, features: int = 3, seed: int = 1) -> Rows:
        rng = np.random.default_rng(seed)
        close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, count)))
        wide = 1.0 + rng.uniform(0.0, 0.01, count)
        time = START + HOUR * np.arange(count, dtype=np.int64)
        return Rows(time, close * wide, close / wide, close, rng.normal(size=(count, features)))

    return rows


def spec_of(
    estimator: str = "linear",
    aim: Aim = Aim.RISES,
    training: Training = Training(120, 40, 4, 60),  # noqa: B008 - a frozen value
    features: int = 3,
    horizon: int = 4,
    **settings: float,
) -> Spec:
    """A model that trains quickly."""
    values = {setting.name: setting.default for setting in ESTIMATORS[estimator].settings}
    if "trees" in values:
        values["trees"] = 5
    return Spec(
        estimator,
        features,
        Target(aim, horizon, 0.01, 0.01),
        tuple(sorted({**values, **settings}.items())),
        training,
        7,
    )


def walked(walk: Walk, rows: Rows, cuts: Sequence[int] = ()) -> list[Numbers]:
    """The columns of a model over all rows, handed over in pieces that end at `cuts`."""
    found: list[list[Numbers]] = [[], [], []]
    lo = 0
    for hi in (*sorted(set(cuts)), len(rows.time)):
        inputs = (rows.time, rows.high, rows.low, rows.close, *rows.features.T)
        made = [np.empty(hi - lo) for _ in range(3)]
        walk.extend([np.ascontiguousarray(column[lo:hi]) for column in inputs], made, 0, hi - lo)
        for column, part in zip(found, made, strict=True):
            column.append(part)
        lo = hi
    return [np.concatenate(column) for column in found]


def new(spec: Spec, trainer: Trainer | None = None) -> Walk:
    return Walk(spec, Told("up", tuple(f"f{k}" for k in range(spec.features))), HOUR, trainer or trainer_of(spec))


def seeded(spec: Spec, seed: int) -> Spec:
    return replace(spec, seed=seed)


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds what another one, or its user, has trained."""
    monkeypatch.setenv("STRATRUN_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
