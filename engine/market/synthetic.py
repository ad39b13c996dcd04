"""The sample venue's market: hours since 1970 in; prices, moods and outages out, each a function of its hour alone.

A price is `level x grow(x)`, where x is a bounded walk: at the borders of weeks it stands on a bridge that ends where
it began every 64 weeks on average (so there is no drift), and between them it is a random walk whose steps follow the
venue's mood; swings of days and rare shocks that heal lie on top. Currencies share a part of their walk.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .candles import Floats, Times
from .noise import Noise

WEEK = 168
BRIDGE = 64
"""Weeks between two places where the walk's value is drawn afresh."""
SLOT = 1009
"""Hours in which at most one shock happens."""
STEP = 0.0031
"""Deviation of an hour's move at an average mood."""

LEVELS = {
    "BTC": 40_000.0, "ETH": 2_500.0, "BNB": 400.0, "SOL": 100.0, "LTC": 80.0, "AVAX": 30.0, "LINK": 15.0, "DOT": 7.0,
    "XRP": 0.5, "ADA": 0.5, "MATIC": 0.8, "TRX": 0.1, "DOGE": 0.1, "SHIB": 0.00001, "EUR": 1.1, "GBP": 1.3,
}  # fmt: skip
STABLE = frozenset({"USD", "USDT", "USDC", "BUSD", "FDUSD", "TUSD", "DAI"})
"""Currencies worth one, whatever the market does."""
_DAY = np.array(
    [70, 65, 62, 60, 62, 66, 72, 84, 96, 98, 94, 92, 100, 118, 135, 140, 134, 124, 114, 106, 98, 90, 82, 76]
)


def grow(x: Floats) -> Floats:
    """e to the x to within a percent for |x| < 2, by multiplications and one division."""
    ratio = (1.0 + x * 0.0625) / (1.0 - x * 0.0625)
    square = ratio * ratio
    fourth = square * square
    return fourth * fourth


def level(currency: str) -> float:
    """A plausible price of a currency in dollars."""
    if currency in STABLE:
        return 1.0
    known = LEVELS.get(currency)
    if known is not None:
        return known
    at = np.array([0, 1], np.int64)
    digits, exponent = Noise(f"{currency} level").uniform(at).tolist()
    return (1.0 + float(int(digits * 90.0)) / 10.0) * (0.01, 0.1, 1.0, 10.0)[int(exponent * 4.0)]


def mood(hour: Times) -> Floats:
    """How lively the venue is, around 1: calm and wild days, hours of the day, and the time after a shock."""
    noise = Noise("mood")
    wave = 0.7 * noise.waves(hour, 61) + 0.7 * noise.waves(hour + 7919, 397)
    lively = 0.85 * grow(0.55 * wave) * (_DAY[hour % 24] * 0.01)
    return lively * (1.0 + 1.2 * np.abs(_shocks("market", hour)) / 0.15)


def walk(currency: str, hour: Times) -> Floats:
    """The logarithm of a currency's price over its level, at the beginning of each hour (consecutive hours)."""
    if currency in STABLE or not len(hour):
        return np.zeros(len(hour))
    beta = 0.75 + 0.5 * float(Noise(f"{currency} beta").uniform(np.zeros(1, np.int64))[0])
    return beta * _own_walk("market", hour) + 0.55 * _own_walk(currency, hour) + _shocks("market", hour)


def outages(symbol: str, hour: Times) -> NDArray[np.bool_]:
    """Which hours have no candle: rare stretches for the whole venue, and single hours of one symbol."""
    noise = Noise("outage")
    slot = hour // 701
    slots = np.arange(slot.min(), slot.max() + 1, dtype=np.int64) if len(hour) else slot
    happens = noise.uniform(3 * slots) < 0.7
    begin = slots * 701 + (noise.uniform(3 * slots + 1) * 680.0).astype(np.int64)
    length = np.where(happens, 1 + (noise.uniform(3 * slots + 2) * 9.0).astype(np.int64), 0)
    at = slot - (slots[0] if len(slots) else 0)
    down = (hour >= begin[at]) & (hour < begin[at] + length[at])
    return down | (Noise(f"{symbol} outage").uniform(hour) < 0.0007)


def _own_walk(name: str, hour: Times) -> Floats:
    """The walk of one stream: a bridge between the anchors of its weeks, and swings of days."""
    first = int(hour[0]) // WEEK
    weeks = np.arange(first, int(hour[-1]) // WEEK + 1, dtype=np.int64)
    hours = (weeks * WEEK)[:, None] + np.arange(WEEK, dtype=np.int64)
    steps = Noise(f"{name} steps").bell(hours) * (STEP * mood(hours.ravel()).reshape(hours.shape))
    path = np.zeros((len(weeks), WEEK + 1))
    np.cumsum(steps, axis=1, out=path[:, 1:])
    anchors = _anchors(name, np.append(weeks, weeks[-1] + 1))
    part = np.arange(WEEK, dtype=np.float64) / WEEK
    slope = (anchors[1:] - anchors[:-1] - path[:, -1])[:, None] * part
    bridged = (anchors[:-1, None] + path[:, :-1] + slope).ravel()[hour - first * WEEK]
    swings = Noise(f"{name} swings")
    return bridged + 0.022 * swings.waves(hour, 131) + 0.03 * swings.waves(hour + 104_729, 509)


def _anchors(name: str, week: Times) -> Floats:
    """Values at the borders of weeks: drawn every `BRIDGE` weeks, halved down to one week between them."""
    noise = Noise(f"{name} anchors")
    begin = int(week[0]) // BRIDGE * BRIDGE
    weeks = np.arange(begin, (int(week[-1]) // BRIDGE + 1) * BRIDGE + 1, dtype=np.int64)
    deviation = STEP * 13.0 * 8.0 * 0.75
    value = np.zeros(len(weeks))
    value[::BRIDGE] = deviation * noise.bell(weeks[::BRIDGE])
    half, deviation = BRIDGE // 2, STEP * 13.0 * 4.0
    while half >= 1:
        middle = slice(half, None, 2 * half)
        bend = deviation * noise.bell(weeks[middle])
        value[middle] = (value[: -half : 2 * half] + value[2 * half :: 2 * half]) * 0.5 + bend
        half, deviation = half // 2, deviation * 0.7071067811865476
    return value[week - begin]


def _shocks(name: str, hour: Times) -> Floats:
    """Crashes (and a few leaps): a fall within hours that heals over three weeks."""
    noise = Noise(f"{name} shocks")
    total = np.zeros(len(hour))
    if not len(hour):
        return total
    slots = np.arange(int(hour.min()) // SLOT - 1, int(hour.max()) // SLOT + 1, dtype=np.int64)
    draws = noise.uniform(slots[:, None] * 5 + np.arange(5, dtype=np.int64)).tolist()
    for slot, (happens, when, depth, length, sign) in zip(slots.tolist(), draws, strict=True):
        if happens >= 0.6:
            continue
        size = (0.08 + 0.2 * depth * depth) * (0.6 if sign < 0.25 else -1.0)
        age = (hour - (slot * SLOT + int(when * SLOT))).astype(np.float64)
        fall = np.clip(age / float(2 + int(length * 9.0)), 0.0, 1.0)
        left = np.clip(1.0 - age / 500.0, 0.0, 1.0)
        total += size * fall * left * left
    return total
