"""How a chart pattern is declared: the parts of a catalogue entry that all of them share."""

from __future__ import annotations

from collections.abc import Callable

from ...kernel import F
from ..catalogue import CLOSE, HIGH, LOW, Output, Parameter, indicator
from ..pivots import LEFT, RIGHT
from .swing_tape import swing_slots

UNKNOWN, NOTHING, FORMING, CONFIRMED = -1, 0, 1, 2
"""What a pattern says of a candle."""
ONE_SIDED = (
    Output("forming", "condition"),
    Output("confirmed", "condition"),
    Output("neckline", "price", sparse=True),
    Output("target", "price", sparse=True),
)
TWO_SIDED = (
    Output("forming", "condition"),
    Output("confirmed", "condition"),
    Output("up", "condition"),
    Output("down", "condition"),
    Output("upper", "price", sparse=True),
    Output("lower", "price", sparse=True),
    Output("target", "price", sparse=True),
)


def chart_pattern(
    name: str,
    title: str,
    formula: str,
    sides: bool = False,
    aliases: tuple[str, ...] = (),
    more: tuple[Parameter, ...] = (),
) -> Callable[[F], F]:
    """Declare the kernel below as a pattern of swings; with `sides` it may be confirmed upwards and downwards."""
    outputs = TWO_SIDED if sides else ONE_SIDED
    lines = "`upper` and `lower`" if sides else "`neckline`"
    return indicator(
        name=name,
        aliases=aliases,
        title=title,
        family="chart patterns",
        inputs=(HIGH, LOW, CLOSE),
        parameters=(
            LEFT,
            RIGHT,
            Parameter("tolerance", False, 0.25, 0.0, 1.0, "what counts as equal, as a share of the pattern's height"),
            Parameter("span", True, 120, 10, 2000, "candles from its first swing to its confirmation, at most"),
            *more,
        ),
        outputs=outputs,
        state=lambda p: swing_slots(p["left"], p["right"]),
        first=lambda p: (p["left"] + p["right"],) * len(outputs),
        settle=lambda p: 2 * p["span"] + 20 * (p["left"] + p["right"] + 1),
        convention="made of swings that are confirmed `right` candles late; `confirmed` is true on the one candle "
        f"whose close leaves the pattern, and never taken back; {lines} and `target` are known while it is forming "
        "and on that candle (keep them with valuewhen)",
        formula=formula,
        source="R. Edwards, J. Magee, Technical Analysis of Stock Trends",
    )
