"""What a simulated venue is told besides the candles that are traded: finer candles, and funding rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..market.candles import Candles
from .candle import Detail


@dataclass(frozen=True, slots=True)
class Funding:
    """One contract's funding: times (ms UTC, ascending) and the rate due at each, as a fraction of the position."""

    time: NDArray[np.int64]
    rate: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Venue:
    """By symbol; a symbol may lack either. Finer candles say what came first inside a candle."""

    detail: Mapping[str, Candles] = field(default_factory=dict)
    funding: Mapping[str, Funding] = field(default_factory=dict)

    def detail_of(self, symbols: Sequence[str]) -> Detail:
        """The symbols' finer candles, one after the other."""
        found = [self.detail[s] for s in symbols if s in self.detail]
        lengths = [len(self.detail[s]) if s in self.detail else 0 for s in symbols]
        first = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        time = np.concatenate([np.zeros(0, np.int64), *(c.time for c in found)])

        def column(name: str) -> NDArray[np.float64]:
            return np.concatenate([np.zeros(0), *(getattr(c, name) for c in found)])

        return Detail(time, column("open"), column("high"), column("low"), first)
