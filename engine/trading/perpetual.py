"""What a contract costs while it is held."""

from __future__ import annotations

from ..kernel import kernel
from .book import Position, Wallet


@kernel
def pay_funding(wallet: Wallet, position: Position, price: float, rate: float) -> None:
    """Pay (or receive) funding on a position worth its quantity at `price`: longs pay a positive rate."""
    paid = position.quantity * price * rate
    wallet.cash -= paid
    position.funding += paid
