"""What the ledger knows that helps to tell orders apart; read only, and given up soon where it cannot be read."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ...ledger.opening import open_reader
from ...ledger.values import Role

PATIENCE = 0.5
"""Seconds that a locked or distant ledger is waited for."""


@dataclass(frozen=True, slots=True)
class Known:
    """`prefixes`: beginnings of our client ids; `roles` of our open orders by client id; `held`: what the strategies
    hold by symbol, signed, base units. `trouble` says why nothing of it is known."""

    prefixes: tuple[str, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)
    held: Mapping[str, Decimal] = field(default_factory=dict)
    symbols: tuple[str, ...] = ()
    trouble: str | None = None


def read_known(ledger: str, account: str, patience: float = PATIENCE) -> Known:
    """Never raises and never waits longer: without a ledger the venue's own words must do."""
    found: list[Known] = []
    # A daemon: a reader that hangs must not keep the process from ending.
    thread = threading.Thread(target=lambda: found.append(_read(ledger, account)), daemon=True)
    thread.start()
    thread.join(patience)
    return found[0] if found else Known(trouble=f"the ledger did not answer within {patience:g} seconds")


def _read(ledger: str, account: str) -> Known:
    try:
        reader = open_reader(ledger)
        orders = [order for order in reader.orders() if order.account == account and order.ours]
        held: dict[str, Decimal] = {}
        for position in reader.positions():
            # On spot what belongs to no strategy is somebody's own coins.
            if position.account == account and (position.strategy or ":" in position.symbol):
                held[position.symbol] = held.get(position.symbol, Decimal(0)) + position.quantity
        symbols = dict.fromkeys([*(order.symbol for order in orders), *held])
        prefixes = tuple(reader.prefixes(account))
        return Known(prefixes, {order.order_id: order.role for order in orders}, held, tuple(symbols))
    except Exception as error:  # whatever is wrong with it, the switch works without it
        return Known(trouble=f"the ledger cannot be read: {error}")
