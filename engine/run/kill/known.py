"""What the ledger knows that helps to tell orders apart; read only, and given up soon where it cannot be read."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from ...ledger.glance import Glance, glance
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
        found = _of_server(ledger, account) if "://" in ledger else glance(Path(ledger), account)
    except Exception as error:  # whatever is wrong with it, the switch works without it
        return Known(trouble=f"the ledger cannot be read: {error}")
    held: dict[str, Decimal] = {}
    for symbol, strategy, quantity in found.positions:
        if strategy or ":" in symbol:  # on spot what belongs to no strategy is somebody's own coins
            held[symbol] = held.get(symbol, Decimal(0)) + quantity
    symbols = dict.fromkeys([*(symbol for _, _, symbol in found.orders), *held])
    return Known(found.prefixes, {name: role for name, role, _ in found.orders}, held, tuple(symbols))


def _of_server(ledger: str, account: str) -> Glance:
    from ...ledger.opening import open_reader

    reader = open_reader(ledger)
    orders = [order for order in reader.orders() if order.account == account and order.ours]
    positions = [position for position in reader.positions() if position.account == account]
    return Glance(
        tuple((order.order_id, order.role, order.symbol) for order in orders),
        tuple((position.symbol, position.strategy, position.quantity) for position in positions),
        tuple(reader.prefixes(account)),
    )
