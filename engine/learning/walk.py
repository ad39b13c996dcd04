"""A model walked forward: candles and features in, row by row; predictions out, each by a model that was trained
before it on rows whose outcome was known by then.

When it trains depends on the time alone: at the first candle of each `every` candles of UTC time. So what comes out is
the same however the rows are handed over, and does not depend on where the candles begin once the window is full.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .fit import Grown, Trainer
from .fitted import Numbers, digest
from .scores import Score, drift
from .spec import Spec, Told
from .targets import outcomes

HIGH, LOW, CLOSE, PREDICTED, NUMBER, OWN = range(6)
"""Columns kept of each row (NUMBER: of the training that predicted it); its features follow from OWN on."""
LARGEST = 1e30
"""A feature beyond it counts as unknown: libraries that train hold features in 32 bits."""
MOST_FITS = 1_000
"""Trainings remembered for the report; a live run forgets its oldest."""


@dataclass(slots=True)
class Fit:
    """One training. `time`: the open time (ms UTC) of the candle at whose close it trained; `base`: the mean outcome of
    its `rows`; `error`: its root mean squared error on them; `moved`: each feature's drift since the one before."""

    time: int
    rows: int
    base: float
    error: float
    digest: str
    importance: tuple[float, ...]
    moved: tuple[float, ...] = ()
    score: Score = field(default_factory=Score)
    """Of what it predicted."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What became of a model over a run: its trainings, and why others were left out (reason to count)."""

    spec: Spec
    told: Told
    fits: Sequence[Fit]
    skipped: dict[str, int]
    score: Score


