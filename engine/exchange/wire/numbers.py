"""Numbers as venues write them: Decimals to plain texts, and a request's parameters to numbers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from ..refusal import Refusal, RefusedError


def text(number: Decimal | None) -> str:
    return "0" if number is None else format(number, "f")


def shown(number: Decimal | None) -> str:
    """As `text`, and an empty text for what is not there."""
    return "" if number is None else format(number, "f")


def number(params: Mapping[str, str], name: str) -> Decimal | None:
    """None where it is missing or empty. Raises RefusedError for what is no finite number."""
    value = params.get(name)
    if not value:
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise RefusedError(Refusal.BAD_REQUEST, f"{name} is not a number")
    return found


def integer(params: Mapping[str, str], name: str) -> int | None:
    """None where it is missing or empty. Raises RefusedError for what is no whole number."""
    value = params.get(name)
    if not value:
        return None
    try:
        return int(value)
    except ValueError:
        raise RefusedError(Refusal.BAD_REQUEST, f"{name} is not a whole number") from None
