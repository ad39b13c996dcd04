"""Numbers of version 1, written as numbers or as texts, to the digits version 2 writes."""

from __future__ import annotations

import re
from decimal import Decimal

from ..tree import Node, Scalar
from .told import AMBIGUOUS, Told, shown

_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_DIGITS = 15
"""Numbers from 1e-15 to 1e15 can be traded with."""


def read(node: Node | None) -> Decimal | None:
    """The number of a scalar, or of a text that holds nothing else; None for anything else."""
    if not isinstance(node, Scalar) or isinstance(node.value, bool) or not _NUMBER.fullmatch(node.text.strip()):
        return None
    number = Decimal(node.text.strip())
    return number if number == 0 or abs(number.adjusted()) <= _DIGITS else None


def digits(number: Decimal) -> str:
    """`70.0` as `70`, `1e-3` as `0.001`."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def positive(node: Node, what: str, told: Told) -> Decimal | None:
    number = read(node)
    if number is None or number <= 0:
        far = number is None and isinstance(node, Scalar) and _NUMBER.fullmatch(node.text.strip())
        message = "lies beyond all that can be traded:" if far else "must be a number above zero, not"
        told.unclear(f"{what} {message} {said(node)}", node)
        return None
    return number


def whole(node: Node, what: str, told: Told, least: int = 1) -> int | None:
    number = read(node)
    if number is None or number != number.to_integral_value() or number < least:
        told.unclear(f"{what} must be a whole number, {least} or more, not {said(node)}", node)
        return None
    return int(number)


def percent(node: Node, what: str, told: Told) -> str | None:
    """A number that is always in percent: `2`, `"2"` or `"2%"`."""
    bare = _bare(node)
    number = positive(bare or node, what, told)
    return None if number is None else f"{digits(number)}%"


def share(node: Node, what: str, told: Told) -> str | None:
    """A threshold: up to 1 a fraction, above it percent, and exactly 1 nobody knows; `"15%"` says what it is."""
    bare = _bare(node)
    number = positive(bare or node, what, told)
    if number is None:
        return None
    if bare is None and number == 1:
        help_ = 'write "1%" or "100%"'
        told.error(AMBIGUOUS, f"{what} is exactly 1, which may be 1 % or 100 %", node, help_)
        return None
    return f"{digits(number if bare is not None or number > 1 else number * 100)}%"


def said(node: Node) -> str:
    """What stands there, for a message."""
    if isinstance(node, Scalar):
        return f"`{shown(node.text)}`" if node.text else "an empty text"
    return "a list or a mapping"


def _bare(node: Node) -> Scalar | None:
    """The number before a `%`."""
    if isinstance(node, Scalar) and isinstance(node.value, str) and node.text.strip().endswith("%"):
        text = node.text.strip()[:-1].strip()
        return Scalar(text, text, node.mark)
    return None
