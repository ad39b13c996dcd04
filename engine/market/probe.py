"""What a candle file says of itself: its symbol by name and its timeframe by name or by the steps of its times."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..diagnostics.diagnostic import InputError
from .file_name import QUOTES, FileName
from .read import Stated, read_columns
from .timeframe import UNITS, Timeframe

UNNAMED = "DATA/QUOTE"
"""The symbol of a file whose name holds none."""


def probe(specs: Sequence[str], symbol: str | None, timeframe: Timeframe | None) -> tuple[str, Timeframe]:
    """The symbol and timeframe to read `--candles` with, where a strategy does not say them.

    Raises InputError when more than one file could be meant, or the times show no timeframe.
    """
    if symbol is not None and timeframe is not None:
        return symbol, timeframe
    if len(specs) != 1 or Path(specs[0].partition("=")[2] or specs[0]).is_dir():
        raise InputError("several candle files may be meant", help="name one file, or add --symbol and --timeframe")
    label, sign, rest = specs[0].partition("=")
    path = Path(rest if sign and not Path(specs[0]).exists() else specs[0]).expanduser()
    name = FileName.of(path)
    if symbol is None:
        symbol = label if sign and rest == str(path) else _symbol_in(name)
    return symbol, timeframe or name.timeframe or _timeframe_of(path, symbol)


def _symbol_in(name: FileName) -> str:
    """The first word that ends in a known quote currency, split there; or two words of which the second is one."""
    for word in name.words:
        for quote in QUOTES:
            if word.endswith(quote) and len(word) > len(quote):
                return f"{word[: -len(quote)]}/{quote}"
    for base, quote in zip(name.words, name.words[1:], strict=False):
        if quote in QUOTES:
            return f"{base}/{quote}"
    return UNNAMED


def _timeframe_of(path: Path, symbol: str) -> Timeframe:
    steps = np.diff(read_columns(path, stated=Stated(symbol)).time)
    least = int(steps.min()) if len(steps) else 0
    for unit in ("w", "d", "h", "m"):
        if least > 0 and least % UNITS[unit] == 0:
            return Timeframe.parse(f"{least // UNITS[unit]}{unit}")
    raise InputError(f"{path}: its times show no timeframe", help="add --timeframe, such as --timeframe 1h")
