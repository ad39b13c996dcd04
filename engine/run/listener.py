"""Who hears what a session does, and how the fills of one time are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..trading.records import Fills
from ..trading.trades import Trades


@dataclass(frozen=True, slots=True)
class Filled:
    """What was bought (above zero) or sold in the candle that opened at `time` (ms UTC), in base units."""

    symbol: str
    time: int
    quantity: float
    price: float


class Listener(Protocol):
    """Hears what a session does, as it happens."""

    def stepped(self, time: int, equity: float) -> None: ...
    def opened(self, fill: Filled) -> None:
        """A position was opened or added to."""

    def reduced(self, fill: Filled) -> None:
        """A part of a position was closed."""

    def closed(self, trade: Trades) -> None:
        """A position was closed: one row."""


class PortfolioListener(Listener, Protocol):
    """Hears what the session of a portfolio does."""

    def turn_to(self, member: str) -> None:
        """What follows is this member's."""


def tell_fills(fills: Fills, trades: Trades | None, symbols: tuple[str, ...], listener: Listener) -> None:
    """Tell one time's fills in the order of their happening; those that closed a position as its trade."""
    ended = 0
    for k in range(len(fills)):
        if trades is not None and fills.position[k] == 0.0:
            listener.closed(trades.where(np.arange(len(trades)) == ended))
            ended += 1
            continue
        quantity = float(fills.side[k] * fills.quantity[k])
        fill = Filled(symbols[int(fills.symbol[k])], int(fills.time[k]), quantity, float(fills.price[k]))
        if fills.reason[k] < 0:
            listener.opened(fill)
        else:
            listener.reduced(fill)
