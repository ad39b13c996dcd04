"""Events as older releases wrote them: the ledger opens, verifies, replays and goes on."""

from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType

import pytest

from stratrun.engine.ledger import writer as writing
from stratrun.engine.ledger.codec import VERSIONS, encode
from stratrun.engine.ledger.events import Event
from stratrun.engine.ledger.events_orders import CommandSent, OrderAccepted, OrderAmended, OrderCanceled
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.rows import BalanceRow, OrderRow
from stratrun.engine.ledger.values import Command, OrderState
from stratrun.engine.ledger.verify import verify

from .story import Clock, D, filled, funds, intent, opened, submitted


def older(event: Event) -> str:
    """As it was written before an amendment told what it reserves."""
    told = json.loads(encode(event))
    if isinstance(event, OrderAmended):
        assert told.pop("reserved") is None
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_an_amendment_without_a_reservation_is_read_and_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leaves what the order holds back as it was; today's release proves the chain and ends the order."""
    path = tmp_path / "ledger.db"
    with monkeypatch.context() as before:
        before.setattr(writing, "encode", older)
        before.setattr(writing, "VERSIONS", MappingProxyType({**VERSIONS, "order_amended": 1}))
        with open_writer(path, Clock()) as writer:
            writer.append(opened(), funds(), intent("a"), submitted("a", reserved=(("USDT", D(150)),)))
            writer.append(OrderAccepted("a", "v-a"), CommandSent("a", Command.AMEND_SENT, "by hand"))
            writer.append(OrderAmended("a", "v-a", D(2)))
    with open_writer(path, Clock()) as writer:
        assert verify(writer.read).findings == ()
        row = writer.read.row(OrderRow, "a")
        assert row is not None
        assert (row.quantity, row.reserved) == (D(2), (("USDT", D(150)),))
        writer.append(filled("a", "f-a"), OrderCanceled("a", D(1), "by hand"))
        balance = writer.read.row(BalanceRow, "main", "USDT")
        ended = writer.read.row(OrderRow, "a")
        assert verify(writer.read).findings == ()
    assert balance is not None
    assert balance.reserved == D(0)
    assert ended is not None
    assert ended.state is OrderState.CANCELED
