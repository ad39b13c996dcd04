"""Random numbers by place instead of by turn: the n-th number of a named stream, bit-identical everywhere.

SplitMix64 over a counter; only integer arithmetic and exact or correctly rounded float operations.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from .candles import Floats, Times

Words = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_THIRD = np.uint64(0x1FFFFF)


class Noise:
    """The numbers of one stream; `place` may be any int64 array, its shape is the result's."""

    def __init__(self, name: str) -> None:
        digest = hashlib.sha256(f"stratrun sample 1 {name}".encode()).digest()
        self._seed = np.array([int.from_bytes(digest[:8], "little")], np.uint64)

    def words(self, place: Times) -> Words:
        """64 random bits at each place."""
        z = place.astype(np.uint64) * _GOLDEN + self._seed
        z = (z ^ (z >> np.uint64(30))) * _FIRST
        z = (z ^ (z >> np.uint64(27))) * _SECOND
        return z ^ (z >> np.uint64(31))

    def uniform(self, place: Times) -> Floats:
        """Evenly spread in [0, 1)."""
        even: Floats = (self.words(place) >> np.uint64(11)).astype(np.float64) * 2.0**-53
        return even

    def bell(self, place: Times) -> Floats:
        """Mean 0, deviation 1, within 3: the sum of three even numbers of 21 bits."""
        w = self.words(place)
        total: Words = (w & _THIRD) + ((w >> np.uint64(21)) & _THIRD) + ((w >> np.uint64(42)) & _THIRD)
        return np.asarray(total.astype(np.float64) * 2.0**-20 - 3.0)

    def waves(self, place: Times, period: int) -> Floats:
        """A line through bell numbers `period` places apart."""
        knot = place // period
        part = (place - knot * period).astype(np.float64) / period
        first = knot.min() if knot.size else 0
        values = self.bell(np.arange(first, (knot.max() if knot.size else 0) + 2, dtype=np.int64))
        left = values[knot - first]
        return np.asarray(left + (values[knot - first + 1] - left) * part)
