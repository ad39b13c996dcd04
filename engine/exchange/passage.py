"""A request's way into the core and back without a network: faults become what ccxt would make of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from ..brokers.outcome import (
    BrokerError,
    NotFoundError,
    NotSentError,
    ReadError,
    RejectedError,
    ThrottledError,
    UnclearError,
)
from .exchange import Exchange
from .faults import CHANGING, Action, Call, Fault, Faults, Hook
from .mischief import befall
from .orders import Order
from .refusal import Refusal, RefusedError, check_refused

R = TypeVar("R")
_BROKEN = {
    Action.CUT: "the connection broke",
    Action.HTML: "the answer is a page",
    Action.CUT_BODY: "the connection broke within the answer",
    Action.NO_ID: "the answer names no order",
}


class Passage:
    """For one account. `timeout` and `latency` in seconds of the exchange's clock; latency is spent each way."""

    def __init__(self, exchange: Exchange, account: str, faults: Faults, timeout: float, latency: float) -> None:
        self._exchange, self._account, self._faults = exchange, account, faults
        self._timeout, self._latency = timeout, latency
        self._served: set[asyncio.Task[object]] = set()

    async def ask(
        self,
        call: Call,
        work: Callable[[], R],
        order: Callable[[], Order | None] = lambda: None,
        omit: Callable[[R, str], R] = lambda result, symbol: result,
    ) -> R:
        """What `work` gives when the venue gets to it. `order`: the one that the call is about, once it is there;
        `omit` leaves a symbol (all of them: "") out of a result."""
        faults = self._faults.next(call)
        try:
            if not faults:
                return await self._plain(work)
            result = await self._struck(call, work, order, faults)
            for fault in faults:
                result = omit(result, fault.value) if fault.action is Action.OMIT else result
            return result
        except RefusedError as refused:
            raise _refusal(call, refused) from None
        except UnclearError as unclear:
            raise (unclear if call in CHANGING else ReadError(unclear.words)) from None

    async def _plain(self, work: Callable[[], R]) -> R:
        await self._exchange.clock.sleep(self._latency)
        result = work()
        if self._latency:
            await self._exchange.clock.sleep(self._latency)
        return result

    async def _struck(
        self, call: Call, work: Callable[[], R], order: Callable[[], Order | None], faults: tuple[Fault, ...]
    ) -> R:
        if any(fault.action is Action.REFUSE for fault in faults):
            await self._exchange.clock.sleep(self._latency)
            raise NotSentError("no connection") if call in CHANGING else ReadError("no connection")
        loop = asyncio.get_running_loop()
        served = loop.create_task(self._serve(work, order, faults))
        self._served.add(served)  # the venue works on when the client has gone
        served.add_done_callback(self._forget)
        waiter = loop.create_task(self._exchange.clock.sleep(self._timeout))
        try:
            await asyncio.wait({served, waiter}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiter.cancel()
        if not served.done():
            raise UnclearError(f"no answer within {self._timeout:g} s")
        try:
            result = served.result()
        except _DeathError:
            self._faults.on_crash()
            raise UnclearError("the client should be dead") from None
        if any(fault.action is Action.CRASH and fault.hook is Hook.AFTER_RESPONSE for fault in faults):
            self._faults.on_crash()
        return result

    def _forget(self, task: asyncio.Task[object]) -> None:
        self._served.discard(task)
        if not task.cancelled():
            task.exception()

    async def _serve(self, work: Callable[[], R], order: Callable[[], Order | None], faults: tuple[Fault, ...]) -> R:
        clock = self._exchange.clock
        await clock.sleep(self._latency)
        await self._hook(Hook.BEFORE_ACCEPT, order, faults)
        result = work()
        for hook in (Hook.AFTER_ACCEPT, Hook.BEFORE_RESPONSE):
            await self._hook(hook, order, faults)
        await clock.sleep(self._latency)
        subject = order()
        if subject is not None:
            befall(self._exchange, self._account, subject, faults, Hook.AFTER_RESPONSE)
        return result

    async def _hook(self, hook: Hook, order: Callable[[], Order | None], faults: tuple[Fault, ...]) -> None:
        subject = order()
        if subject is not None:
            befall(self._exchange, self._account, subject, faults, hook)
        for fault in faults:
            if fault.hook is hook:
                await self._strike(fault)

    async def _strike(self, fault: Fault) -> None:
        clock = self._exchange.clock
        match fault.action:
            case Action.DELAY:
                await clock.sleep(fault.number(1.0))
            case Action.DROP:
                await clock.sleep(self._timeout * 2)
                raise UnclearError("no answer")
            case Action.ERROR:
                check_refused(fault.value)
                raise _error(fault.value)
            case Action.CRASH:
                raise _DeathError
            case Action.CUT | Action.HTML | Action.CUT_BODY | Action.NO_ID:
                raise UnclearError(_BROKEN[fault.action])


class _DeathError(Exception):
    """The client is to die at this point of the venue's work."""


def _error(code: str) -> BrokerError:
    if code in ("429", "418"):
        return ThrottledError(f"HTTP {code}: too many requests", retry_after=60.0 if code == "418" else 5.0)
    if code == "-1021":
        return RejectedError(Refusal.STALE_REQUEST, "timestamp for this request is outside of the recvWindow")
    return UnclearError(f"the venue answered {code or '500'}")


def _refusal(call: Call, refused: RefusedError) -> BrokerError:
    if refused.refusal is Refusal.MAINTENANCE:
        return UnclearError(refused.words) if call in CHANGING else ReadError(refused.words)
    if call not in CHANGING:
        return ReadError(f"{refused.refusal}: {refused.words}")
    if refused.refusal is Refusal.NO_ORDER:
        return NotFoundError(refused.words)
    if refused.refusal is Refusal.THROTTLED:
        return ThrottledError(refused.words)
    return RejectedError(refused.refusal, refused.words)
