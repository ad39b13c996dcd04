"""A look at a ledger's file without the library of its writer."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from stratrun.engine.ledger import glance as looking
from stratrun.engine.ledger import schema
from stratrun.engine.ledger.events_account import PositionAdjusted, PrefixMade
from stratrun.engine.ledger.events_orders import OrderAccepted, OrderCanceled, OrderSubmitted
from stratrun.engine.ledger.events_session import IntentPlanned, SessionOpened
from stratrun.engine.ledger.glance import glance
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.refusal import LedgerError
from stratrun.engine.ledger.values import Mode, OrderType, Role, Side


def filled(path: Path) -> None:
    """Two accounts, orders that are open and one that ended, positions of which one is flat again."""
    with open_writer(path, lambda: 1_800_000_000_000) as writer:
        for account in ("main", "other"):
            writer.append(PrefixMade(account, f"z{account[0]}"), PrefixMade(account, f"a{account[0]}"))
            writer.append(SessionOpened(account, Mode.LIVE, account, account, "h", "d", ("BTC/USDT",), "1h", 0, "1"))
            for k, role in enumerate((Role.ENTRY, Role.EXIT, Role.STOP)):
                name, side = f"{account}{k}", Side.BUY if role is Role.ENTRY else Side.SELL
                kind, price = (OrderType.LIMIT, Decimal(9)) if role is not Role.STOP else (OrderType.STOP, None)
                writer.append(
                    IntentPlanned(f"i{name}", account, account, account, "BTC/USDT", role, side, Decimal(1), "r"),
                    OrderSubmitted(
                        name, f"i{name}", 0, kind, Decimal(1), (), 1, price=price, trigger=None if price else Decimal(8)
                    ),
                    OrderAccepted(name, f"v{name}"),
                )
            writer.append(OrderCanceled(f"{account}1", Decimal(0), "w"))
            for symbol, *held in (("BTC/USDT", "0.5"), ("ETH/USDT", "2", "-2"), ("SOL/USDT:USDT", "-3.25")):
                for quantity in held:
                    writer.append(PositionAdjusted(account, symbol, account, Decimal(quantity), Decimal(5), "w"))


def test_it_says_what_the_reader_says(tmp_path: Path) -> None:
    """Open orders, positions and prefixes of one account, as the reader has them, while a writer is there, too."""
    path = tmp_path / "ledger.db"
    filled(path)
    with open_writer(path, lambda: 1_800_000_000_000) as writer:
        writer.append(PrefixMade("main", "mm"))
        found, reader = glance(path, "main"), open_reader(path)
        assert sorted(found.orders) == sorted(
            (order.order_id, order.role, order.symbol) for order in reader.orders() if order.account == "main"
        )
        assert sorted(found.positions) == sorted(
            (held.symbol, held.strategy, held.quantity) for held in reader.positions() if held.account == "main"
        )
        assert found.prefixes == tuple(reader.prefixes("main")) == ("zm", "am", "mm")
    assert len(found.orders) == 2
    assert len(found.positions) == 2


def test_the_version_is_the_programs() -> None:
    """Whoever makes a new revision of the tables looks here, too."""
    assert looking.VERSION == schema.VERSION


def test_what_is_no_ledger_is_refused(tmp_path: Path) -> None:
    """Missing, empty, something else or of another version; nothing is made of it."""
    path = tmp_path / "ledger.db"
    with pytest.raises(sqlite3.Error):
        glance(path, "main")
    assert not path.exists()
    for content in (b"", b"not a database" * 100):
        path.write_bytes(content)
        with pytest.raises(sqlite3.Error):
            glance(path, "main")
    path.unlink()
    filled(path)
    with sqlite3.connect(path) as ledger:
        ledger.execute("UPDATE ledger_version SET version_num = 'r9999'")
    ledger.close()
    with pytest.raises(LedgerError, match="another version"):
        glance(path, "main")


def test_it_needs_no_library() -> None:
    """SQLAlchemy takes longer to import than all of this."""
    code = "import sys, stratrun.engine.ledger.glance; print([name for name in ('sqlalchemy',) if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
