"""Walk-forward efficiency: how much of what a fold promised in sample was kept out of sample."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..report.returns import ENOUGH, NOISE, YEAR
from .trials import Floats, ratios

STRETCHES = 6
"""Stretches that the past of trials is cut into: each but the first is once unseen."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Annual returns (fractions) of one fold: over the time its parameters were chosen on, and over the time after."""

    in_sample: float | None
    out_of_sample: float | None

    @property
    def efficiency(self) -> float | None:
        """Out over in; None for an in-sample return of zero or less, or an unknown one."""
        return _kept(self.in_sample, self.out_of_sample)


def efficiency(folds: Sequence[Fold]) -> float | None:
    """The mean annual return out of sample over that in sample, of all folds of which both are known.

    One figure of sums: a mean of the folds' own ratios would be ruled by the fold with the smallest promise.
    """
    known = [(f.in_sample, f.out_of_sample) for f in folds if f.in_sample is not None and f.out_of_sample is not None]
    if not known:
        return None
    promised, kept = (math.fsum(side) / len(known) for side in zip(*known, strict=True))
    return _kept(promised, kept)


def followed(returns: Floats, periods: int = YEAR) -> list[Fold]:
    """Folds out of the returns of trials (periods, trials) alone: the trial with the best Sharpe ratio on all that is
    past is followed over the next stretch. Empty where the past is too short to be cut.

    No trial is run again, so this is known of every search; its trials saw the whole past, its choices did not.
    """
    parts = min(STRETCHES, len(returns) // ENOUGH)
    if parts < 2:
        return []
    edges = np.linspace(0, len(returns), parts + 1).astype(int)
    found = []
    for begin, end in pairwise(edges[1:]):
        best = int(np.nan_to_num(ratios(returns[:begin]), nan=-np.inf).argmax())
        found.append(Fold(*(_annual(part[:, best], periods) for part in (returns[:begin], returns[begin:end]))))
    return found


def _annual(returns: Floats, periods: int) -> float | None:
    """The yearly growth of returns; None where everything was lost."""
    if (returns <= -1).any():
        return None
    return float(np.expm1(np.log1p(returns).mean() * periods))


def _kept(promised: float | None, kept: float | None) -> float | None:
    if promised is None or kept is None or not (math.isfinite(promised) and math.isfinite(kept)):
        return None
    return kept / promised if promised > NOISE else None
