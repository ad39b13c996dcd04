"""What `optimize:` asks of a search (what to tune, the goal, stretches to walk forward) -> plain values.

What makes no sense goes to the report: `validate` and `optimize` read the block here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...diagnostics.diagnostic import InputError
from ...diagnostics.report import Report
from ...market.timeframe import UNITS, Timeframe
from ..expression.codes import Code
from ..expression.units import milliseconds, read_value
from ..structure.part import Part
from ..text import quoted

MOST_MS = 100 * 365 * UNITS["d"]
"""A hundred years."""
_LENGTHS = "write it as `180d`, `12h` or `4w`"


@dataclass(frozen=True, slots=True)
class Wishes:
    """The `optimize:` block: parameters to tune; figures to make large or small; `max_drawdown` as a fraction; lengths
    in ms."""

    tune: tuple[str, ...] = ()
    maximize: str | None = None
    minimize: str | None = None
    min_trades: int | None = None
    max_drawdown: float | None = None
    train: int | None = None
    test: int | None = None


def read_wishes(root: Part, timeframe: Timeframe | None, report: Report) -> Wishes:
    """What the file asks for; None in the place of what is absent or wrong (which was reported). A stretch holds a
    candle of `timeframe` (None: not known) at least."""
    block = root.part("optimize")
    goal, walk = block.part("goal"), block.part("walk_forward")
    trades = goal.number("min_trades")
    return Wishes(
        tuple(text.value for text in block.texts("tune")),
        goal.string("maximize") or None,
        goal.string("minimize") or None,
        None if trades is None else int(trades),
        _share(goal, "max_drawdown", report),
        _length(walk, "train", timeframe, report),
        _length(walk, "test", timeframe, report),
    )


def length_of(text: str, timeframe: Timeframe | None = None) -> int:
    """A stretch of time such as 180d in ms, with a `timeframe` one that holds a candle of it. Raises InputError."""
    value = read_value(text)
    if value is None or value.unit not in UNITS or value.number <= 0:
        raise InputError(f"`{quoted(text)}` is not a length of time", _LENGTHS, Code.VALUE)
    length = milliseconds(value)
    if length > MOST_MS:
        raise InputError(f"`{quoted(text)}` is longer than any candles go back", "write a shorter one", "SR467")
    if timeframe is not None and length < timeframe.ms:
        raise InputError(f"`{quoted(text)}` is shorter than a candle of {timeframe}", "write a longer one", "SR467")
    return int(length)


def _length(part: Part, key: str, timeframe: Timeframe | None, report: Report) -> int | None:
    text = part.text(key)
    if text is None:
        return None
    try:
        return length_of(text.value, timeframe)
    except InputError as error:
        report.error(error.code, error.message, part.span(key), error.help)
        return None


def _share(part: Part, key: str, report: Report) -> float | None:
    text = part.text(key)
    if text is None:
        return None
    value = read_value(text.value)
    if value is None or value.unit != "%":
        help_ = "write a part of the equity, such as `20%`"
        report.error(Code.VALUE, f"expected a percentage, got `{quoted(text.value)}`", part.span(key), help_)
        return None
    if not 0 < value.number <= 1:
        message = f"no part of the equity is `{quoted(text.value)}`: it lies above 0 % and up to 100 %"
        report.error("SR413", message, part.span(key), "write a share such as `20%`")
        return None
    return value.number
