"""Walk-forward: train on a stretch, trade the next with what was found, move on, and chain what was traded.

No fold sees its own future: training ends before the test begins, and a test's indicators warm up on earlier candles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.diagnostic import InputError
from ..luck.efficiency import Fold as Kept
from ..report.curve import Curve
from ..report.returns import annual_growth
from ..research.backtest import Result
from ..research.inputs import AnyInputs
from ..research.portfolio import PortfolioResult
from .draft import Drafted
from .search import Study
from .trial import Trial

MOST = 1_000


@dataclass(frozen=True, slots=True)
class Windows:
    """Lengths in ms. Anchored training begins at the first candle each time. `purge` is cut off the end of each
    training stretch, `embargo` off the beginning of each test."""

    train: int
    test: int
    anchored: bool = False
    purge: int = 0
    embargo: int = 0


@dataclass(frozen=True, slots=True)
class Fold:
    """Times in ms UTC, ends exclusive."""

    number: int
    train: tuple[int, int]
    test: tuple[int, int]


@dataclass(frozen=True)
class Walked:
    """A fold's search and what its best point then did; None where no trial counted."""

    fold: Fold
    trials: int
    best: Trial | None
    trained: Curve | None
    tested: Result | PortfolioResult | None

    @property
    def kept(self) -> Kept:
        return Kept(_annual(self.trained), _annual(self.tested.metrics.curve if self.tested else None))


def folds_of(windows: Windows, start: int, end: int) -> list[Fold]:
    """Every fold whose test begins before `end`; the last test may be shorter. Raises InputError when there is none."""
    if windows.purge >= windows.train or windows.embargo >= windows.test:
        raise InputError("purge or embargo is as long as what it is cut off", help="make them shorter")
    found: list[Fold] = []
    begin = start + windows.train
    while begin + windows.embargo < end:
        if len(found) == MOST:
            raise InputError(f"more than {MOST:,} folds", help="give longer tests")
        first = start if windows.anchored else begin - windows.train
        test = (begin + windows.embargo, min(begin + windows.test, end))
        found.append(Fold(len(found) + 1, (first, begin - windows.purge), test))
        begin += windows.test
    if not found:
        days = (end - start) / 86_400_000
        raise InputError(f"{days:.0f} days of candles hold no fold", help="give shorter stretches or more candles")
    return found


def walk(
    inputs: AnyInputs, draft: Drafted[Any], folds: Sequence[Fold], searched: Callable[[Fold, AnyInputs], Study]
) -> list[Walked]:
    """Search each fold's training stretch and trade its test; a Ctrl-C keeps the folds that are done."""
    found = []
    for fold in folds:
        study = searched(fold, replace(inputs, start=fold.train[0], end=fold.train[1]))
        if study.interrupted:
            break
        best = study.best
        trained = tested = None
        if best is not None:
            chosen = inputs.of(draft.at(best.point))
            trained = replace(chosen, start=fold.train[0], end=fold.train[1]).run().metrics.curve
            tested = replace(chosen, start=fold.test[0], end=fold.test[1]).run()
        found.append(Walked(fold, len(study.trials), best, trained, tested))
    return found


def chained(walked: Sequence[Walked], capital: float) -> Curve | None:
    """The equity of all tests one after the other, each begun with what the one before left."""
    times: list[NDArray[np.int64]] = []
    equity: list[NDArray[np.float64]] = []
    start, held = None, capital
    for fold in walked:
        if fold.tested is None or not len(fold.tested.time):
            continue
        curve = fold.tested.metrics.curve
        start = curve.start if start is None else start
        times.append(curve.time)
        equity.append(curve.equity * (held / curve.capital))
        held = float(equity[-1][-1])
    if start is None:
        return None
    return Curve(np.concatenate(times), np.concatenate(equity), capital, start)


def _annual(curve: Curve | None) -> float | None:
    """The yearly return of a stretch, however short: folds are compared with each other and not with years."""
    if curve is None or curve.years <= 0:
        return None
    found = annual_growth(curve.total_return, curve.years)
    return curve.total_return / curve.years if found is None else found
