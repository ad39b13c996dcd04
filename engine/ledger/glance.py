"""A ledger's file in, what is open and held in an account out: read with SQLite alone, which is there at once.

`reader` says the same of files and servers alike, and a test holds the two together.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from .exact import number_of
from .file import connect
from .refusal import LedgerError
from .values import LIVE, Role

VERSION = "r0001"
"""The revision of tables that this was written for."""
_ORDERS = (
    f"SELECT order_id, role, symbol FROM orders WHERE account = ? AND ours AND state IN ({','.join('?' * len(LIVE))})"
)
_POSITIONS = "SELECT symbol, strategy, quantity FROM positions WHERE account = ? AND quantity != '0'"
_PREFIXES = "SELECT prefix FROM prefixes WHERE account = ? ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Glance:
    """`orders` of ours that may still fill: client id, role, symbol; `positions`: symbol, strategy, signed base units;
    `prefixes`: beginnings of our client ids, the newest last."""

    orders: tuple[tuple[str, Role, str], ...]
    positions: tuple[tuple[str, str, Decimal], ...]
    prefixes: tuple[str, ...]


def glance(path: Path, account: str) -> Glance:
    """Raises sqlite3.Error, LedgerError, ValueError: it is not there, or no ledger of this version."""
    with closing(connect(path, writing=False)) as ledger:
        ledger.execute("BEGIN")
        if ledger.execute("SELECT version_num FROM ledger_version").fetchall() != [(VERSION,)]:
            raise LedgerError(f"{path} is of another version")
        live = sorted(state.value for state in LIVE)
        orders = ledger.execute(_ORDERS, (account, *live)).fetchall()
        positions = ledger.execute(_POSITIONS, (account,)).fetchall()
        prefixes = ledger.execute(_PREFIXES, (account,)).fetchall()
    return Glance(
        tuple((name, Role(role), symbol) for name, role, symbol in orders),
        tuple((symbol, strategy, number_of(quantity)) for symbol, strategy, quantity in positions),
        tuple(prefix for (prefix,) in prefixes),
    )
