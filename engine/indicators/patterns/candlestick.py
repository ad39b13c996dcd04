"""How a candlestick pattern is declared: the parts of a catalogue entry that all of them share."""

from __future__ import annotations

from collections.abc import Callable

from ...kernel import F
from ..catalogue import CLOSE, HIGH, LOW, OPEN, Output, Parameter, indicator
from .tape import SLOTS

SIDES = (Output("bull", "condition"), Output("bear", "condition"))


def candlestick(
    name: str,
    title: str,
    needs: int,
    formula: str,
    talib: str = "",
    sides: bool = False,
    parameters: tuple[Parameter, ...] = (),
    aliases: tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Declare the kernel below as a pattern that is known once `needs` candles in a row are.

    With `sides` it has the conditions `bull` and `bear`, else one of its own name. `talib` is TA-Lib's name for it.
    """
    as_talib = f"TA-Lib {talib} (any result but 0) with its default candle settings; a long, short or small part is "
    own = "exact comparisons of prices; no candle settings"
    return indicator(
        name=name,
        aliases=(*aliases, talib.lower()) if talib else aliases,
        title=title,
        family="candlesticks",
        inputs=(OPEN, HIGH, LOW, CLOSE),
        parameters=parameters,
        outputs=SIDES if sides else (Output(name, "condition"),),
        state=lambda p: SLOTS,
        first=lambda p: (needs - 1,) * (2 if sides else 1),
        settle=lambda p: needs - 1,
        convention=as_talib + "so against the 5 or 10 candles before it" if talib else own,
        formula=formula,
        source=f"TA-Lib, pattern recognition: {talib}"
        if talib
        else "S. Nison, Japanese Candlestick Charting Techniques",
    )


def penetration(default: float) -> Parameter:
    return Parameter(
        "penetration", False, default, 0.0, 1.0, "how far into the first candle's body the last one closes"
    )
