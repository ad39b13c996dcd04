"""A plateau or a spike: do parameters next to the chosen ones do nearly as well?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median

from ..report.returns import NOISE

FEWEST = 2
"""Neighbours without which nothing can be said."""


@dataclass(frozen=True, slots=True)
class Plateau:
    """The goal's value (more is better) at the chosen parameters, and at each trial next to them."""

    chosen: float
    neighbours: tuple[float, ...]

    @property
    def kept(self) -> float | None:
        """The neighbours' median over the chosen value, so that one lucky neighbour cannot speak for the rest.

        None with fewer than two neighbours, or when the chosen value is not above zero.
        """
        known = [value for value in self.neighbours if math.isfinite(value)]
        if len(known) < FEWEST or not math.isfinite(self.chosen) or self.chosen <= NOISE:
            return None
        return median(known) / self.chosen
