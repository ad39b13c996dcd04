"""The same indicators in TA-Lib and talipp: how each is called with an entry's defaults, and which value compares.

TA-Lib computes whole columns and never one candle at a time; talipp computes one candle at a time and never columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from stratrun.engine.indicators.catalogue import Indicator, Values

Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A TA-Lib function: its parameters (a number, or the name of ours), the prices it reads, our output and theirs.

    Where `compare` is left out, the first output of each compares.
    """

    function: str
    parameters: Mapping[str, str | float] = field(default_factory=dict)
    price: tuple[str, ...] = ()
    compare: tuple[str, str] = ("", "")


def _period(function: str, price: tuple[str, ...] = (), compare: tuple[str, str] = ("", "")) -> Call:
    return Call(function, {"timeperiod": "length"}, price, compare)


_SAME_NAME = (
    "sma", "ema", "rma", "wma", "hma", "dema", "tema", "zlema", "trima", "vwma", "kama", "rsi", "mom", "roc", "mfi",
    "adx", "atr", "natr", "cmf", "tsf", "er", "sum", "cci", "percentrank", "vortex", "fosc", "vhf",
    "qstick", "adr", "adxr", "dx", "imi", "midpoint", "midprice", "rocp", "rocr", "rvol",
)  # fmt: skip
TALIB: Mapping[str, Call] = {
    **{name: _period(name.upper()) for name in _SAME_NAME},
    **{name: Call(name.upper()) for name in (
        "avgprice", "medprice", "typprice", "wclprice", "ht_dcperiod", "ht_dcphase", "ht_phasor", "ht_sine",
        "ht_trendline",
    )},
    "ac": Call("AC", {"fastperiod": "fast", "slowperiod": "slow", "signalperiod": "signal"}),
    "accbands": _period("ACCBANDS", compare=("upper", "upperband")),
    "accu_dist": Call("AD"),
    "ao": Call("AO", {"fastperiod": "fast", "slowperiod": "slow"}),
    "apo": Call("APO", {"fastperiod": "fast", "slowperiod": "slow", "matype": 1}),
    "aroon": _period("AROON", compare=("up", "aroonup")),
    "bb": Call(
        "BBANDS", {"timeperiod": "length", "nbdevup": "mult", "nbdevdn": "mult"}, compare=("upper", "upperband")
    ),
    "beta": _period("BETA", ("close", "open")),
    "bop": Call("BOP"),
    "chaikin_osc": Call("ADOSC", {"fastperiod": "fast", "slowperiod": "slow"}),
    "chaikin_volatility": Call("CVI", {"timeperiod": "length", "rocperiod": "roc"}),
    "cmo": _period("CMOU"),
    "cmo_wilder": _period("CMO"),
    "coppock": Call("COPPOCK", {"wmaperiod": "wma", "roc1period": "short", "roc2period": "long"}),
    "correlation": _period("CORREL", ("close", "open")),
    "cum": Call("CUMSUM"),
    "dev": _period("AVGDEV"),
    "dm": _period("PLUS_DM"),
    "donchian": _period("DONCHIAN", compare=("upper", "upperband")),
    "dpo_shifted": _period("DPO"),
    "elder_ray": _period("ERI"),
    "force_index": _period("EFI"),
    "heikin_ashi": Call("HA"),
    "highest": _period("MAX", ("high",)),
    "kdj": Call("KDJ", {"fastk_period": "length", "slowk_period": "smooth_k", "slowd_period": "smooth_d"}),
    "keltner_atr": Call(
        "KC", {"timeperiod": "length", "atrperiod": "atr", "nbdev": "mult"}, compare=("upper", "upperband")
    ),
    "linreg": _period("LINEARREG"),
    "linreg_angle": _period("LINEARREG_ANGLE"),
    "linreg_intercept": _period("LINEARREG_INTERCEPT"),
    "linreg_slope": _period("LINEARREG_SLOPE"),
    "lowest": _period("MIN", ("low",)),
    "macd": Call("MACD", {"fastperiod": "fast", "slowperiod": "slow", "signalperiod": "signal"}),
    "macd_sma": Call("MACDEXT", {"fastperiod": "fast", "slowperiod": "slow", "signalperiod": "signal"}),
    "mama": Call("MAMA", {"fastlimit": "fast", "slowlimit": "slow"}),
    "mass_index": Call("MASSI", {"fastperiod": "ema", "slowperiod": "length"}),
    "nvi": Call("NVI"),
    "obv": Call("OBV"),
    "percentile_nearest": Call("PERCENTILE", {"timeperiod": "length", "percentile": "percent"}),
    "ppo": Call("PPO", {"fastperiod": "fast", "slowperiod": "slow", "matype": 1}),
    "pvi": Call("PVI"),
    "pvt": Call("PVT"),
    "pvo": Call("PVO", {"fastperiod": "fast", "slowperiod": "slow", "matype": 1}),
    "rvi_volatility": Call("RVI", {"timeperiod": "length", "stddevperiod": "deviation"}),
    "sar_ext": Call("SAR", {"acceleration": "start", "maximum": "maximum"}),
    "stdev": _period("STDDEV"),
    "stoch": Call("STOCHF", {"fastk_period": "length", "fastd_period": "smooth_d"}),
    "stoch_rsi": Call(
        "STOCHRSI", {"timeperiod": "rsi_length", "fastk_period": "stoch_length", "fastd_period": "smooth_k"},
        compare=("k", "fastd"),
    ),
    "supertrend": Call("SUPERTREND", {"timeperiod": "length", "multiplier": "factor"}),
    "t3": Call("T3", {"timeperiod": "length", "vfactor": "factor"}),
    "tr": Call("TRANGE"),
    "trix_percent": _period("TRIX"),
    "tsi": Call("TSI", {"firstperiod": "long", "secondperiod": "short"}),
    "uo": Call("ULTOSC", {"timeperiod1": "fast", "timeperiod2": "mid", "timeperiod3": "slow"}),
    "variance": _period("VAR"),
    "vwap_total": Call("VWAP"),
    "wad": Call("WAD"),
    "williams": _period("WILLR"),
}  # fmt: skip

