"""Candles from a seed: trends, ranges, gaps at opens, quiet and missing candles; never two markets alike."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np

from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import Instrument, make_instrument
from stratrun.engine.market.sample import sample_candles
from stratrun.engine.market.timeframe import Timeframe

START = 1_704_067_200_000
"""2024-01-01T00:00Z, a Monday."""


def wild_candles(symbol: str, timeframe: Timeframe, start: int, count: int, seed: int) -> Candles:
    """About `count` candles that begin at `start`; a few missing, alone and in stretches."""
    rng = np.random.default_rng(seed)
    drift = np.repeat(rng.choice([-0.004, -0.001, 0.0, 0.0, 0.001, 0.004], count // 20 + 1), 20)[:count]
    swing = np.repeat(rng.choice([0.002, 0.006, 0.015], count // 35 + 1), 35)[:count]
    level = float(rng.choice([0.8, 30.0, 100.0, 2_000.0]))
    close = level * np.exp(np.cumsum(drift + swing * rng.standard_normal(count)))
    jump = np.where(rng.random(count) < 0.08, 0.02, 0.0005) * rng.standard_normal(count)
    opened = np.concatenate([[level], close[:-1]]) * (1.0 + jump)
    flat = rng.random(count) < 0.03
    opened = np.where(flat, close, opened)
    reach = np.where(flat, 0.0, swing)
    high = np.maximum(opened, close) * (1.0 + reach * rng.random(count))
    low = np.minimum(opened, close) * (1.0 - reach * rng.random(count))
    decimals = 4 if level < 10 else 2
    prices = [np.round(p, decimals) for p in (opened, high, low, close)]
    volume = np.where(flat | (rng.random(count) < 0.02), 0.0, np.round(rng.exponential(100.0, count), 3))
    there = rng.random(count) >= float(rng.choice([0.0, 0.0, 0.02, 0.1]))
    for _ in range(int(rng.integers(0, 4))):
        at = int(rng.integers(0, count))
        there[at : at + int(rng.integers(2, 12))] = False
    there[:2] = True
    time = start + timeframe.ms * np.arange(count, dtype=np.int64)
    return Candles(symbol, timeframe, time[there], *(np.ascontiguousarray(c[there]) for c in (*prices, volume)))


def market(rng: random.Random, symbols: tuple[str, ...], timeframe: Timeframe, count: int) -> Mapping[str, Candles]:
    """Candles of every symbol over about the same time; not all of them begin and end together."""
    start = timeframe.floor(START + timeframe.ms * rng.randrange(60))
    found = {}
    for symbol in symbols:
        begin = start + timeframe.ms * (rng.randrange(24) - 8 if rng.randrange(3) else 0)
        rows = count - (rng.randrange(30) if rng.randrange(3) else 0)
        if rng.randrange(6) == 5:
            found[symbol] = sample_candles(symbol, timeframe, begin, rows)
        else:
            found[symbol] = wild_candles(symbol, timeframe, begin, rows, rng.randrange(2**32))
    return found


def instruments(rng: random.Random, symbols: tuple[str, ...]) -> dict[str, Instrument]:
    found = {}
    for symbol in symbols:
        facts: dict[str, float] = {"maker": 0.0002, "taker": (0.0, 0.0005, 0.001)[rng.randrange(3)]}
        if rng.randrange(2):
            facts |= {"price_tick": (0.01, 0.0001)[rng.randrange(2)], "quantity_step": (0.001, 0.1)[rng.randrange(2)]}
        if rng.randrange(3) == 2:
            facts |= {"min_quantity": 0.01, "min_cost": 10.0, "max_quantity": 5_000.0}
        found[symbol] = make_instrument(symbol, facts)
    return found
