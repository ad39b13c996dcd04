"""What pivots, swings and levels are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_PIVOT = "({left} older and {right} newer candles)"
_ZIGZAGS = {
    "zigzag": "({percent} % back ends a swing)",
    "zigzag_atr": "({factor} true ranges of {length} candles back end a swing)",
}
_SWINGS = {
    "higher_high": "the last pivot high is above the one before",
    "lower_high": "the last pivot high is below the one before",
    "higher_low": "the last pivot low is above the one before",
    "lower_low": "the last pivot low is below the one before",
    "up": "the swings rise, with a higher high and a higher low",
    "down": "the swings fall, with a lower high and a lower low",
}
_SESSION = "the {hours}-hour session before (offset {offset} h)"
_SIDES = {"r": "resistance", "s": "support"}


def _pivot(side: str) -> dict[str, str]:
    return {
        f"pivot_{side}.price": f"the last confirmed pivot {side} of {{source}} {_PIVOT}",
        f"pivot_{side}.age": f"how many candles ago the last confirmed pivot {side} of {{source}} was {_PIVOT}",
        f"pivot_{side}.fresh": f"a pivot {side} of {{source}} is confirmed {_PIVOT}",
    }


def _zigzag(name: str, ends: str) -> dict[str, str]:
    return {
        f"{name}.high": f"the last confirmed ZigZag high {ends}",
        f"{name}.low": f"the last confirmed ZigZag low {ends}",
        f"{name}.direction": f"the direction of the ZigZag (1 since a low, -1 since a high; {ends[1:]}",
        f"{name}.fresh_high": f"a ZigZag high is confirmed {ends}",
        f"{name}.fresh_low": f"a ZigZag low is confirmed {ends}",
    }


def _session(name: str, kind: str, levels: int) -> dict[str, str]:
    """The middle and so many levels on each side, after the session before."""
    sides = {
        f"{name}.{letter}{level}": f"{kind}{side} {letter.upper()}{level} from {_SESSION}"
        for letter, side in _SIDES.items()
        for level in range(1, levels + 1)
    }
    return {f"{name}.pivot": f"{kind}pivot point from {_SESSION}", **sides}


PHRASES: Mapping[str, str] = MappingProxyType({
    "fractals.fresh_high": "a high above the {length} candles on each side of it is confirmed (fractal)",
    "fractals.fresh_low": "a low below the {length} candles on each side of it is confirmed (fractal)",
    "fractals.high": "the last high above the {length} candles on each side of it (fractal)",
    "fractals.low": "the last low below the {length} candles on each side of it (fractal)",
    "levels.resistance": f"the nearest of the last {{keep}} pivot prices at or above the close {_PIVOT}",
    "levels.support": f"the nearest of the last {{keep}} pivot prices below the close {_PIVOT}",
    **_pivot("high"),
    **_pivot("low"),
    **_session("pivot_points", "the ", 3),
    **_session("pivot_points_camarilla", "the Camarilla ", 4),
    **_session("pivot_points_fibonacci", "the Fibonacci ", 3),
    **{f"swings.{output}": f"{phrase} {_PIVOT}" for output, phrase in _SWINGS.items()},
    **{key: phrase for name, ends in _ZIGZAGS.items() for key, phrase in _zigzag(name, ends).items()},
})  # fmt: skip
