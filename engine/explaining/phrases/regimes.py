"""What the market's regimes are called in a sentence: the same states, told with the values each judge was given."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_STATES: Mapping[str, str] = MappingProxyType({
    "bull": "the market is in a bull regime",
    "bear": "the market is in a bear regime",
    "range": "the market is in a range",
    "state": "the market's regime (1 bull, 0 range, -1 bear)",
})  # fmt: skip
_KAUFMAN = (
    "({length} candles; a trend from an efficiency of {enter}, ended below {leave}; volatility of {atr} candles ranked "
    "among {memory}: calm up to {calm}, wild from {wild}, ended {gap} back)"
)
_ADX = "({length} candles; a trend from an ADX of {enter}, ended below {leave})"
_LINE = "({length} candles; a trend from a correlation with time of {enter}, ended below {leave})"
_RANK = "({length} candles, ranked among {memory}: calm up to {calm}, wild from {wild}, ended {gap} back)"
_HIDDEN = (
    "(hidden Markov model of {states} states, fitted to {train} returns every {every} candles in {rounds} rounds; "
    "changes at a chance of {switch})"
)


def _told(name: str, values: str, outputs: Mapping[str, str]) -> dict[str, str]:
    """The outputs of one entry, each with the values it was given; two pairs of brackets become one."""
    return {f"{name}.{output}": f"{phrase} {values}".replace(") (", "; ") for output, phrase in outputs.items()}


PHRASES: Mapping[str, str] = MappingProxyType({
    **_told("regime", _KAUFMAN, {
        **_STATES,
        "calm": "the market is calm",
        "wild": "the market is wild",
        "trend": "how straight the market moves (-1 straight down, 1 straight up)",
        "volatility": "the rank of the market's volatility (0 calmest, 100 wildest)",
    }),
    **_told("regime_adx", _ADX, _STATES),
    **_told("regime_slope", _LINE, {
        "bull": "{source} is in a bull regime",
        "bear": "{source} is in a bear regime",
        "range": "{source} is in a range",
        "state": "the regime of {source} (1 bull, 0 range, -1 bear)",
        "slope": "how straight {source} moves (-1 straight down, 1 straight up)",
    }),
    **_told("volatility_regime", _RANK, {
        "calm": "the volatility of {source} is calm",
        "usual": "the volatility of {source} is usual",
        "wild": "the volatility of {source} is wild",
        "rank": "the rank of the volatility of {source} (0 calmest, 100 wildest)",
        "state": "the state of the volatility of {source} (-1 calm, 0 usual, 1 wild)",
    }),
    **_told("hmm_regime", _HIDDEN, {
        "bull": "the market is in a bull regime",
        "bear": "the market is in a bear regime",
        "p_bull": "the chance that the market is in a bull regime",
        "p_bear": "the chance that the market is in a bear regime",
        "volatility": "the volatility expected of the next candle",
        "state": "the market's regime (1 bull, 0 between them, -1 bear)",
    }),
})  # fmt: skip
