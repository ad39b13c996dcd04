"""Faults that befall an order, whatever its call answers: hidden, late and excessive fills."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from decimal import Decimal

from ..brokers.words import Status
from .exchange import Exchange
from .faults import Action, Fault, Hook
from .orders import Order

_HALF = Decimal("0.5")


def befall(exchange: Exchange, account: str, order: Order, faults: Iterable[Fault], hook: Hook) -> None:
    """Do to an order what the faults of this hook say. A late fill happens in its own task."""
    step = exchange.market(order.symbol).spec.step
    for fault in faults:
        if fault.hook is not hook:
            continue
        part = Decimal(fault.value) if fault.value else _HALF
        if fault.action is Action.HIDDEN_FILL and order.status is Status.OPEN:
            exchange.outside.hidden_fill(account, order, part)
        elif fault.action is Action.OVERFILL:
            extra = max(order.quantity * part // step * step, step)
            exchange.outside.fill(account, order, order.remaining + extra)
        elif fault.action is Action.LATE_FILL:
            quantity = order.remaining * _HALF // step * step
            task = asyncio.get_running_loop().create_task(_late(exchange, account, order, quantity, fault.number(2.0)))
            exchange.tasks.add(task)
            task.add_done_callback(exchange.tasks.discard)


async def _late(exchange: Exchange, account: str, order: Order, quantity: Decimal, seconds: float) -> None:
    await exchange.clock.sleep(seconds)
    exchange.advance()
    if quantity := min(quantity, order.remaining):
        exchange.outside.fill(account, order, quantity)