class Walk:
    """Extends the columns of one model of one symbol. Inputs: time, high, low, close, features; outputs: value,
    probability, confidence."""

    def __init__(self, spec: Spec, told: Told, ms: int, trainer: Trainer) -> None:
        """`ms`: the length of a candle."""
        assert spec.training is not None
        assert spec.target is not None
        self._spec, self._told, self._plan, self._target = spec, told, spec.training, spec.target
        self._span = ms * spec.training.every
        self._train = trainer
        self._reach = spec.training.window + spec.training.purge
        self._kept = np.empty((2 * self._reach + 1, OWN + spec.features))
        self._rows = 0
        self._unscored = 0
        """The first kept row whose prediction has not met its outcome."""
        self._stretch: int | None = None
        self._grown: Grown | None = None
        self._window: Numbers | None = None
        self._fits: deque[Fit] = deque(maxlen=MOST_FITS)
        self._forgotten = 0
        self._score = Score()
        self._skipped: dict[str, int] = {}

    @property
    def learned(self) -> Learned:
        self._meet()
        return Learned(self._spec, self._told, tuple(self._fits), dict(self._skipped), self._score)

    def begin(self) -> None:
        """Judge from the next row on: the rows so far were only there to learn from. The model in use stays."""
        self._score, self._skipped, self._unscored = Score(), {}, self._rows
        while len(self._fits) > 1:
            self._fits.popleft()
            self._forgotten += 1
        for fit in self._fits:
            fit.score = Score()

    def extend(self, inputs: Sequence[Any], outputs: Sequence[Any], lo: int, hi: int) -> None:
        """Compute rows lo..hi of `outputs` from the same rows of `inputs`."""
        columns = [np.asarray(column)[lo:hi] for column in inputs]
        targets = [np.asarray(column) for column in outputs]
        stretches = columns[0] // self._span
        at, rows = 0, hi - lo
        while at < rows:
            stretch = int(stretches[at])
            alike = int(np.searchsorted(stretches[at:], stretch, side="right"))
            begins = self._stretch is not None and stretch != self._stretch
            # The first row of a stretch is kept before the training, which it may know of; none after it is.
            end = at + (1 if begins else min(alike, self._reach))
            self._keep([column[at:end] for column in columns[1:]])
            if begins:
                self._learn(int(columns[0][at]))
            self._predict(end - at, [target[lo + at : lo + end] for target in targets])
            self._stretch = stretch
            at = end

    def _keep(self, columns: Sequence[Numbers]) -> None:
        count = len(columns[0])
        if self._rows + count > len(self._kept):
            self._meet()
            first = max(0, self._rows - self._reach)
            held = self._rows - first
            self._kept[:held] = self._kept[first : self._rows].copy()
            self._rows, self._unscored = held, max(0, self._unscored - first)
        fresh = self._kept[self._rows : self._rows + count]
        for k, column in zip((HIGH, LOW, CLOSE), columns, strict=False):
            fresh[:, k] = column
        for k, column in enumerate(columns[3:]):
            fresh[:, OWN + k] = column
        self._rows += count

    def _predict(self, count: int, outputs: Sequence[Any]) -> None:
        """Fill the outputs of the last `count` rows, and keep what was predicted."""
        fresh = self._kept[self._rows - count : self._rows]
        fresh[:, PREDICTED] = math.nan
        for output in outputs:
            output[:] = math.nan
        known = _known(fresh[:, OWN:])
        if self._grown is None or not known.any():
            return
        made = self._grown.model.predict(np.ascontiguousarray(fresh[known, OWN:]))
        made[~np.isfinite(made)] = math.nan
        fit = self._fits[-1]
        fresh[known, PREDICTED], fresh[:, NUMBER] = made, self._forgotten + len(self._fits) - 1
        value, probability, confidence = outputs
        value[known] = made
        if self._spec.chances:
            probability[known] = made
            confidence[known] = np.abs(made + made - 1.0)
        else:
            size = np.abs(made)
            confidence[known] = size / (size + fit.error) if fit.error > 0.0 else math.nan

    def _learn(self, time: int) -> None:
        """Train on the rows whose outcome is known; the model so far stays where they are too few or all alike."""
        self._meet()
        plan, target = self._plan, self._target
        last = self._rows - plan.purge
        rows = self._kept[max(0, last - plan.window) : self._rows]
        count = max(0, last - max(0, last - plan.window))
        made = outcomes(target, *(rows[:, k].copy() for k in (HIGH, LOW, CLOSE)))[:count]
        usable = _known(rows[:count, OWN:]) & np.isfinite(made)
        x, y = np.ascontiguousarray(rows[:count, OWN:][usable]), np.ascontiguousarray(made[usable])
        if len(y) < plan.least:
            return self._skip("too few candles whose outcome was known")
        if float(y.min()) == float(y.max()):
            return self._skip("every outcome was the same")
        self._grown = grown = self._train(x, y)
        gap = grown.model.predict(x) - y
        moved = () if self._window is None else tuple(drift(self._window, x))
        self._window = x
        self._forgotten += len(self._fits) == MOST_FITS
        self._fits.append(
            Fit(time, len(y), float(y.mean()), math.sqrt(float((gap * gap).mean())), digest(grown.model),
                grown.importance, moved)
        )  # fmt: skip
        return None

    def _skip(self, why: str) -> None:
        self._skipped[why] = self._skipped.get(why, 0) + 1

    def _meet(self) -> None:
        """Let predictions whose outcome has come to be known meet it."""
        last = self._rows - self._target.horizon
        if last <= self._unscored:
            return
        rows = self._kept[self._unscored : self._rows]
        made = outcomes(self._target, rows[:, HIGH], rows[:, LOW], rows[:, CLOSE])
        then = rows[: len(made)]
        told = np.isfinite(then[:, PREDICTED]) & np.isfinite(made)
        for number in np.unique(then[told, NUMBER]).tolist():
            by = told & (then[:, NUMBER] == number)
            fit = self._fits[max(0, int(number) - self._forgotten)]
            for score in (fit.score, self._score):
                score.add(then[by, PREDICTED], made[by], fit.base, self._spec.chances)
        self._unscored = last


def _known(features: Numbers) -> Any:
    """Which rows have all their features."""
    return (np.abs(features) < LARGEST).all(axis=1)
