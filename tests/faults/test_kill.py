"""Death at any durable write and at any await around a send: the next process ends with the book of one that lived."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.market_data import Print
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.virtual_loop import run_fast
from stratrun.engine.exchange.wire.binance_spot import BinanceSpot
from stratrun.engine.exchange.wire.serve import serve
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.values import OrderState
from stratrun.engine.ledger.verify import verify
from stratrun.engine.orders.state import State
from stratrun.engine.run.rehearsal.agreement import disagreements
from stratrun.engine.run.rehearsal.outcome import Outcome
from stratrun.engine.run.rehearsal.script import Script
from stratrun.engine.run.rehearsal.stage import Stage

from .client import KEY, SECRET, SYMBOL
from .ground import M, check, performed, rehearsal

pytest.importorskip("ccxt.pro")
EVERY = int(os.environ.get("STRATRUN_KILLS", "0"))
"""0: a sample; 1: every point."""
NOW, SPEED = 1_800_000_000_000, 20.0
APPENDS, SUBMITS, CANCELS = 36, 5, 3
"""At least as many as the round trip makes."""
SAMPLE = ["append 9 after", "submit 1 after", "submit 2 before", "cancel 1 after"]
ALL = [
    *(f"append {n} {when}" for n in range(1, APPENDS) for when in ("before", "after")),
    *(f"submit {n} {when}" for n in range(1, SUBMITS) for when in ("before", "after")),
    *(f"cancel {n} {when}" for n in range(1, CANCELS) for when in ("before", "after")),
]


@dataclass(frozen=True)
class Book:
    """What was bought and sold in all, and what is left at the venue."""

    bought: Decimal
    sold: Decimal
    open: int
    held: Decimal


async def _traded(clock: object, folder: Path, point: str) -> tuple[Book, int]:
    exchange = Exchange(clock)  # type: ignore[arg-type]
    exchange.open_account("main", {"USDT": Decimal(10_000)}, KEY, SECRET)
    exchange.list(Spec(SYMBOL), [Print(NOW, Decimal(100))])
    served = await serve(exchange, [BinanceSpot(stamps=False)])
    deaths = 0
    try:
        while True:
            child = await asyncio.create_subprocess_exec(
                sys.executable, str(Path(__file__).with_name("client.py")), str(folder / "ledger.db"),
                json.dumps(dict(served.urls)), str(exchange.now()), str(SPEED), point if not deaths else "never",
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            _, words = await child.communicate()
            if child.returncode == 0:
                break
            deaths += 1
            assert child.returncode == -9, words.decode()
        truth = exchange.truth("main")
        reader = open_reader(folder / "ledger.db")
        state = State("main")
        state.load(reader, 60_000)
        assert disagreements(truth, state, reader) == []
        assert verify(reader).findings == ()
        assert all(row.state is not OrderState.UNKNOWN for row in reader.orders())
        bought = sum((fill.quantity for fill in truth.fills if fill.side == "buy"), Decimal(0))
        sold = sum((fill.quantity for fill in truth.fills if fill.side == "sell"), Decimal(0))
        return Book(bought, sold, len(truth.open), state.held(SYMBOL)), deaths
    finally:
        await served.close()


@pytest.mark.parametrize("point", ALL if EVERY else SAMPLE)
def test_a_process_killed_by_the_system(point: str, tmp_path: Path) -> None:
    """SIGKILL at a point, another process on the same ledger: what one that never died would have bought and sold."""
    book, deaths = run_fast(lambda clock: _traded(clock, tmp_path, point), NOW, SPEED)
    assert book == Book(Decimal(1), Decimal(1), 0, Decimal(0))
    assert deaths == 1 or EVERY


def opened_at(outcome: Outcome) -> set[int]:
    """The candles in which its trades were opened: who starts again within one still follows its signal, later."""
    return {trade.opened // M for trade in outcome.trades}


@cache
def twin() -> set[int]:
    """When one that nothing happens to opens its trades."""
    return opened_at(performed(rehearsal(Script())))


SESSION_APPENDS = 260
"""More than the corpus's session makes."""


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("nth", range(1, SESSION_APPENDS, EVERY or 37))
def test_a_session_killed_at_any_append(nth: int, late: bool) -> None:
    """Started again, it makes the same trades but the one whose moment passed while it was dead, and no other."""

    def doomed(stage: Stage) -> None:
        def arm(session: object) -> None:
            if not stage.restarts:
                stage.pen.die_at, stage.pen.late = nth, late

        stage.change = arm

    outcome = performed(rehearsal(Script()), doomed)
    check(outcome)
    assert opened_at(outcome) <= twin()
    assert len(twin() - opened_at(outcome)) <= 1
