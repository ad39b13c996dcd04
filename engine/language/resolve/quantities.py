"""Values with a unit that stand alone (`12h`, `0.75%`, `100 USDT`, `0.5`), or a param in their place."""

from __future__ import annotations

import re

from ...diagnostics.report import Report
from ..expression.codes import Code
from ..expression.units import is_name, milliseconds, read_amount, read_value, written
from ..scope import Scope, Value
from ..strategy import Duration
from ..text import Text, quoted
from .paths import undefined_param

_TRADES = re.compile(r"([0-9]{1,6})\s*trades?")
MOST_CANDLES = 1_000_000
MOST_MS = 100 * 365 * 86_400_000
"""A hundred years."""
_LENGTHS = "write `96 candles` or `12h`"


class Quantities:
    """Reads them; None always means that the mistake was reported."""

    def __init__(self, scope: Scope, report: Report) -> None:
        self._scope = scope
        self._report = report

    def value(self, text: Text) -> Value | None:
        """A literal's or a param's value; None, unreported, where `text` is neither."""
        found = read_value(text.value)
        name = text.value.strip()
        return self._scope.params.get(name) if found is None and is_name(name) else found

    def duration(self, text: Text, help_: str = _LENGTHS) -> Duration | None:
        value = self._expected(text, ("candles", "m", "h", "d", "w"), "a length of time", help_)
        if value is None:
            return None
        most = MOST_CANDLES if value.unit == "candles" else MOST_MS
        if (value.number if value.unit == "candles" else milliseconds(value)) > most:
            self._refuse(text, f"`{quoted(text.value)}` is longer than any run", help_)
            return None
        if value.unit != "candles":
            return Duration(ms=round(milliseconds(value)))
        if value.number.is_integer():
            return Duration(candles=int(value.number))
        self._refuse(text, f"`{written(value)}` is not a whole number of candles", help_)
        return None

    def percent(self, text: Text, positive: bool = True) -> float | None:
        value = self._expected(text, ("%",), "a percentage", "write one such as `1%`", positive)
        return None if value is None else value.number

    def trades(self, text: Text) -> int | None:
        help_ = "write one such as `50 trades`"
        count = _TRADES.fullmatch(text.value.strip())
        if count is not None and int(count[1]) > 0:
            return int(count[1])
        value = self._expected(text, ("",), "a number of trades", help_) if count is None else None
        if value is not None and value.number.is_integer() and read_value(text.value) is None:
            return int(value.number)
        if count is not None or value is not None:
            self._refuse(text, f"expected a number of trades, got `{quoted(text.value)}`", help_)
        return None

    def quantity(self, text: Text) -> float | None:
        value = self._expected(text, ("",), "a plain number", "write one such as `0.5`: units of the base currency")
        return None if value is None else value.number

    def amount(self, text: Text, quote: str) -> float | None:
        help_ = f"write an amount of the quote currency, such as `100 {quote or 'USDT'}`"
        found = read_amount(text.value)
        if found is None:
            self._refuse(text, f"`{quoted(text.value)}` is not an amount", help_)
            return None
        number, currency = found
        if quote and currency != quote:  # without symbols the quote is not known, which is told of them
            self._refuse(text, f"expected an amount in {quote}, got {currency}", help_)
            return None
        if number <= 0:
            self._refuse(text, f"`{quoted(text.value)}` is not above zero", help_)
            return None
        return number

    def _expected(
        self, text: Text, units: tuple[str, ...], what: str, help_: str, positive: bool = True
    ) -> Value | None:
        value = self.value(text)
        if value is None:
            name = text.value.strip()
            if is_name(name):
                undefined_param(name, self._scope).report(self._report, text)
                return None
            self._refuse(text, f"expected {what}, got `{quoted(text.value)}`", help_)
            return None
        if value.unit not in units:
            got = written(value) if read_value(text.value) else f"`{quoted(text.value)}`, which is {written(value)}"
            self._refuse(text, f"expected {what}, got {got}", help_)
            return None
        if positive and value.number <= 0:
            self._refuse(text, f"{written(value)} is not above zero", help_)
            return None
        return value

    def _refuse(self, text: Text, message: str, help_: str) -> None:
        self._report.error(Code.VALUE, message, text.span(0, len(text.value)), help_)
