"""Entries without an export or a TA-Lib column, against their formula written out the long way."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Columns = dict[str, Any]
Run = Callable[..., Columns]
nan = math.nan


def rolling(x: Any, n: int, of: Callable[[Any], float]) -> Any:
    return np.array([of(x[i - n + 1 : i + 1]) if i >= n - 1 else nan for i in range(len(x))])


def lag(x: Any, n: int) -> Any:
    return np.concatenate([np.full(n, nan), x[:-n]])


def mean(x: Any, n: int) -> Any:
    return rolling(x, n, lambda w: math.fsum(w) / n)


def recursive(x: Any, n: int, alpha: float) -> Any:
    out, begin = np.full(len(x), nan), int(np.flatnonzero(~np.isnan(x))[0]) + n - 1
    out[begin] = np.mean(x[begin - n + 1 : begin + 1])
    for i in range(begin + 1, len(x)):
        out[i] = alpha * x[i] + (1 - alpha) * out[i - 1]
    return out


def ema(x: Any, n: int) -> Any:
    return recursive(x, n, 2 / (n + 1))


def middle(c: Columns, n: int) -> Any:
    return (rolling(c["high"], n, np.max) + rolling(c["low"], n, np.min)) / 2


def true_range(c: Columns) -> Any:
    before = lag(c["close"], 1)
    before[0] = c["close"][0]
    return np.maximum(c["high"], before) - np.minimum(c["low"], before)


def kst(c: Columns) -> Any:
    def roc(n: int) -> Any:
        return 100 * (c["close"] - lag(c["close"], n)) / lag(c["close"], n)

    return sum(k * mean(roc(n), m) for k, n, m in ((1, 10, 10), (2, 15, 10), (3, 20, 10), (4, 30, 15)))


def chande_kroll(c: Columns) -> Any:
    atr = recursive(true_range(c), 10, 1 / 10)
    return rolling(rolling(c["high"], 10, np.max) - atr, 9, np.max)


def mcginley(c: Columns) -> Any:
    x, out = c["close"], np.full(len(c["close"]), nan)
    out[13] = np.mean(x[:14])
    for i in range(14, len(x)):
        out[i] = out[i - 1] + (x[i] - out[i - 1]) / (14 * (x[i] / out[i - 1]) ** 4)
    return out


def rogers_satchell(c: Columns) -> Any:
    h, lo, o, x = (np.log(c[name]) for name in ("high", "low", "open", "close"))
    return np.sqrt(mean((h - x) * (h - o) + (lo - x) * (lo - o), 14))


def ease(c: Columns) -> Any:
    return 1e4 * (c["hl2"] - lag(c["hl2"], 1)) * (c["high"] - c["low"]) / c["volume"]


def squeeze(c: Columns) -> Any:
    delta = c["close"] - (middle(c, 20) + mean(c["close"], 20)) / 2
    return rolling(delta, 20, lambda w: nan if np.isnan(w).any() else np.polyval(np.polyfit(range(20), w, 1), 19))


def parabolic(c: Columns) -> Any:
    """TradingView's own description of ta.sar, line by line."""
    high, low, close = c["high"], c["low"], c["close"]
    out = np.full(len(close), nan)
    below, extreme, step, value = False, nan, 0.02, nan
    for i in range(1, len(close)):
        fresh = i == 1
        if fresh:
            below = bool(close[1] > close[0])
            extreme, value = (high[1], low[0]) if below else (low[1], high[0])
        value += step * (extreme - value)
        if below and value > low[i]:
            fresh, below, value, extreme, step = True, False, max(high[i], extreme), low[i], 0.02
        elif not below and value < high[i]:
            fresh, below, value, extreme, step = True, True, min(low[i], extreme), high[i], 0.02
        if not fresh and below and high[i] > extreme:
            extreme, step = high[i], min(step + 0.02, 0.2)
        if not fresh and not below and low[i] < extreme:
            extreme, step = low[i], min(step + 0.02, 0.2)
        near = slice(max(i - 2, 0), i)
        value = min(value, *low[near]) if below else max(value, *high[near])
        out[i] = value
    return out


