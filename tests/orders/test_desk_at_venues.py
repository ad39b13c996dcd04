"""The order path over ccxt's unmodified classes, before each venue that the exchange simulator speaks as."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from stratrun.engine.brokers.clock import SystemClock
from stratrun.engine.exchange.faults import Faults
from stratrun.engine.ledger.events_session import SessionOpened
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.values import Mode, OrderState, Role
from stratrun.engine.orders.desk import Desk, no_gate
from stratrun.engine.orders.settings import Settings

from ..brokers.served import PLACES, Place, Scene, at_exchange
from .stage import ACCOUNT, SESSION, STRATEGY, D, Stage

S = OrderState
QUICK = Settings(
    mode="rehearsal", inline=True, answer=1.0, asks=(0.1, 0.2, 0.4, 0.8, 1.6), validity=500, grace=0.1, confirm=0.2,
    reconcile=0, watch=0.2,
)  # fmt: skip
FAULTS = """
submit 3 after_accept drop
cancel 1 after_accept drop
submit 4 after_accept cut
"""
"""The third order and the first cancel are never answered, the fourth order's connection breaks."""


def staged(scene: Scene, folder: Path) -> Stage:
    """The desk's stage with the broker of a scene, and what it takes to hold them to each other."""
    clock = SystemClock()
    stage = Stage(scene.exchange, clock, folder, scene.symbol, Faults(), QUICK, no_gate, D(100))
    stage.writer = open_writer(folder / "ledger.db", clock.now)
    stage.broker = scene.broker  # type: ignore[assignment]
    opened = SessionOpened(
        SESSION, Mode.REHEARSAL, ACCOUNT, STRATEGY, "hash", "desk", (scene.symbol,), "1m", clock.now(), "1"
    )
    stage.writer.append(opened)
    return stage


async def begin(stage: Stage) -> None:
    stage.desk = Desk(stage.writer, stage.broker, stage.clock, ACCOUNT, QUICK)
    recovery = await stage.desk.start()
    assert recovery.ready
    assert recovery.problems == ()


async def until(true: Callable[[], bool], seconds: float = 8.0) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not true():
        assert loop.time() < end, "it did not come to be"
        await asyncio.sleep(0.02)  # ccxt's sockets run in real time


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_nothing_is_lost_and_nothing_doubled(place: Place, tmp_path: Path) -> None:
    """Bought, guarded by a stop, an order and its cancel without an answer, the stop filled, one order broken off
    before a restart: ledger and venue agree on every order, fill and balance."""

    async def play(scene: Scene) -> None:
        stage = staged(scene, tmp_path)
        await begin(stage)
        entered = await stage.enter()
        await until(lambda: stage.order(entered.order_id).state is S.FILLED)
        await stage.desk.protect(STRATEGY, scene.symbol, D(90))
        await until(lambda: any(row.role is Role.STOP and row.state is S.OPEN for row in stage.desk.state.live()))

        lost = await stage.buy_limit("95")
        await until(lambda: stage.order(lost.order_id).state is S.OPEN)
        await stage.desk.cancel(lost.order_id, "a test")
        await until(lambda: stage.order(lost.order_id).state is S.CANCELED)

        stage.print("89")
        await until(lambda: stage.position == 0)
        broken = asyncio.create_task(stage.buy_limit("80"))
        await until(lambda: len(stage.mine()) == 4)
        await stage.desk.stop()
        broken.cancel()
        await begin(stage)
        await until(lambda: [row.state for row in stage.desk.state.live()] == [S.OPEN])
        await stage.desk.reconcile("the end")
        await until(lambda: not stage.differences())
        stage.check()
        await stage.desk.stop()
        stage.writer.close()

    at_exchange(place, play, FAULTS, timeout=400, account=ACCOUNT)
