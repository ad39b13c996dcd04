"""Decimal in and out of the ledger: one text per number, sums and products without rounding."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation

LONGEST = 60
"""Digits a number may have, before and behind its point together."""
ZERO = Decimal(0)
_EXACT = Context(prec=400, rounding=ROUND_HALF_EVEN, traps=[Inexact, InvalidOperation])
_SHARED = Context(prec=LONGEST, rounding=ROUND_HALF_EVEN)
_SHARE_STEP = Decimal("1e-18")
_FORM = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?")


def text_of(number: Decimal) -> str:
    """The number's one text: no exponent, no zeros behind the last digit, no minus before zero.

    Raises ValueError for what is not finite, or longer than LONGEST digits.
    """
    if not number.is_finite():
        raise ValueError(f"{number} is not a finite number")
    if abs(number.adjusted()) > LONGEST or len(number.as_tuple().digits) > LONGEST:
        raise ValueError(f"a number of more than {LONGEST} digits")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def number_of(text: str) -> Decimal:
    """The number of a text that `text_of` wrote. Raises ValueError for any other."""
    if len(text) > 2 * LONGEST + 3 or not _FORM.fullmatch(text) or text == "-0":
        raise ValueError(f"'{text[:80]}' is not a number as the ledger writes it")
    return Decimal(text)


def add(*numbers: Decimal) -> Decimal:
    """Their exact sum."""
    total = ZERO
    for number in numbers:
        total = _EXACT.add(total, number)
    return total


def subtract(a: Decimal, b: Decimal) -> Decimal:
    return _EXACT.subtract(a, b)


def multiply(a: Decimal, b: Decimal) -> Decimal:
    return _EXACT.multiply(a, b)


def share(whole: Decimal, part: Decimal, of: Decimal) -> Decimal:
    """`whole * part / of`, rounded to 18 places: the one division, used where the last share takes the rest."""
    if part == of:
        return whole
    return _SHARED.quantize(_SHARED.divide(_SHARED.multiply(whole, part), of), _SHARE_STEP)
