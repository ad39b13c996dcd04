"""TA-Lib itself, where it is installed: other parameters and another market than the reference columns have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

talib = pytest.importorskip("talib", reason="TA-Lib is not installed")

Run = Callable[..., dict[str, Any]]
ROWS = 1500


class Case(NamedTuple):
    """A TA-Lib function with its arguments, and our entry with its own."""

    theirs: str
    arguments: tuple[Any, ...]
    name: str
    values: dict[str, Any]
    fields: str = "close"
    outputs: tuple[str, ...] = ()
    after: int = 0


HLC = "high low close"
CASES = [
    Case("SMA", (7,), "sma", {"length": 7}),
    Case("EMA", (13,), "ema", {"length": 13}),
    Case("WMA", (9,), "wma", {"length": 9}),
    Case("DEMA", (11,), "dema", {"length": 11}),
    Case("TEMA", (8,), "tema", {"length": 8}),
    Case("TRIMA", (15,), "trima", {"length": 15}),
    Case("TRIMA", (16,), "trima", {"length": 16}),
    Case("KAMA", (12,), "kama", {"length": 12}),
    Case("T3", (7, 0.6), "t3", {"length": 7, "factor": 0.6}),
    Case("MAMA", (0.4, 0.1), "mama", {"fast": 0.4, "slow": 0.1}, outputs=("mama", "fama")),
    Case("HT_TRENDLINE", (), "ht_trendline", {}),
    Case("HT_DCPERIOD", (), "ht_dcperiod", {}),
    Case("HT_SINE", (), "ht_sine", {}, outputs=("sine", "lead")),
    Case("RSI", (9,), "rsi", {"length": 9}),
    Case("CMO", (9,), "cmo_wilder", {"length": 9}),
    Case("TRIX", (12,), "trix_percent", {"length": 12}),
    Case("ROCR", (3,), "rocr", {"length": 3}),
    Case("MOM", (5,), "mom", {"length": 5}),
    Case("PPO", (5, 11, 1), "ppo", {"fast": 5, "slow": 11}, outputs=("ppo",)),
    Case("MACDEXT", (5, 0, 11, 0, 4, 0), "macd_sma", {"fast": 5, "slow": 11, "signal": 4},
         outputs=("macd", "signal", "hist")),
    Case("BBANDS", (10, 1.5, 1.5, 0), "bb", {"length": 10, "mult": 1.5}, outputs=("upper", "basis", "lower")),
    Case("STDDEV", (12, 1.0), "stdev", {"length": 12}),
    Case("LINEARREG", (10,), "linreg", {"length": 10}),
    Case("LINEARREG_ANGLE", (10,), "linreg_angle", {"length": 10}),
    Case("LINEARREG_INTERCEPT", (10,), "linreg_intercept", {"length": 10}),
    Case("TSF", (10,), "tsf", {"length": 10}),
    Case("MIDPOINT", (11,), "midpoint", {"length": 11}),
    Case("MIDPRICE", (11,), "midprice", {"length": 11}, "high low"),
    Case("BETA", (9,), "beta", {"length": 9}, "a b"),
    Case("CORREL", (9,), "correlation", {"length": 9}, "a b"),
    Case("SAR", (0.03, 0.3), "sar_ext", {"start": 0.03, "increment": 0.03, "maximum": 0.3}, "high low", ("sar",)),
    Case("ADX", (9,), "adx", {"length": 9, "smoothing": 9}, HLC, ("adx",), 300),
    Case("ADXR", (9,), "adxr", {"length": 9}, HLC, after=400),
    Case("DX", (9,), "dx", {"length": 9}, HLC, after=300),
    Case("CCI", (9,), "cci", {"length": 9, "source": "hlc3"}, HLC),
    Case("WILLR", (9,), "williams", {"length": 9}, HLC),
    Case("ULTOSC", (3, 6, 12), "uo", {"fast": 3, "mid": 6, "slow": 12}, HLC),
    Case("STOCH", (9, 4, 0, 2, 0), "stoch", {"length": 9, "smooth_k": 4, "smooth_d": 2}, HLC, ("k", "d")),
    Case("ATR", (9,), "atr", {"length": 9}, HLC, after=300),
    Case("AROON", (9,), "aroon", {"length": 9}, "high low", ("down", "up")),
    Case("AD", (), "accu_dist", {}, "high low close volume"),
    Case("ADOSC", (4, 9), "chaikin_osc", {"fast": 4, "slow": 9}, "high low close volume", after=300),
    Case("MFI", (9,), "mfi", {"length": 9}, "high low close volume"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.theirs}{c.arguments}")
def test_equals_the_library(case: Case, run: Run, make_candles: Run) -> None:
    """With other parameters too, every row TA-Lib knows (or where its other seed has faded) is ours."""
    columns = make_candles(ROWS, 9)
    columns["volume"] += 1.0
    jitter = np.random.default_rng(3).uniform(0.0, 1e-4, ROWS)  # no ties among extremes
    columns["high"] += jitter
    columns["low"] -= jitter[::-1]
    columns["hlc3"] = (columns["high"] + columns["low"] + columns["close"]) / 3.0
    columns["a"], columns["b"] = columns["high"], columns["low"]
    found = getattr(talib, case.theirs)(*(columns[field] for field in case.fields.split()), *case.arguments)
    theirs = found if isinstance(found, tuple) else (found,)
    given = dict(columns)
    values = dict(case.values)
    given["source"] = columns[values.pop("source", "hlc3" if case.name == "mfi" else "close")]
    ours = run(case.name, given, values)
    for name, column in zip(case.outputs or list(ours), theirs, strict=True):
        begin = max(case.after, int(np.flatnonzero(~np.isnan(column))[0]))
        scale = 1e-6 * columns["close"].max()
        assert not np.isnan(ours[name][begin:]).any()
        apart = np.abs(ours[name] - column)[begin:]
        assert (apart <= 1e-7 * np.maximum(np.abs(column[begin:]), scale)).all(), float(apart.max())
