"""A small strategy that decides by candle and can be asked again after a kill: the same candle, the same order."""

from __future__ import annotations

import asyncio
import contextlib
import random
from dataclasses import replace

from stratrun.engine.ledger.values import OrderState, OrderType, Role, Side
from stratrun.engine.orders.wanted import Wanted

from .stage import D, Killed, Stage

_GONE = (OrderState.NEVER_PLACED, OrderState.REJECTED)


async def insist(stage: Stage, wanted: Wanted, tries: int = 5) -> None:
    """Place what a candle decided until the venue had it; each try has its own name."""
    for attempt in range(tries):
        row = await stage.desk.place(replace(wanted, attempt=attempt))
        await stage.desk.settled(row.order_id, 200)
        if stage.order(row.order_id).state not in _GONE:
            return


async def round_trip(stage: Stage) -> None:
    """Buy 1, protect it, sell 0.4 of it, move the stop, close the rest."""
    await insist(stage, replace(stage.wanted(), candle=1))
    if not stage.desk.state.order("done") and not _sold(stage):
        await stage.desk.protect("dip", stage.symbol, D(90))
        await stage.wait(3)
        await insist(stage, replace(stage.wanted(Role.EXIT, "0.4"), candle=2))
        await stage.desk.protect("dip", stage.symbol, D(95))
        await stage.wait(3)
    await stage.desk.flatten(stage.symbol, "the end", 300)


def _sold(stage: Stage) -> bool:
    return not stage.position


async def with_kills(stage: Stage, limit: int = 20) -> int:
    """Run the round trip through as many deaths as its writer has; returns how many there were."""
    deaths = 0
    while deaths <= limit:
        mortal = stage.mortal
        task = asyncio.get_running_loop().create_task(round_trip(stage))
        dead = asyncio.get_running_loop().create_task(mortal.dead.wait()) if mortal is not None else None
        await asyncio.wait({task} | ({dead} if dead else set()), return_when=asyncio.FIRST_COMPLETED)
        if dead is not None:
            dead.cancel()
        if mortal is None or not mortal.dead.is_set():
            await task
            if mortal is not None:
                mortal.disarm()
            return deaths
        deaths += 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await stage.again()
    raise AssertionError("it dies for ever")


async def at_random(stage: Stage, seed: int, steps: int = 8, kills: bool = False) -> None:
    """Orders, cancels, exits, stops, prices and strangers as a seed has it."""
    draw, price = random.Random(seed), 100.0
    for step in range(steps):
        price = max(price * (1 + draw.gauss(0, 0.01)), 50)
        stage.print(f"{price:.2f}")
        stage.price = D(f"{price:.2f}")
        with contextlib.suppress(Killed):
            await _step(stage, draw, step, price)
        if kills and draw.random() < 0.15:
            await stage.again()
        await stage.wait(draw.choice([0.1, 1, 5, 30]))


async def _step(stage: Stage, draw: random.Random, step: int, price: float) -> None:
    desk, choice = stage.desk, draw.random()
    mine = [row for row in desk.state.live() if row.ours]
    if choice < 0.3:
        await desk.place(replace(stage.wanted(quantity=f"{draw.randint(1, 20) / 10}"), candle=step))
    elif choice < 0.5:
        limit = D(f"{price * draw.choice([0.97, 0.995, 1.01]):.2f}")
        wanted = stage.wanted(quantity=f"{draw.randint(1, 20) / 10}", type=OrderType.LIMIT, price=limit)
        await desk.place(replace(wanted, candle=step))
    elif choice < 0.62 and mine:
        await desk.cancel(draw.choice(mine).order_id, "at random")
    elif choice < 0.72:
        await desk.protect("dip", stage.symbol, D(f"{price * 0.98:.2f}"), D(f"{price * 1.03:.2f}"))
    elif choice < 0.84 and stage.position:
        side = Side.SELL if stage.position > 0 else Side.BUY
        await desk.place(replace(stage.wanted(Role.EXIT, str(abs(stage.position)), side), candle=step))
    elif choice < 0.88:
        await desk.flatten(stage.symbol, "at random", 20)
    elif choice < 0.92:
        stage.exchange.outside.deposit("main", "USDT", D(draw.choice([100, -50])))
    elif choice < 0.96:
        stage.exchange.outside.close("main", stage.symbol)
    elif orders := list(stage.truth().open):
        stage.exchange.outside.cancel("main", draw.choice(orders))
