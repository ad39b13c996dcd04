"""Walk-forward efficiency: how much of what a fold promised in sample was kept out of sample."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..report.returns import NOISE


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


def _kept(promised: float | None, kept: float | None) -> float | None:
    if promised is None or kept is None or not (math.isfinite(promised) and math.isfinite(kept)):
        return None
    return kept / promised if promised > NOISE else None