_TALIPP_PERIOD = {
    "sma": "SMA", "ema": "EMA", "rma": "SMMA", "wma": "WMA", "hma": "HMA", "dema": "DEMA", "tema": "TEMA",
    "zlema": "ZLEMA", "vwma": "VWMA", "mcginley": "McGinleyDynamic", "rsi": "RSI", "roc": "ROC", "cci": "CCI",
    "williams": "Williams", "trix_percent": "TRIX", "atr": "ATR", "natr": "NATR", "stdev": "StdDev", "dev": "MeanDev",
    "donchian": "DonchianChannels", "aroon": "Aroon", "vortex": "VTX", "chop": "CHOP", "dpo": "DPO",
    "rogers_satchell": "RogersSatchell", "force_index": "ForceIndex",
}  # fmt: skip
TALIPP: Mapping[str, Callable[[Any, Values], Any]] = {
    **{name: lambda t, p, kind=kind: getattr(t, kind)(p["length"]) for name, kind in _TALIPP_PERIOD.items()},
    "accu_dist": lambda t, p: t.AccuDist(),
    "adx": lambda t, p: t.ADX(p["length"], p["smoothing"]),
    "alma": lambda t, p: t.ALMA(p["length"], p["offset"], p["sigma"]),
    "ao": lambda t, p: t.AO(p["fast"], p["slow"]),
    "bb": lambda t, p: t.BB(p["length"], p["mult"]),
    "bop": lambda t, p: t.BOP(),
    "chaikin_osc": lambda t, p: t.ChaikinOsc(p["fast"], p["slow"]),
    "chande_kroll": lambda t, p: t.ChandeKrollStop(p["atr"], p["mult"], p["length"]),
    "coppock": lambda t, p: t.CoppockCurve(p["short"], p["long"], p["wma"]),
    "emv": lambda t, p: t.EMV(p["length"], p["divisor"]),
    "ibs": lambda t, p: t.IBS(),
    "ichimoku": lambda t, p: t.Ichimoku(p["base"], p["conversion"], p["base"], p["span"], p["base"]),
    "kama": lambda t, p: t.KAMA(p["length"], p["fast"], p["slow"]),
    "keltner_atr": lambda t, p: t.KeltnerChannels(p["length"], p["atr"], p["mult"], p["mult"]),
    "kst": lambda t, p: t.KST(
        p["roc1"], p["sma1"], p["roc2"], p["sma2"], p["roc3"], p["sma3"], p["roc4"], p["sma4"], p["signal"]
    ),
    "kvo": lambda t, p: t.KVO(p["fast"], p["slow"]),
    "macd": lambda t, p: t.MACD(p["fast"], p["slow"], p["signal"]),
    "mass_index": lambda t, p: t.MassIndex(p["ema"], p["ema"], p["length"]),
    "obv": lambda t, p: t.OBV(),
    "sar": lambda t, p: t.ParabolicSAR(p["start"], p["increment"], p["maximum"]),
    "stoch": lambda t, p: t.Stoch(p["length"], p["smooth_d"]),
    "stoch_rsi": lambda t, p: t.StochRSI(p["rsi_length"], p["stoch_length"], p["smooth_k"], p["smooth_d"]),
    "supertrend": lambda t, p: t.SuperTrend(p["length"], p["factor"]),
    "t3": lambda t, p: t.T3(p["length"], p["factor"]),
    "tsi": lambda t, p: t.TSI(p["short"], p["long"]),
    "ttm": lambda t, p: t.TTM(p["length"], p["bb_mult"], p["kc_mult"]),
    "uo": lambda t, p: t.UO(p["fast"], p["mid"], p["slow"]),
    "vwap_total": lambda t, p: t.VWAP(),
}

TALIPP_FIELD: Mapping[str, str] = {
    "bb": "cb", "donchian": "cb", "ichimoku": "conversion_line", "keltner_atr": "cb", "ttm": "histogram"
}  # fmt: skip
"""The part of talipp's value that is our first output, where it is not its first."""


def talib_run(entry: Indicator, values: Values, columns: Columns) -> tuple[Callable[[], Any], Call] | None:
    """What computes the whole columns in TA-Lib; None where it has no such function, or is not installed."""
    found = TALIB.get(entry.name)
    if found is None:
        pattern = next((alias for alias in entry.aliases if alias.startswith("cdl")), None)
        found = Call(pattern.upper()) if pattern else None
    if found is None:
        return None
    try:
        abstract = import_module("talib.abstract")
        function = abstract.Function(found.function)
    except ImportError:
        return None
    given = {n: values[v] if isinstance(v, str) else v for n, v in found.parameters.items()}
    names = ["price"] if len(found.price) == 1 else [f"price{at}" for at in range(len(found.price))]
    given |= dict(zip(names, found.price, strict=True))
    return lambda: function(columns, **given), found


def talipp_made(entry: Indicator, values: Values) -> Any:
    """The talipp object, and None where it has no such indicator."""
    make = TALIPP.get(entry.name)
    return make(import_module("talipp.indicators"), values) if make else None
