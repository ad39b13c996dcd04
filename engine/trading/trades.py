"""Closed round trips as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class ExitReason(IntEnum):
    """Why a position was closed; written in files by its lower-case name."""

    OPEN = 0
    """Not closed: listed at the last close, without exit costs."""
    STOP = 1
    TARGET = 2
    TRAIL = 3
    BREAKEVEN = 4
    RULE = 5
    TIME = 6
    OPPOSITE = 7
    LIQUIDATION = 8
    """A contract's margin was used up."""
    EXTERNAL = 9
    """Closed by an operator, or by somebody at the venue: only live."""
    HALT = 10
    """The account was halted by a drawdown that is to leave nothing open."""


@dataclass(frozen=True, slots=True)
class Trades:
    """One row per trade in order of exit; positions still open come last.

    `symbol` indexes `symbols`; `side` is 1 long, -1 short; times are ms UTC (the open of the candle in which the
    fill happened; of the last candle for a position still open); `quantity` in base units; `fees` and `profit` (after
    all fees and funding) in quote units; `profit_pct` is profit / entry cost x 100; `risk` is initial stop distance x
    quantity in quote units, NaN without a stop; `candles` counts closed candles held; `reason` holds ExitReason values;
    `funding` is what was paid for it, in quote units (negative: received).

    A position that was entered or left in parts is one trade, at the mean prices of its parts; its reason is the last.
    """

    symbols: tuple[str, ...]
    symbol: NDArray[np.int64]
    side: NDArray[np.int64]
    entry_time: NDArray[np.int64]
    exit_time: NDArray[np.int64]
    entry_price: NDArray[np.float64]
    exit_price: NDArray[np.float64]
    quantity: NDArray[np.float64]
    fees: NDArray[np.float64]
    profit: NDArray[np.float64]
    profit_pct: NDArray[np.float64]
    risk: NDArray[np.float64]
    candles: NDArray[np.int64]
    reason: NDArray[np.int64]
    funding: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.symbol)

    def where(self, chosen: NDArray[np.bool_]) -> Trades:
        """The chosen trades, in the same order."""
        columns = {f.name: getattr(self, f.name)[chosen] for f in fields(self) if f.name != "symbols"}
        return Trades(self.symbols, **columns)


def order_of_exits(parts: Sequence[Trades]) -> NDArray[np.intp]:
    """The order in which `joined` has the rows of the parts, one after the other."""
    exits, reasons = (np.concatenate([getattr(part, name) for part in parts]) for name in ("exit_time", "reason"))
    return np.lexsort((exits, reasons == ExitReason.OPEN))


def joined(parts: Sequence[Trades]) -> Trades:
    """Trades of several accounts as one list, in order of exit; those still open come last."""
    symbols = tuple(dict.fromkeys(symbol for part in parts for symbol in part.symbols))
    place = [np.array([symbols.index(s) for s in part.symbols], np.int64) for part in parts]
    columns = {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Trades)[1:]}
    columns["symbol"] = np.concatenate([where[part.symbol] for where, part in zip(place, parts, strict=True)])
    order = order_of_exits(parts)
    return Trades(symbols, **{name: column[order] for name, column in columns.items()})
