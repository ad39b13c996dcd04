"""A candle file's columns, and the list of its mistakes by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.diagnostic import InputError
from .candles import Floats, Times

PRICES = ("open", "high", "low", "close")
NUMBERS = (*PRICES, "volume")
SHOWN = 40
"""Characters of a cell that a message shows."""


class Columns(NamedTuple):
    """Open times (ms UTC) and numbers, as `Candles` has them but without symbol and timeframe."""

    time: Times
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats


class Mistakes:
    """Collects one line per kind of mistake in a file, each naming the first row (1 = the first candle).

    `above`: the file's rows before the ones that are told of.
    """

    def __init__(self, path: str, above: int = 0) -> None:
        self._path, self._above = path, above
        self._lines: list[str] = []
        self._help: str | None = None

    def add(self, line: str, help: str | None = None) -> None:
        self._lines.append(line)
        self._help = self._help or help

    def at(
        self,
        rows: NDArray[np.intp],
        column: str,
        words: str,
        time: Times | None = None,
        *,
        help: str | None = None,
    ) -> None:
        """A mistake of these rows; `words` tell about the first."""
        when = f" ({moment(int(time[rows[0]]))})" if time is not None else ""
        more = f" ({len(rows):,} rows are like that)" if len(rows) > 1 else ""
        self.add(f"row {rows[0] + 1 + self._above:,}{when}, column {column}: {words}{more}", help)

    def stop(self) -> None:
        """Raise InputError when anything was found."""
        if self._lines:
            several = len(self._lines) > 1
            lines = [f"{len(self._lines)} mistakes", *(f"  {x}" for x in self._lines)] if several else self._lines
            raise InputError(f"{self._path}: " + "\n".join(lines), help=self._help)


def moment(time: int) -> str:
    """A time in ms as people read it; outside the years of a calendar as the number it is."""
    try:
        when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time)
    except OverflowError:
        return f"{time} ms"
    text = when.isoformat(timespec="milliseconds").replace(".000", "").replace("+00:00", "Z")
    return text.replace(":00Z", "Z") if text.endswith(":00Z") else text


def shown(cell: str) -> str:
    """A cell or a column's name as it fits into a message: in what is no table at all it can be anything."""
    some = "".join(char if char.isprintable() else "?" for char in cell[:SHOWN])
    return f"{some}…" if len(cell) > SHOWN else some
