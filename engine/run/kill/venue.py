"""A broker as the kill switch uses it: every call has an end, reads and cancels are repeated, all is reported."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from ...brokers.outcome import BrokerError, NotFoundError, ReadError, RejectedError
from ...brokers.protocol import Broker
from ...brokers.words import OrderReport, Reference
from .report import Did, KillReport

T = TypeVar("T")
_TRIES, _PAUSE = 3, 0.2
_AT_ONCE = 16


class Venue:
    """`patience`: seconds for one call."""

    def __init__(self, broker: Broker, patience: float, report: KillReport) -> None:
        self.broker, self.patience, self.report = broker, patience, report
        self._gate = asyncio.Semaphore(_AT_ONCE)

    async def asked(self, call: Callable[[], Awaitable[T]]) -> T:
        """Reads may be repeated. Raises ReadError, whatever it was."""
        for attempt in range(1, _TRIES + 1):
            try:
                return await asyncio.wait_for(call(), self.patience)
            except Exception as error:  # timeouts and faults of a library alike: a read may be repeated
                if attempt == _TRIES:
                    raise ReadError(words_of(error)) from None
                await asyncio.sleep(_PAUSE * attempt)
        raise AssertionError("unreachable")

    async def cancel_all(self, orders: Sequence[OrderReport]) -> None:
        await asyncio.gather(*(self._cancel(order) for order in orders))

    async def _cancel(self, order: OrderReport) -> None:
        name = f"{order.side} {order.quantity:f} {order.symbol} ({order.client_id or order.venue_id})"
        reference = Reference(order.symbol, order.client_id, order.venue_id, order.trigger is not None)
        async with self._gate:
            for attempt in range(1, _TRIES + 1):
                try:
                    await asyncio.wait_for(self.broker.cancel(reference), self.patience)
                    return self.report.add(order.venue_id, Did.DONE, f"canceled: {name}")
                except NotFoundError:
                    return self.report.add(order.venue_id, Did.GONE, f"was gone already: {name}")
                except Exception as error:  # a fault in one must not save the others
                    if attempt == _TRIES:
                        did = Did.FAILED if isinstance(error, RejectedError) else Did.UNCLEAR
                        return self.report.add(order.venue_id, did, f"not canceled: {name}: {words_of(error)}")
                    await asyncio.sleep(_PAUSE * attempt)
        return None


def words_of(error: BaseException) -> str:
    if isinstance(error, BrokerError):
        return error.words
    return "no answer in time" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}"
