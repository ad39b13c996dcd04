"""The frozen shape of version 1: its keys in all spellings, types, operators, indicators and their parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

BLOCKS = frozenset(("entryconditions", "exitconditions", "riskmanagement", "mlmodels"))
"""A document with one of these keys, in any spelling, is of version 1."""
TYPES = frozenset(("emacrossover", "rsimeanreversion", "macdtrend", "custom"))

OPERATORS = {
    ">": ">", "<": "<", ">=": ">=", "<=": "<=",
    "crossesabove": "crosses above", "crossabove": "crosses above",
    "crossesbelow": "crosses below", "crossbelow": "crosses below",
}  # fmt: skip

FIELDS = {"open": "open", "high": "high", "low": "low", "close": "close", "volume": "volume", "price": "close",
          "hl2": "hl2", "hlc3": "hlc3", "ohlc4": "ohlc4"}  # fmt: skip

LANGUAGE = frozenset(
    (
        "and", "or", "not", "for", "within", "candle", "candles", "crosses", "above", "below", "is", "rising",
        "falling", "open", "high", "low", "close", "volume", "hl2", "hlc3", "ohlc4", "time", "position",
    )
)  # fmt: skip
"""Words of version 2 that no indicator may be called."""

QUOTES = ("FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USDP", "USD", "EUR", "GBP", "TRY", "BTC", "ETH", "BNB")
"""Quote currencies that a symbol without a separator may end with, longest first."""


@dataclass(frozen=True, slots=True)
class Length:
    """A parameter: what it is called, its keys (normalised) and what it is where nothing is said."""

    name: str
    keys: tuple[str, ...]
    default: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """An indicator of version 1: its call in version 2, its source (None: takes none), and its outputs.

    `bare` is the output that the bare name stands for; None where the name alone does not say which.
    """

    call: str
    source: str | None
    lengths: tuple[Length, ...]
    outputs: Mapping[str, str] = field(default_factory=dict)
    bare: str | None = ""


def _period(default: str) -> tuple[Length, ...]:
    return (Length("period", ("period", "length", "window", "timeperiod"), default),)


_MACD = (
    Length("fast", ("fast", "fastperiod", "fastlength"), "12"),
    Length("slow", ("slow", "slowperiod", "slowlength"), "26"),
    Length("signal", ("signal", "signalperiod", "signallength"), "9"),
)
_STOCHASTIC = (
    Length("kPeriod", ("kperiod", "k", "period", "length", "fastk", "fastkperiod"), "14"),
    Length("smooth", ("smooth", "smoothk", "slowing", "slowk", "slowkperiod"), "1"),
    Length("dPeriod", ("dperiod", "d", "smoothd", "slowd", "slowdperiod"), "3"),
)
_BANDS = (
    *_period("20"),
    Length("stdDev", ("stddev", "stdev", "std", "multiplier", "mult", "deviation", "deviations", "nbdev"), "2", False),
)

KINDS: Mapping[str, Kind] = {
    "sma": Kind("sma", "close", _period("20")),
    "ema": Kind("ema", "close", _period("20")),
    "wma": Kind("wma", "close", _period("20")),
    "rsi": Kind("rsi", "close", _period("14")),
    "macd": Kind(
        "macd", "close", _MACD,
        {"macd": "macd", "line": "macd", "macdline": "macd", "signal": "signal", "signalline": "signal",
         "hist": "hist", "histogram": "hist"},
        "macd",
    ),
    "stochastic": Kind("stoch", None, _STOCHASTIC, {"k": "k", "percentk": "k", "d": "d", "percentd": "d"}, "k"),
    "bollingerbands": Kind(
        "bb", "close", _BANDS,
        {"upper": "upper", "upperband": "upper", "lower": "lower", "lowerband": "lower",
         "middle": "basis", "mid": "basis", "middleband": "basis", "basis": "basis"},
        None,
    ),
    "atr": Kind("atr", None, _period("14")),
    "obv": Kind("obv", "close", ()),
    "vwap": Kind("vwap", "hlc3", ()),
}  # fmt: skip
"""By the normalised name of the type."""
ALIASES = {"stoch": "stochastic", "bollinger": "bollingerbands", "bb": "bollingerbands", "bbands": "bollingerbands"}


def normal(text: str) -> str:
    """A key or name without its spelling: `entry_conditions`, `Entry-Conditions` and `entryConditions` are one."""
    return re.sub(r"[\s_.\-]", "", text).lower()


def snake(text: str) -> str:
    """`emaFast` as version 2 writes names: `ema_fast`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    return re.sub(r"_+", "_", re.sub(r"[^a-z0-9]+", "_", apart.lower())).strip("_")
