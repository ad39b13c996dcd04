"""Names of symbols: their parts, and when two spellings mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..diagnostics.diagnostic import InputError

_SYMBOL = re.compile(r"([A-Za-z0-9]+)/([A-Za-z0-9]+)(?::([A-Za-z0-9]+)(?:-[A-Za-z0-9]+)*)?")


def parse_symbol(symbol: str) -> tuple[str, str, str | None]:
    """Base, quote and settlement currency of `BASE/QUOTE[:SETTLE]`. Raises InputError for anything else."""
    match = _SYMBOL.fullmatch(symbol)
    if not match:
        raise InputError(
            f"`{symbol}` is not a symbol", help="write BASE/QUOTE such as BTC/USDT, or BASE/QUOTE:SETTLE for a contract"
        )
    return match[1], match[2], match[3]


def letters(symbol: str) -> str:
    """A symbol or file name without its separators and case: `btc-usdt` and `BTC/USDT` are both BTCUSDT."""
    return "".join(char for char in symbol if char.isalnum()).upper()


def similar(symbol: str, others: Iterable[str]) -> list[str]:
    """The symbols that differ from `symbol` in separators and case alone."""
    return [other for other in others if other != symbol and letters(other) == letters(symbol)]
