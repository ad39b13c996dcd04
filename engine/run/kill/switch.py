"""The kill switch itself.

1. leave the halt marker, which the session's gate sees at its next send, hung loop or not; 2. read the ledger, for as
long as half a second; 3. connect, list all open orders; 4. cancel the entries, all at once; 5. with `flatten`, cancel
what holds the base currency (spot) and send reduce-only market orders, then cancel the rest; 6. list again and tell.
Nothing here needs the session, writes to the ledger or raises: the session reconciles later what it finds at the venue.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from ...brokers.outcome import BrokerError, NotFoundError, RejectedError
from ...brokers.protocol import Broker
from ...brokers.words import OrderReport, Reference, Ticket
from ...diagnostics.diagnostic import InputError
from ...ledger.values import OrderType, Side
from ...market.symbol import parse_symbol
from ...market.venue import Kind
from ...orders.rounding import quantity_down
from ..halt_marker import HaltMarker
from .choose import is_entry, ours
from .known import Known, read_known
from .report import Did, KillReport

T = TypeVar("T")
_TRIES, _PAUSE = 3, 0.2
_AT_ONCE = 16
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Kill:
    """What is asked for. `symbols` are those of the deployment, as far as they are known; `everything` takes orders
    and, on spot, holdings that are not ours, too. `patience`: seconds for one call to the venue."""

    account: str
    ledger: str
    who: str
    why: str
    symbols: tuple[str, ...] = ()
    flatten: bool = False
    everything: bool = False
    patience: float = 10.0


class KillSwitch:
    """One use of it. `connect` makes a broker that is not open yet; it may take long, or raise InputError."""

    def __init__(self, kill: Kill, marker: HaltMarker | None, connect: Callable[[], Broker]) -> None:
        self._kill, self._marker, self._connect = kill, marker, connect
        self._report = KillReport()
        self._gate = asyncio.Semaphore(_AT_ONCE)

    async def run(self) -> KillReport:
        started = time.monotonic()
        self._mark()
        known = await asyncio.to_thread(read_known, self._kill.ledger, self._kill.account)
        if known.trouble:
            self._report.add("ledger", Did.LEFT, f"{known.trouble}; orders are told apart by the shape of their ids")
        broker = await self._opened(known)
        if broker is not None:
            try:
                await self._stop(broker, known)
            finally:
                with suppress(Exception):
                    await asyncio.wait_for(broker.close(), 2.0)
        self._report.seconds = time.monotonic() - started
        return self._report

    def _mark(self) -> None:
        if self._marker is None:
            self._report.add("marker", Did.LEFT, "no halt marker: the ledger is no file, and no deployment is named")
            return
        try:
            halted = self._marker.write(self._kill.who, self._kill.why)
            words = f"the session sends nothing but exits from now on ({self._marker.path}, by {halted.who})"
            self._report.add("marker", Did.DONE, words)
        except InputError as error:
            self._report.add("marker", Did.FAILED, f"no halt marker: {error.message}; end the session's process")

    async def _opened(self, known: Known) -> Broker | None:
        symbols = tuple(dict.fromkeys([*self._kill.symbols, *known.symbols]))
        words = ""
        for wanted in dict.fromkeys((symbols, self._kill.symbols, ())):  # one unlisted symbol must not keep us out
            broker: Broker | None = None
            try:
                broker = self._connect()
                await asyncio.wait_for(broker.open(wanted), 3 * self._kill.patience)
                self._report.reached = True
                return broker
            except Exception as error:
                words = error.message if isinstance(error, InputError) else _words(error)
                if broker is not None:
                    with suppress(Exception):
                        await asyncio.wait_for(broker.close(), 2.0)
                if isinstance(error, (InputError, TimeoutError)):
                    break
        self._report.add("venue", Did.FAILED, f"the venue cannot be reached: {words}")
        return None

    async def _stop(self, broker: Broker, known: Known) -> None:
        kill = self._kill
        listed = await self._listed(broker, known)
        mine = ours(listed, known, kill.everything)
        entries = [order for order in mine if is_entry(order, known, broker.kind)]
        others = [order for order in mine if not is_entry(order, known, broker.kind)]
        await self._cancel_all(broker, entries)
        if kill.flatten:
            if broker.kind is Kind.SPOT:  # their stops hold what is to be sold
                await self._cancel_all(broker, others)
                await self._flatten_spot(broker, known)
            elif await self._flatten_contracts(broker, known):
                await self._cancel_all(
                    broker, others
                )  # last, so that no position is without its stop before it is closed
        foreign = len(listed) - len(mine)
        if foreign:
            self._report.add("orders", Did.LEFT, f"{_count(foreign, 'order')} of others; --all cancels them, too")
        if others and not kill.flatten:
            self._report.add("orders", Did.LEFT, f"{_count(len(others), 'exit order')} (stops and targets) stay")
        await self._confirm(broker, known, {order.venue_id for order in mine})

    async def _listed(self, broker: Broker, known: Known) -> list[OrderReport]:
        """All open orders; symbol by symbol where the venue does not list them all."""
        try:
            return await self._asked(lambda: broker.open_orders())
        except (BrokerError, TimeoutError) as error:
            found: dict[str, OrderReport] = {}
            symbols = dict.fromkeys([*self._kill.symbols, *known.symbols])
            for symbol in symbols:
                try:
                    orders = await self._asked(lambda symbol=symbol: broker.open_orders(symbol))  # type: ignore[misc]
                    found |= {order.venue_id: order for order in orders}
                except (BrokerError, TimeoutError) as refused:
                    self._report.add(symbol, Did.FAILED, f"open orders of {symbol} cannot be listed: {_words(refused)}")
            if not symbols:
                self._report.add("orders", Did.FAILED, f"open orders cannot be listed: {_words(error)}")
            return list(found.values())

    async def _cancel_all(self, broker: Broker, orders: Sequence[OrderReport]) -> None:
        await asyncio.gather(*(self._cancel(broker, order) for order in orders))

    async def _cancel(self, broker: Broker, order: OrderReport) -> None:
        name = f"{order.side} {order.quantity:f} {order.symbol} ({order.client_id or order.venue_id})"
        reference = Reference(order.symbol, order.client_id, order.venue_id, order.trigger is not None)
        async with self._gate:
            for attempt in range(1, _TRIES + 1):
                try:
                    await asyncio.wait_for(broker.cancel(reference), self._kill.patience)
                    return self._report.add(order.venue_id, Did.DONE, f"canceled: {name}")
                except NotFoundError:
                    return self._report.add(order.venue_id, Did.GONE, f"was gone already: {name}")
                except (BrokerError, TimeoutError) as error:
                    if attempt == _TRIES:
                        did = Did.FAILED if isinstance(error, RejectedError) else Did.UNCLEAR
                        return self._report.add(order.venue_id, did, f"not canceled: {name}: {_words(error)}")
                    await asyncio.sleep(_PAUSE * attempt)
        return None

    async def _flatten_contracts(self, broker: Broker, known: Known) -> bool:
        """Close what the venue holds; whether every position was sent its order."""
        symbols = tuple(dict.fromkeys([*self._kill.symbols, *known.symbols]))
        try:
            positions = await self._asked(lambda: broker.positions(symbols))
        except (BrokerError, TimeoutError) as error:
            self._report.add("positions", Did.FAILED, f"positions cannot be listed: {_words(error)}")
            return False
        held = {position.symbol: position.quantity for position in positions if position.quantity}
        if not held:
            self._report.add("positions", Did.DONE, "no open positions")
        return all(await asyncio.gather(*(self._close(broker, known, s, q, True) for s, q in held.items())))

    async def _flatten_spot(self, broker: Broker, known: Known) -> None:
        """Sell what the strategies hold, as far as it is free; with `everything` all of the symbols' base currency."""
        if known.trouble and not self._kill.everything:
            words = "which holdings are ours is not known without the ledger: nothing is sold; --all sells them all"
            self._report.add("positions", Did.FAILED, words)
            return
        try:
            balances = (await self._asked(broker.balances)).balances
        except (BrokerError, TimeoutError) as error:
            self._report.add("positions", Did.FAILED, f"balances cannot be asked: {_words(error)}")
            return
        free = {currency: balance.free for currency, balance in balances.items()}
        selling: dict[str, Decimal] = {}
        for symbol in dict.fromkeys([*self._kill.symbols, *known.symbols]):
            base = parse_symbol(symbol)[0]
            left = free.get(base, Decimal(0))
            quantity = left if self._kill.everything else min(left, known.held.get(symbol, Decimal(0)))
            if quantity > 0:
                selling[symbol], free[base] = quantity, left - quantity
        if not selling:
            self._report.add("positions", Did.DONE, "nothing is held")
        await asyncio.gather(*(self._close(broker, known, s, q, False) for s, q in selling.items()))

    async def _close(self, broker: Broker, known: Known, symbol: str, held: Decimal, reduce_only: bool) -> bool:
        side = Side.SELL if held > 0 else Side.BUY
        try:
            quantity = quantity_down(abs(held), broker.instrument(symbol))
            if not quantity:
                self._report.add(symbol, Did.LEFT, f"{abs(held):f} {symbol} is less than can be traded")
                return True
            ticket = Ticket(_client_id(known), symbol, side, OrderType.MARKET, quantity, reduce_only=reduce_only)
            # Once, whatever comes of it: sent again it might fill twice.
            await asyncio.wait_for(broker.submit(broker.wire(ticket)), self._kill.patience)
            self._report.add(symbol, Did.DONE, f"closing: {side} {quantity:f} {symbol} at the market's price")
            return True
        except RejectedError as error:
            self._report.add(symbol, Did.FAILED, f"not closed: {symbol}: {_words(error)}")
        except Exception as error:
            self._report.add(symbol, Did.UNCLEAR, f"perhaps not closed: {symbol}: {_words(error)}")
        return False

    async def _confirm(self, broker: Broker, known: Known, seen: set[str]) -> None:
        """Ask again; what was on its way to the venue when the marker was left is canceled as it shows."""
        left: list[OrderReport] = []
        for _ in range(_TRIES):
            try:
                left = ours(await self._asked(lambda: broker.open_orders()), known, self._kill.everything)
            except (BrokerError, TimeoutError):
                return
            left = [order for order in left if self._kill.flatten or is_entry(order, known, broker.kind)]
            fresh = [order for order in left if order.venue_id not in seen]
            if not fresh:
                break
            seen |= {order.venue_id for order in fresh}
            await self._cancel_all(broker, fresh)
        told = {step.subject for step in self._report.steps if step.did in (Did.FAILED, Did.UNCLEAR)}
        for order in left:
            if order.venue_id not in told:
                self._report.add(order.venue_id, Did.UNCLEAR, f"still open: {order.client_id or order.venue_id}")

    async def _asked(self, call: Callable[[], Awaitable[T]]) -> T:
        """Reads may be repeated. Raises BrokerError, TimeoutError."""
        for attempt in range(1, _TRIES + 1):
            try:
                return await asyncio.wait_for(call(), self._kill.patience)
            except (BrokerError, TimeoutError):
                if attempt == _TRIES:
                    raise
                await asyncio.sleep(_PAUSE * attempt)
        raise AssertionError("unreachable")


def _client_id(known: Known) -> str:
    """A new id with our newest prefix, so that the session finds the order to be ours."""
    prefix = known.prefixes[-1] if known.prefixes else "s"
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(18 - len(prefix)))


def _words(error: BaseException) -> str:
    if isinstance(error, BrokerError):
        return error.words
    return "no answer in time" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
