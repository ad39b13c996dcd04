"""What the chart patterns are called in a sentence: forming, confirmed, the lines that confirm them, their target."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_SWINGS = "swings of {left} older and {right} newer candles, tolerance {tolerance}, at most {span} candles"
_POLE = "; a pole of {pole} depths of the flag"
_CONFIRMED = {
    "ascending_triangle": ("an ascending triangle", "above"),
    "bear_flag": ("a bear flag", "below"),
    "bull_flag": ("a bull flag", "above"),
    "descending_triangle": ("a descending triangle", "below"),
    "double_bottom": ("a double bottom", "above"),
    "double_top": ("a double top", "below"),
    "falling_wedge": ("a falling wedge", "above"),
    "head_shoulders": ("a head and shoulders", "below"),
    "inverse_head_shoulders": ("an inverse head and shoulders", "above"),
    "rising_wedge": ("a rising wedge", "below"),
}
"""What each is called, and on which side of its line a close confirms it."""
_TWO_SIDED = {
    "price_channel": "a channel of two parallel lines",
    "symmetrical_triangle": "a symmetrical triangle",
}


def _pattern(name: str, called: str) -> dict[str, str]:
    """What every pattern has."""
    values = f"({_SWINGS}{_POLE if name.endswith('_flag') else ''})"
    return {
        f"{name}.forming": f"{called} is forming {values}",
        f"{name}.confirmed": f"the candle confirms {called} {values}",
        f"{name}.target": f"the price target of {called} {values}",
    }


def _one_sided(name: str, called: str, side: str) -> dict[str, str]:
    values = f"({_SWINGS}{_POLE if name.endswith('_flag') else ''})"
    return {
        **_pattern(name, called),
        f"{name}.neckline": f"the line {side} which a close confirms {called} {values}",
    }


def _two_sided(name: str, called: str) -> dict[str, str]:
    return {
        **_pattern(name, called),
        f"{name}.confirmed": f"the candle closes outside {called} ({_SWINGS})",
        f"{name}.up": f"the candle closes above {called} ({_SWINGS})",
        f"{name}.down": f"the candle closes below {called} ({_SWINGS})",
        f"{name}.upper": f"the upper line of {called} ({_SWINGS})",
        f"{name}.lower": f"the lower line of {called} ({_SWINGS})",
    }


PHRASES: Mapping[str, str] = MappingProxyType({
    **{key: phrase for name, told in _CONFIRMED.items() for key, phrase in _one_sided(name, *told).items()},
    **{key: phrase for name, called in _TWO_SIDED.items() for key, phrase in _two_sided(name, called).items()},
})  # fmt: skip
