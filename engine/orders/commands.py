"""A cancel: recorded, sent, and believed only once order and fills were asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ..brokers.outcome import NotSentError, RejectedError
from ..ledger.events import Event
from ..ledger.events_orders import CommandSent, CommandSettled, CommandUnknown
from ..ledger.rows import OrderRow
from ..ledger.values import ENDED, Command, OrderState
from .parts import Parts, reference
from .resolver import Resolver
from .state import State


class Commands:
    def __init__(self, parts: Parts, resolver: Resolver) -> None:
        self._parts, self._resolver = parts, resolver

    async def cancel(self, order_id: str, reason: str) -> OrderRow:
        """Ask for an order's end; returns it when its last fill is known, or after the first questions if it is not.

        Raises LookupError for an order that the ledger does not have.
        """
        parts = self._parts
        row = await parts.journal.recall(order_id)
        if row is None:
            raise LookupError(f"there is no order {order_id}")
        if row.state is OrderState.SUBMITTING:
            await parts.journal.until(lambda: not _submitting(parts.state, order_id), parts.settings.answer * 2)
        sent = await parts.journal.decide(lambda state: _asked(state, order_id, reason))
        if sent.changes:
            await self._send(order_id)
        await self._resolver.settled(order_id, parts.settings.answer)
        return parts.state.order(order_id) or row

    async def _send(self, order_id: str) -> None:
        parts = self._parts
        row = parts.state.order(order_id)
        if row is None:
            return
        words, settled = "the venue took the request", False
        try:
            async with asyncio.timeout(parts.settings.answer):
                await parts.broker.cancel(reference(row))
        except (RejectedError, NotSentError) as error:
            words, settled = f"nothing happened: {error.words}"[:3_000], True
        except asyncio.CancelledError:
            await self._record(order_id, CommandUnknown(order_id, "canceled while asking"))
            raise
        except Exception as error:  # whatever it was, the venue may have heard: unknown, and asked for
            words = f"{type(error).__name__}: {error}"[:3_000]
            await self._record(order_id, CommandUnknown(order_id, words))
        if settled:
            await self._record(order_id, CommandSettled(order_id, words))
        self._resolver.chase(order_id, words)

    async def _record(self, order_id: str, event: Event) -> None:
        def make(state: State) -> Sequence[Event]:
            row = state.order(order_id)
            pending = row is not None and row.state not in ENDED and row.command is Command.CANCEL_SENT
            return (event,) if pending else ()

        await self._parts.journal.insist(make)


def _submitting(state: State, order_id: str) -> bool:
    row = state.order(order_id)
    return row is not None and row.state is OrderState.SUBMITTING


def _asked(state: State, order_id: str, reason: str) -> Sequence[Event]:
    """Nothing for an order that has ended, or of which the same was asked already."""
    row = state.order(order_id)
    asking = row is not None and row.command in (Command.CANCEL_SENT, Command.AMEND_SENT)
    if row is None or asking or row.state in ENDED or row.state is OrderState.SUBMITTING:
        return ()
    return (CommandSent(order_id, Command.CANCEL_SENT, reason or "asked for"),)
