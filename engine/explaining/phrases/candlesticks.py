"""What the candlestick patterns are called in a sentence: what one candle is, what several are completed by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_DEEP = "(its last candle closes at least {penetration} of the first body into it)"
_IS = {
    "doji": "a doji (with almost no body)",
    "dragonfly_doji": "a dragonfly doji",
    "gravestone_doji": "a gravestone doji",
    "hammer": "a hammer",
    "hanging_man": "a hanging man",
    "inside_candle": "an inside candle (within the range of the one before)",
    "inverted_hammer": "an inverted hammer",
    "long_legged_doji": "a long-legged doji",
    "rickshaw_man": "a rickshaw man (a doji between two long shadows)",
    "shooting_star": "a shooting star",
    "takuri": "a takuri line (a doji with a long lower shadow)",
}
"""One candle with one meaning."""
_COLOURED = {
    "belt_hold": "belt hold",
    "closing_marubozu": "closing marubozu",
    "high_wave": "high-wave candle",
    "long_line": "long candle",
    "marubozu": "marubozu",
    "outside_candle": "outside candle (around the range of the one before)",
    "short_line": "short candle",
    "spinning_top": "spinning top",
}
"""One candle, bull where it closes above its open."""
_COMPLETES = {
    "dark_cloud_cover": f"a dark cloud cover {_DEEP}",
    "evening_doji_star": f"an evening doji star {_DEEP}",
    "evening_star": f"an evening star {_DEEP}",
    "homing_pigeon": "a homing pigeon",
    "identical_three_crows": "identical three crows",
    "in_neck": "an in-neck pattern",
    "ladder_bottom": "a ladder bottom",
    "matching_low": "a matching low",
    "morning_doji_star": f"a morning doji star {_DEEP}",
    "morning_star": f"a morning star {_DEEP}",
    "on_neck": "an on-neck pattern",
    "piercing": "a piercing line",
    "stick_sandwich": "a stick sandwich",
    "three_black_crows": "three black crows",
    "three_white_soldiers": "three white soldiers",
    "thrusting": "a thrusting pattern",
    "two_crows": "two crows",
    "unique_three_river": "a unique three river bottom",
    "upside_gap_two_crows": "an upside gap two crows pattern",
}
"""Several candles with one meaning."""
_BULL_BEAR = {
    "abandoned_baby": f"abandoned baby {_DEEP}",
    "counterattack": "counterattack",
    "doji_star": "doji star",
    "engulfing": "engulfing pattern",
    "harami": "harami",
    "harami_cross": "harami cross",
    "kicking": "kicking pattern",
    "separating_lines": "pair of separating lines",
    "side_by_side_white": "pair of side-by-side white lines",
    "three_line_strike": "three-line strike",
    "tristar": "tristar",
}
"""Several candles in two forms that differ in their sign alone."""
_TWO_NAMES = {
    "gap_three_methods": ("an upside gap three methods pattern", "a downside gap three methods pattern"),
    "tasuki_gap": ("an upside Tasuki gap", "a downside Tasuki gap"),
    "three_inside": ("a three inside up pattern", "a three inside down pattern"),
    "three_methods": ("a rising three methods pattern", "a falling three methods pattern"),
    "three_outside": ("a three outside up pattern", "a three outside down pattern"),
    "tweezers": ("a tweezer bottom", "a tweezer top"),
}
"""Several candles, the bull form and the bear form by the names they have."""

PHRASES: Mapping[str, str] = MappingProxyType({
    **{name: f"the candle is {called}" for name, called in _IS.items()},
    **{f"{name}.bull": f"the candle is a rising {called}" for name, called in _COLOURED.items()},
    **{f"{name}.bear": f"the candle is a falling {called}" for name, called in _COLOURED.items()},
    **{name: f"the candle completes {called}" for name, called in _COMPLETES.items()},
    **{f"{name}.bull": f"the candle completes a bullish {called}" for name, called in _BULL_BEAR.items()},
    **{f"{name}.bear": f"the candle completes a bearish {called}" for name, called in _BULL_BEAR.items()},
    **{f"{name}.bull": f"the candle completes {bull}" for name, (bull, _) in _TWO_NAMES.items()},
    **{f"{name}.bear": f"the candle completes {bear}" for name, (_, bear) in _TWO_NAMES.items()},
})  # fmt: skip
