"""What tells candles from other candles, whatever files they lie in: their columns in, a running digest fed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from .timeframe import Timeframe


class Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


def feed(digest: Digest, symbol: str, timeframe: Timeframe, rows: int, columns: Iterable[bytes]) -> None:
    """Add one symbol's candles: `columns` are time (int64, ms) and the five numbers (float64), little-endian, one after
    the other, each in as many pieces as it comes in."""
    digest.update(f"{symbol} {timeframe.ms} {timeframe.anchor} {rows}\n".encode())
    for piece in columns:
        digest.update(piece)
