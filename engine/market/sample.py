"""The built-in `sample` venue: deterministic synthetic candles of any symbol, timeframe and time since 1970.

A market with trends, ranges, crashes that heal, wild and calm days, gaps at opens, missing candles and candles without
a trade; symbols move partly together. Its prices come back to their level, so nothing is to be earned by holding, and
a strategy may well lose money. A candle depends on its symbol and time alone, never on the range asked for, and slower
candles are made of the faster ones (prices exactly, volumes to the last digit): all below 1h of 1m, others of 1h.
"""

from __future__ import annotations

import numpy as np

from .candles import Candles, Floats, Times
from .noise import Noise
from .symbol import parse_symbol
from .synthetic import grow, level, mood, outages, walk
from .timeframe import Timeframe

HOUR = 3_600_000
MINUTE = 60_000
TURNOVER = 2_000_000.0
"""Quote units that change hands in an average hour."""

Ticks = tuple[Times, Times, Times, Times, Times, Times]
"""Open time (ms), then open, high, low and close in price ticks and volume in volume steps: all whole numbers."""


def sample_candles(symbol: str, timeframe: Timeframe, start: int, count: int) -> Candles:
    """The first `count` candles of `symbol` that open at or after `start` (ms UTC, not before 1970).

    Raises InputError when `symbol` is not BASE/QUOTE[:SETTLE]; a contract has its spot market's candles.
    """
    if start < 0 or count < 0:
        raise ValueError(f"expected a start since 1970 and a count of candles, received {start} and {count}")
    base, quote, _ = parse_symbol(symbol.upper())
    market = _Market(base, quote)
    begin = timeframe.floor(start + timeframe.ms - 1)
    parts: list[Ticks] = []
    found = 0
    while found < count:
        end = begin + (count - found + 8 + count // 50) * timeframe.ms
        parts.append(market.candles(timeframe, begin, end))
        found += len(parts[-1][0])
        begin = end
    if not parts:
        parts.append(market.candles(timeframe, begin, begin))
    time, o, h, l, c, v = (np.concatenate(column)[:count] for column in zip(*parts, strict=True))
    scale = market.price_scale
    return Candles(symbol, timeframe, time, o / scale, h / scale, l / scale, c / scale, v / market.volume_scale)


class _Market:
    """One pair's prices in whole ticks, so that slower candles add up exactly."""

    def __init__(self, base: str, quote: str) -> None:
        self.base, self.quote = base, quote
        self.name = f"{base}/{quote}"
        self.level = level(base) / level(quote)
        self.price_scale = _scale(200_000.0 / self.level)
        self.volume_scale = _scale(200_000.0 * self.level / TURNOVER)

    def candles(self, timeframe: Timeframe, begin: int, end: int) -> Ticks:
        """The candles that open in `begin..end`, both on the timeframe's grid."""
        hours = np.arange(begin // HOUR, -(-end // HOUR), dtype=np.int64)
        rows = self.hours(hours)
        if timeframe.ms % HOUR or timeframe.anchor % HOUR:
            rows = self.minutes(rows)
        inside = (rows[0] >= begin) & (rows[0] < end)
        time, o, h, l, c, v = (column[inside] for column in rows)
        bucket = time - (time - timeframe.anchor) % timeframe.ms
        first = np.flatnonzero(np.diff(bucket, prepend=-1))
        if not len(first):
            return time, o, h, l, c, v
        last = np.append(first[1:], len(time)) - 1
        return (
            bucket[first], o[first], np.maximum.reduceat(h, first), np.minimum.reduceat(l, first), c[last],
            np.add.reduceat(v, first),
        )  # fmt: skip

    def hours(self, hour: Times) -> Ticks:
        """The 1h candles of consecutive hours, those of outages left out."""
        beyond = np.append(hour, hour[-1] + 1) if len(hour) else hour
        noise = Noise(f"{self.name} hours")
        price = self.level * grow(walk(self.base, beyond) - walk(self.quote, beyond))
        lively = 0.003 * mood(hour)
        jump, size, up, down, calm, busy = (noise.uniform(hour * 6 + k) for k in range(6))
        shift = np.where(jump < 0.04, 2.5, 0.02) * lively * (2.0 * size - 1.0)
        ticks = self.price_scale
        o = np.maximum(_whole(price[:-1] * (1.0 + shift) * ticks), 1)
        c = np.maximum(_whole(price[1:] * ticks), 1)
        quiet = calm < 0.004
        c = np.where(quiet, o, c)
        reach = np.where(quiet, 0.0, 1.4 * lively)
        h = np.maximum(o, c) + _whole(reach * up * up * price[:-1] * ticks)
        l = np.maximum(np.minimum(o, c) - _whole(reach * down * down * price[:-1] * ticks), 1)
        traded = TURNOVER * mood(hour) * (0.4 + 1.2 * busy) / price[:-1]
        v = np.where(quiet, 0, np.maximum(_whole(traded * self.volume_scale), 60))
        rows = (hour * HOUR, o, h, l, c, v)
        there = ~outages(self.name, hour)
        return tuple(column[there] for column in rows)  # type: ignore[return-value]  # as many as there are columns

    def minutes(self, hours: Ticks) -> Ticks:
        """Sixty 1m candles for each 1h candle, which together are that candle."""
        time, o, h, l, c, v = (column[:, None] for column in hours)
        noise = Noise(f"{self.name} minutes")
        step = np.arange(60, dtype=np.int64)
        place = time // MINUTE + step
        still = (noise.uniform(place * 4) < 0.02) & (step > 0) & (step < 59) | (v == 0)
        close = self._path(noise, place, o, h, l, c)
        moved = np.maximum.accumulate(np.where(still, 0, step + 1), axis=1)
        close = np.where(moved > 0, np.take_along_axis(close, np.maximum(moved - 1, 0), axis=1), o)
        open_ = np.concatenate([o, close[:, :-1]], axis=1)
        wick = _whole((h - l) * 0.08 * noise.uniform(place * 4 + 1))
        high = np.where(still, open_, np.minimum(np.maximum(open_, close) + wick, h))
        low = np.where(still, open_, np.maximum(np.minimum(open_, close) - wick, l))
        row = np.arange(len(time))
        high[row, np.argmax(np.where(still, -1, high), axis=1)] = h[:, 0]
        low[row, np.argmin(np.where(still, np.iinfo(np.int64).max, low), axis=1)] = l[:, 0]
        volume = self._shares(noise, place, still, v)
        grid = time + step * MINUTE
        return tuple(column.ravel() for column in (grid, open_, high, low, close, volume))  # type: ignore[return-value]  # as many as there are columns

    def _path(self, noise: Noise, place: Times, o: Times, h: Times, l: Times, c: Times) -> Times:
        """Closes of the minutes: a walk from the hour's open to its close that stays inside its range."""
        walked = np.cumsum(noise.bell(place * 4 + 2), axis=1)
        part = np.arange(1, 61, dtype=np.float64) / 60.0
        bridge = (walked - walked[:, -1:] * part) * ((h - l) * 0.06)
        return np.clip(_whole(o + (c - o) * part + bridge), l, h)

    def _shares(self, noise: Noise, place: Times, still: Times, v: Times) -> Times:
        """An hour's volume spread over its minutes that trade; the first one takes what the rounding leaves."""
        weight = np.where(still, 0.0, 0.2 + noise.uniform(place * 4 + 3))
        total = np.cumsum(weight, axis=1)[:, -1:]
        share = np.floor(weight * (v / np.where(total > 0.0, total, 1.0))).astype(np.int64)
        share[:, 0] += v[:, 0] - share.sum(axis=1)
        return share


def _whole(value: Floats) -> Times:
    return np.floor(value + 0.5).astype(np.int64)


def _scale(least: float) -> float:
    """The smallest power of ten that is not below `least` (at least 1)."""
    scale = 1.0
    while scale < least:
        scale *= 10.0
    return scale
