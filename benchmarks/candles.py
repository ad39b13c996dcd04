"""Seeded candles for the workloads: a calm year whose opens equal the last close, and a wild one with gaps."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MINUTE = 60_000
START = 1_704_067_200_000  # 2024-01-01 00:00 UTC
YEAR = 525_600
LEAD_IN = 500
"""Flat candles at the start, on a power of two: every way to seed an average agrees after them, bit for bit."""
FLAT_PRICE = 32_768.0


class Columns(NamedTuple):
    time: NDArray[np.int64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]

    def save(self, path: Path) -> None:
        np.savez(path, **self._asdict())


def load(path: Path) -> Columns:
    with np.load(path) as stored:
        return Columns(**{name: stored[name] for name in Columns._fields})


def calm(rows: int, seed: int = 20240101) -> Columns:
    """BTC-like minutes: 0.06 % a candle with slow volatility clusters, every open the last close."""
    rng = np.random.default_rng(seed)
    close = _walk(rng, rows, scale=0.0006, pull=0.0)
    opening = np.concatenate([[FLAT_PRICE], close[:-1]])
    return _candles(rng, opening, close, wick=0.0003, spikes=0.0)


def wild(rows: int, seed: int = 20240102) -> Columns:
    """Volatile minutes around one level: one candle in ten opens away from the last close, a few spike both ways."""
    rng = np.random.default_rng(seed)
    close = _walk(rng, rows, scale=0.005, pull=1e-4)
    gap = np.where(rng.random(rows) < 0.1, np.clip(rng.normal(0.0, 0.004, rows), -0.009, 0.009), 0.0)
    gap[: LEAD_IN + 2] = 0.0
    opening = np.round(np.concatenate([[FLAT_PRICE], close[:-1]]) * (1.0 + gap), 2)
    return _candles(rng, opening, close, wick=0.001, spikes=0.002)


def _walk(rng: np.random.Generator, rows: int, scale: float, pull: float) -> NDArray[np.float64]:
    """Closes: flat, then a fall (so that no average loss is zero), then a walk pulled to the flat price."""
    shocks = rng.standard_normal(rows)
    tempers = rng.standard_normal(rows)
    level = np.zeros(rows)
    temper = 0.0
    for i in range(LEAD_IN, rows):
        temper = 0.999 * temper + 0.012 * tempers[i]
        step = -1.0 if i == LEAD_IN else shocks[i]
        level[i] = level[i - 1] * (1.0 - pull) + scale * np.exp(temper - 0.04) * step
    return np.round(FLAT_PRICE * np.exp(level), 2)


def _candles(
    rng: np.random.Generator, opening: NDArray[np.float64], close: NDArray[np.float64], wick: float, spikes: float
) -> Columns:
    rows = len(close)
    moving = np.arange(rows) >= LEAD_IN
    spike = np.where(rng.random(rows) < spikes, rng.uniform(0.02, 0.08, rows), 0.0)
    up = (np.abs(rng.normal(0.0, wick, rows)) + spike) * moving
    down = (np.abs(rng.normal(0.0, wick, rows)) + spike) * moving
    high = np.round(np.maximum(opening, close) * (1.0 + up), 2)
    low = np.round(np.minimum(opening, close) * (1.0 - down), 2)
    volume = np.round(rng.lognormal(2.0, 0.6, rows), 3)
    time = START + MINUTE * np.arange(rows, dtype=np.int64)
    return Columns(time, opening, high, low, close, volume)
