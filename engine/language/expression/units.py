"""The small grammar of values with a unit: `20`, `3%`, `2R`, `96 candles`, `12h`, `100 USDT`."""

from __future__ import annotations

import math
import re

from ...diagnostics.report import Report
from ...market.timeframe import UNITS as MILLISECONDS
from ..scope import Value
from ..text import Text, quoted
from .codes import Code

_NUMBER = r"(-?[0-9]+(?:\.[0-9]+)?)"
_VALUE = re.compile(_NUMBER + r"(?:\s*(%)|(R)|\s*(candles?)|([mhdw]))?")
_AMOUNT = re.compile(_NUMBER + r"\s*([A-Za-z][A-Za-z0-9]*)")
_FORMS = "write a number such as `20`, or one with a unit: `3%`, `2R`, `96 candles`, `12h`"


def read_value(text: str) -> Value | None:
    """The value `text` writes, or None where it writes none."""
    match = _VALUE.fullmatch(text.strip())
    if not match:
        return None
    unit = match[2] or match[3] or ("candles" if match[4] else match[5]) or ""
    # Dividing by 100 would round twice: `0.07%` is the double nearest to 0.0007.
    number = float(f"{match[1]}e-2" if unit == "%" else match[1])
    return Value(number, unit) if math.isfinite(number) else None


def read_amount(text: str) -> tuple[float, str] | None:
    """Number and currency of `100 USDT`."""
    match = _AMOUNT.fullmatch(text.strip())
    return (float(match[1]), match[2]) if match and math.isfinite(float(match[1])) else None


def parse_value(text: Text, report: Report) -> Value | None:
    """The value of `text`, or None after reporting what is wrong with it."""
    value = read_value(text.value)
    if value is None:
        report.error(Code.VALUE, f"`{quoted(text.value)}` is not a value", text.span(0, len(text.value)), _FORMS)
    return value


def milliseconds(value: Value) -> float:
    """The length of a value in m, h, d or w."""
    return value.number * MILLISECONDS[value.unit]


def written(value: Value) -> str:
    """A value as an author writes it."""
    if value.unit == "%":
        return f"{value.number * 100:g}%"
    return f"{value.number:g}{' ' if value.unit == 'candles' else ''}{value.unit}"


def is_name(text: str) -> bool:
    """Whether `text` could be the name of a param."""
    return re.fullmatch(r"[a-z][a-z0-9_]*", text) is not None