DEFINITIONS: dict[tuple[str, str], Callable[[Columns], Any]] = {
    ("abs", "abs"): lambda c: np.abs(c["close"]),
    ("min", "min"): lambda c: np.minimum(c["a"], c["b"]),
    ("max", "max"): lambda c: np.maximum(c["a"], c["b"]),
    ("sum", "sum"): lambda c: rolling(c["close"], 20, math.fsum),
    ("cum", "cum"): lambda c: np.cumsum(c["close"]),
    ("change", "change"): lambda c: c["close"] - lag(c["close"], 1),
    ("count", "count"): lambda c: rolling(c["condition"], 20, np.sum),
    ("since", "since"): lambda c: np.array(
        [next((k for k in range(i + 1) if c["condition"][i - k]), nan) for i in range(len(c["close"]))]
    ),
    ("zscore", "zscore"): lambda c: (c["close"] - mean(c["close"], 20)) / rolling(c["close"], 20, np.std),
    ("percentile", "percentile"): lambda c: rolling(c["close"], 100, lambda w: np.percentile(w, 50)),
    ("cog", "cog"): lambda c: rolling(c["close"], 10, lambda w: -np.dot(w, np.arange(10, 0, -1)) / w.sum()),
    ("dpo", "dpo"): lambda c: c["close"] - lag(mean(c["close"], 21), 11),
    ("trix", "trix"): lambda c: 1e4 * np.diff(ema(ema(ema(np.log(c["close"]), 18), 18), 18), prepend=nan),
    ("kst", "kst"): kst,
    ("kst", "signal"): lambda c: mean(kst(c), 9),
    ("ichimoku", "tenkan"): lambda c: middle(c, 9),
    ("ichimoku", "kijun"): lambda c: middle(c, 26),
    ("ichimoku", "senkou_a"): lambda c: (middle(c, 9) + middle(c, 26)) / 2,
    ("ichimoku", "senkou_b"): lambda c: middle(c, 52),
    ("bb", "percent"): lambda c: (
        (c["close"] - mean(c["close"], 20)) / (4 * rolling(c["close"], 20, np.std)) + 0.5
    ),
    ("ibs", "ibs"): lambda c: (c["close"] - c["low"]) / (c["high"] - c["low"]),
    ("wvad", "wvad"): lambda c: c["volume"] * (c["close"] - c["open"]) / (c["high"] - c["low"]),
    ("emv", "emv"): lambda c: mean(ease(c), 14),
    ("chop", "chop"): lambda c: (
        100 * np.log10(rolling(true_range(c), 14, np.sum) / (rolling(c["high"], 14, np.max)
        - rolling(c["low"], 14, np.min))) / np.log10(14)
    ),
    ("mcginley", "mcginley"): mcginley,
    ("rogers_satchell", "rogers_satchell"): rogers_satchell,
    ("chande_kroll", "short"): chande_kroll,
    ("ttm", "hist"): squeeze,
    ("sar", "sar"): parabolic,
}  # fmt: skip


@pytest.mark.parametrize(("name", "output"), DEFINITIONS, ids="-".join)
def test_equals_its_definition(name: str, output: str, run: Run, make_candles: Run) -> None:
    """Row by row, the entry is what its formula says, unknown rows included."""
    columns = make_candles(300)
    columns["volume"] += 1.0
    columns["high"] += 0.01
    for blend, parts in (("hl2", ("high", "low")), ("hlc3", ("high", "low", "close"))):
        columns[blend] = sum(columns[part] for part in parts) / len(parts)
    ours = run(name, columns)[output]
    theirs = np.asarray(DEFINITIONS[name, output](columns), float)
    assert np.isnan(ours).tolist() == np.isnan(theirs).tolist()
    known = ~np.isnan(ours)
    assert np.allclose(ours[known], theirs[known], rtol=1e-9, atol=1e-9 * np.abs(theirs[known]).max())


def test_kvo_is_klingers(run: Run, make_candles: Run) -> None:
    """The volume force turns with the typical price and fades with the range accumulated since the turn."""
    c = make_candles(200)
    span, whole = c["high"] - c["low"], c["high"] + c["low"] + c["close"]
    trend = np.where(np.diff(whole, prepend=nan) > 0, 1.0, -1.0)
    force, total = np.full(200, nan), 0.0
    trend[1] = 0.0
    for i in range(2, 200):
        total = (total or span[i]) + span[i] if trend[i] == trend[i - 1] else span[i - 1] + span[i]
        force[i] = c["volume"][i] * abs(2 * (span[i] / total - 1)) * trend[i] * 100
    expected = ema(force, 34) - ema(force, 55)
    ours = run("kvo", c)["kvo"]
    assert np.allclose(ours, expected, rtol=1e-9, equal_nan=True)


@pytest.mark.parametrize("name", ["sma", "stdev", "wma", "linreg", "vwma"])
def test_windows_do_not_drift(name: str, run: Run, make_candles: Run) -> None:
    """After 20,000 rows with outliers the last window is as exact as one computed by itself."""
    columns = make_candles(20_000)
    columns["close"][::977] = 1e9
    whole = run(name, columns)
    alone = run(name, {key: column[-60:] for key, column in columns.items()})
    for output in whole:
        assert np.allclose(whole[output][-5:], alone[output][-5:], rtol=1e-12)
