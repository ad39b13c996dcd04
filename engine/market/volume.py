"""A file's names of columns in, the one out that holds the volume in base units; quote units are never taken for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

VOLUME = "volume"
_COUNTED_IN = re.compile(r"volume[ _]+\(?([a-z0-9]+)\)?")


def volume_names(names: Iterable[str], symbol: str | None) -> list[str]:
    """`volume`, or else the columns that say they count `symbol`'s base: `volume btc` of BTC/USDT. In small letters."""
    given = list(names)
    if VOLUME in given or symbol is None:
        return [name for name in given if name == VOLUME]
    base = base_of(symbol).lower()
    return [name for name in given if (match := _COUNTED_IN.fullmatch(name)) and match[1] == base]


def base_of(symbol: str) -> str:
    return symbol.partition("/")[0]


def volume_help(names: Iterable[str], symbol: str | None) -> str:
    """What to do about a file without `volume_names`."""
    if not any(_COUNTED_IN.fullmatch(name) for name in names):
        return "export it with its volume, or add the column, with 0 where it is not known"
    if symbol is None:
        return "say the symbol: its base is what the volume is counted in"
    return f"the volume of {symbol} is counted in {base_of(symbol)}: call that column volume"
