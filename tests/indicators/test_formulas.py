"""Entries that no export and no TA-Lib column stands for, against their formula written with NumPy."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

Columns = dict[str, Any]
Run = Callable[..., Columns]
nan = math.nan


def over(n: int, of: Callable[..., float], *series: Any) -> Any:
    """`of` the last n values of each series, unknown before there are n or where one is unknown."""
    windows = [sliding_window_view(np.asarray(x, float), n) for x in series]
    values = [nan if any(np.isnan(w).any() for w in row) else of(*row) for row in zip(*windows, strict=True)]
    return np.concatenate([np.full(n - 1, nan), values])


def lag(x: Any, n: int = 1) -> Any:
    return np.concatenate([np.full(n, nan), x[:-n]])


def recursive(x: Any, n: int, alpha: float) -> Any:
    out, begin = np.full(len(x), nan), int(np.flatnonzero(~np.isnan(x))[0]) + n - 1
    out[begin] = np.mean(x[begin - n + 1 : begin + 1])
    for i in range(begin + 1, len(x)):
        out[i] = alpha * x[i] + (1 - alpha) * out[i - 1]
    return out


def ema(x: Any, n: int) -> Any:
    return recursive(x, n, 2 / (n + 1))


def rma(x: Any, n: int) -> Any:
    return recursive(x, n, 1 / n)


def atr(c: Columns, n: int) -> Any:
    before = lag(c["close"])
    before[0] = c["close"][0]
    return rma(np.maximum(c["high"], before) - np.minimum(c["low"], before), n)


def rsi(x: Any, n: int) -> Any:
    change = x - lag(x)
    up, down = rma(np.maximum(change, 0), n), rma(np.maximum(-change, 0), n)
    return 100 * up / (up + down)


def highest(x: Any, n: int) -> Any:
    return over(n, np.max, x)


def lowest(x: Any, n: int) -> Any:
    return over(n, np.min, x)


def swma(x: Any) -> Any:
    return (lag(x, 3) + 2 * lag(x, 2) + 2 * lag(x) + x) / 6


def returns(x: Any) -> Any:
    return np.log(x / lag(x))


def fitted(w: Any) -> Any:
    return np.polyval(np.polyfit(range(len(w)), w, 1), range(len(w)))


def skewed(w: Any) -> float:
    n, z = len(w), (w - w.mean()) / w.std()
    return float(np.sqrt(n * (n - 1)) / (n - 2) * (z**3).mean())


def peaked(w: Any) -> float:
    n, z = len(w), (w - w.mean()) / w.std()
    return float((n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (z**4).mean() - 3 * (n - 1)))


def rescaled(w: Any) -> float:
    way = np.concatenate([[0.0], np.cumsum(w - w.mean())])
    return float(np.log((way.max() - way.min()) / w.std()) / np.log(len(w)))


def yang_zhang(c: Columns) -> Any:
    o, h, lo, x = (np.log(c[name]) for name in ("open", "high", "low", "close"))
    weight = 0.34 / (1.34 + 21 / 19)
    drift = (h - o) * (h - x) + (lo - o) * (lo - x)
    gap, body = over(20, lambda w: np.var(w, ddof=1), o - lag(x)), over(20, lambda w: np.var(w, ddof=1), x - o)
    return np.sqrt(gap + weight * body + (1 - weight) * over(20, np.mean, drift))


def connors(c: Columns) -> Any:
    x, run = c["close"], [0.0]
    for change in np.diff(x):
        sign = np.sign(change)
        run.append(sign + run[-1] if sign and sign == np.sign(run[-1]) else sign)
    move = (x - lag(x)) / lag(x)
    rank = over(101, lambda w: 100.0 * (w[:-1] <= w[-1]).mean(), move)
    return (rsi(x, 3) + rsi(np.array(run), 2) + rank) / 3


def fisher(c: Columns) -> Any:
    x, value, out = c["hl2"], 0.0, np.full(len(c["hl2"]), nan)
    top, bottom, before = highest(x, 9), lowest(x, 9), 0.0
    for i in range(8, len(x)):
        value = 0.66 * ((x[i] - bottom[i]) / (top[i] - bottom[i]) - 0.5) + 0.67 * value
        value = 0.999 if value > 0.99 else -0.999 if value < -0.99 else value
        before = out[i] = math.atanh(value) + 0.5 * before
    return out


def schaff(c: Columns) -> Any:
    def cycle(x: Any) -> Any:
        top, bottom, out, level = highest(x, 10), lowest(x, 10), np.full(len(x), nan), nan
        place = nan
        for i in np.flatnonzero(~np.isnan(top)):
            place = 100 * (x[i] - bottom[i]) / (top[i] - bottom[i]) if top[i] > bottom[i] else place
            level = out[i] = place if math.isnan(level) else level + 0.5 * (place - level)
        return out

    return cycle(cycle(ema(c["close"], 23) - ema(c["close"], 50)))


def weighted(c: Columns, rows: Any) -> float:
    return float(np.average(c["hlc3"][rows], weights=c["volume"][rows]))


def anchored(key: Callable[[datetime.datetime], Any]) -> Callable[[Columns], Any]:
    def since(c: Columns) -> Any:
        keys = [key(datetime.datetime.fromtimestamp(t / 1000, datetime.UTC)) for t in c["time"]]
        return np.array([weighted(c, slice(keys.index(k), i + 1)) for i, k in enumerate(keys)])

    return since


def control(c: Columns) -> Any:
    def level(high: Any, low: Any, volume: Any) -> float:
        step = (high.max() - low.min()) / 24
        places = np.minimum(((high + low) / 2 - low.min()) // step, 23).astype(int)
        return float(low.min() + step * (np.bincount(places, weights=volume).argmax() + 0.5))

    return over(100, level, c["high"], c["low"], c["volume"])


def smoothed(x: Any, n: int) -> Any:
    decay, out = math.exp(-math.sqrt(2) * math.pi / n), x.copy()
    turn = 2 * decay * math.cos(math.sqrt(2) * math.pi / n)
    for i in range(2, len(x)):
        out[i] = (1 - turn + decay**2) * (x[i] + x[i - 1]) / 2 + turn * out[i - 1] - decay**2 * out[i - 2]
    return out


def high_passed(x: Any, n: int) -> Any:
    angle, out = math.sqrt(0.5) * 2 * math.pi / n, np.zeros(len(x))
    a = (math.cos(angle) + math.sin(angle) - 1) / math.cos(angle)
    for i in range(2, len(x)):
        out[i] = (1 - a / 2) ** 2 * (x[i] - 2 * x[i - 1] + x[i - 2])
        out[i] += 2 * (1 - a) * out[i - 1] - (1 - a) ** 2 * out[i - 2]
    return out


def vidya(c: Columns) -> Any:
    x, change = c["close"], c["close"] - lag(c["close"])
    cmo = over(9, lambda w: abs(w.sum()) / np.abs(w).sum(), change)
    out, level = np.full(len(x), nan), x[9]
    for i in range(9, len(x)):
        level = out[i] = level + 2 / 15 * cmo[i] * (x[i] - level)
    return out


def fractal(c: Columns) -> Any:
    out, level = np.full(len(c["close"]), nan), c["hl2"][15]
    for i in range(15, len(out)):
        old, new = slice(i - 15, i - 7), slice(i - 7, i + 1)
        spans = [c["high"][s].max() - c["low"][s].min() for s in (old, new, slice(i - 15, i + 1))]
        weight = math.exp(-4.6 * (math.log2((spans[0] + spans[1]) / 8 / (spans[2] / 16)) - 1))
        level = out[i] = level + min(max(weight, 0.01), 1) * (c["hl2"][i] - level)
    return out


def flow(c: Columns) -> Any:
    change = c["hlc3"] - lag(c["hlc3"])
    return np.where(np.isnan(change), nan, np.where(change < 0, -c["volume"], c["volume"]))


FORMULAS: dict[str, Callable[[Columns], Any]] = {
    "sinwma": lambda c: over(14, lambda w: np.average(w, weights=np.sin(np.arange(1, 15) * np.pi / 15)), c["close"]),
    "fwma": lambda c: over(10, lambda w: np.average(w, weights=[1, 1, 2, 3, 5, 8, 13, 21, 34, 55]), c["close"]),
    "ewma": lambda c: recursive(c["close"], 1, 0.1),
    "vidya": vidya,
    "frama": fractal,
    "skew": lambda c: over(30, skewed, c["close"]),
    "kurtosis": lambda c: over(30, peaked, c["close"]),
    "covariance": lambda c: over(20, lambda a, b: np.cov(a, b, ddof=0)[0, 1], c["a"], c["b"]),
    "autocorrelation": lambda c: over(20, lambda a, b: np.corrcoef(a, b)[0, 1], c["close"], lag(c["close"])),
    "entropy": lambda c: over(
        10, lambda p: -np.sum(p * np.log2(p)), c["close"] / over(10, np.sum, c["close"])
    ),
    "hurst": lambda c: over(100, rescaled, c["close"] - lag(c["close"])),
    "rsquared": lambda c: over(14, lambda w: 1 - np.var(w - fitted(w)) / np.var(w), c["close"]),
    "linreg_error": lambda c: over(14, lambda w: np.sqrt(np.sum((w - fitted(w)) ** 2) / 12), c["close"]),
    "linreg_channel.upper": lambda c: over(100, lambda w: fitted(w)[-1] + 2 * (w - fitted(w)).std(), c["close"]),
    "cfo": lambda c: over(9, lambda w: 100 * (w[-1] - fitted(w)[-1]) / w[-1], c["close"]),
    "bbw": lambda c: over(20, lambda w: 400 * w.std() / w.mean(), c["close"]),
    "bbp": lambda c: over(20, lambda w: (w[-1] - w.mean() + 2 * w.std()) / (4 * w.std()), c["close"]),
    "atr_bands.lower": lambda c: c["close"] - 2 * atr(c, 14),
    "envelope.upper": lambda c: 1.1 * over(20, np.mean, c["close"]),
    "chandelier.long": lambda c: highest(c["high"], 22) - 3 * atr(c, 22),
    "chandelier.short": lambda c: lowest(c["low"], 22) + 3 * atr(c, 22),
    "historical_volatility": lambda c: over(20, np.std, returns(c["close"])),
    "parkinson": lambda c: np.sqrt(over(20, np.mean, np.log(c["high"] / c["low"]) ** 2) / (4 * np.log(2))),
    "garman_klass": lambda c: np.sqrt(over(20, np.mean, 0.5 * np.log(c["high"] / c["low"]) ** 2
                                           - (2 * np.log(2) - 1) * np.log(c["close"] / c["open"]) ** 2)),
    "yang_zhang": yang_zhang,
    "ulcer": lambda c: np.sqrt(over(14, np.mean, (100 * (c["close"] / highest(c["close"], 14) - 1)) ** 2)),
    "connors_rsi": connors,
    "fisher.fisher": fisher,
    "fisher.trigger": lambda c: lag(fisher(c)),
    "stc": schaff,
    "rvgi.rvgi": lambda c: over(10, np.sum, swma(c["close"] - c["open"]))
    / over(10, np.sum, swma(c["high"] - c["low"])),
    "smi_ergodic.smi": lambda c: ema(ema(c["close"] - lag(c["close"]), 20), 5)
    / ema(ema(np.abs(c["close"] - lag(c["close"])), 20), 5),
    "pmo.pmo": lambda c: recursive(10 * recursive(100 * (c["close"] / lag(c["close"]) - 1), 35, 2 / 35), 20, 2 / 20),
    "alligator.jaw": lambda c: lag(rma(c["hl2"], 13), 8),
    "gator.lower": lambda c: -np.abs(lag(rma(c["hl2"], 8), 5) - lag(rma(c["hl2"], 5), 3)),
    "psl": lambda c: over(12, lambda w: 100.0 * (w > 0).mean(), c["close"] - lag(c["close"])),
    "bias": lambda c: c["close"] / over(26, np.mean, c["close"]) - 1,
    "vwap_rolling.basis": lambda c: over(20, lambda x, v: np.average(x, weights=v), c["hlc3"], c["volume"]),
    "vwap_week.basis": anchored(lambda t: t.isocalendar()[:2]),
    "vwap_month.basis": anchored(lambda t: (t.year, t.month)),
    "poc": control,
    "klinger.klinger": lambda c: ema(flow(c), 34) - ema(flow(c), 55),
    "volume_osc": lambda c: 100 * (ema(c["volume"], 5) / ema(c["volume"], 10) - 1),
    "supersmoother": lambda c: smoothed(c["close"], 10),
    "highpass": lambda c: high_passed(c["close"], 48),
    "decycler": lambda c: c["close"] - high_passed(c["close"], 60),
    "roofing": lambda c: smoothed(high_passed(c["close"], 48), 10),
    "gap": lambda c: c["open"] / lag(c["close"]) - 1,
}  # fmt: skip


@pytest.mark.parametrize("called", FORMULAS)
def test_equals_its_formula(called: str, run: Run, make_candles: Run) -> None:
    """Row by row, the entry is what its formula says, unknown rows included."""
    columns = make_candles(1000)
    columns["volume"] += 1.0
    columns["high"] += 0.01
    for blend, parts in (("hl2", ("high", "low")), ("hlc3", ("high", "low", "close"))):
        columns[blend] = sum(columns[part] for part in parts) / len(parts)
    name, _, output = called.partition(".")
    ours = run(name, columns)[output or name]
    theirs = np.asarray(FORMULAS[called](columns), float)
    assert np.isnan(ours).tolist() == np.isnan(theirs).tolist()
    known = ~np.isnan(ours)
    assert np.allclose(ours[known], theirs[known], rtol=1e-8, atol=1e-9 * np.abs(theirs[known]).max())


def test_half_life_is_that_of_a_reverting_series(run: Run) -> None:
    """A series that loses a tenth of its distance each candle has a half-life of ln(2) / 0.1 candles."""
    x = 50.0 + 10.0 * 0.9 ** np.arange(120)
    found = run("half_life", {"source": x, "close": x}, {"length": 100})["half_life"]
    assert np.allclose(found[100:], math.log(2) / 0.1)
