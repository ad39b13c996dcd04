"""The kill switch itself.

1. leave the halt marker, which the session's gate sees at its next send, hung loop or not; 2. read the ledger, for as
long as half a second; 3. connect, list all open orders; 4. cancel the entries, all at once; 5. with `flatten`, cancel
what holds the base currency (spot) and send reduce-only market orders, then cancel the rest; 6. list again and tell.
Nothing here needs the session, writes to the ledger or raises: the session reconciles later what it finds at the venue.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from ...brokers.outcome import ReadError
from ...brokers.protocol import Broker
from ...brokers.words import OrderReport
from ...diagnostics.diagnostic import InputError
from ...market.venue import Kind
from ..halt_marker import HaltMarker
from .choose import is_entry, ours
from .closing import Closing
from .known import Known, read_known
from .report import Did, KillReport
from .venue import Venue, words_of

_LISTS = 3


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

    async def run(self) -> KillReport:
        started = time.monotonic()
        self._mark()
        known = await asyncio.to_thread(read_known, self._kill.ledger, self._kill.account)
        if known.trouble:
            self._report.add("ledger", Did.LEFT, f"{known.trouble}; orders are told apart by the shape of their ids")
        broker = await self._opened(known)
        if broker is not None:
            try:
                await self._stop(Venue(broker, self._kill.patience, self._report), known)
            except Exception as error:  # a fault of ours: what was done until then is told all the same
                self._report.add("switch", Did.FAILED, f"the switch broke off: {words_of(error)}")
            finally:
                with suppress(Exception):  # all is told by now: a connection that will not close ends with the process
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
        symbols, words = self._symbols(known), ""
        for wanted in dict.fromkeys((symbols, self._kill.symbols, ())):  # one unlisted symbol must not keep us out
            broker: Broker | None = None
            try:
                broker = self._connect()
                await asyncio.wait_for(broker.open(wanted), 3 * self._kill.patience)
                self._report.reached = True
                return broker
            except Exception as error:  # a library's fault, too: with fewer symbols it may open
                words = error.message if isinstance(error, InputError) else words_of(error)
                if broker is not None:
                    with suppress(Exception):  # the failure above is what is told
                        await asyncio.wait_for(broker.close(), 2.0)
                if isinstance(error, (InputError, TimeoutError)):
                    break
        self._report.add("venue", Did.FAILED, f"the venue cannot be reached: {words}")
        return None

    def _symbols(self, known: Known) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self._kill.symbols, *known.symbols]))

    async def _stop(self, venue: Venue, known: Known) -> None:
        kill = self._kill
        listed = await self._listed(venue, known)
        mine = ours(listed, known, kill.everything)
        entries = [order for order in mine if is_entry(order, known, venue.broker.kind)]
        others = [order for order in mine if not is_entry(order, known, venue.broker.kind)]
        await venue.cancel_all(entries)
        closing = Closing(venue, known, self._symbols(known))
        if kill.flatten:
            if venue.broker.kind is Kind.SPOT:  # their stops hold what is to be sold
                await venue.cancel_all(others)
                await closing.spot(kill.everything)
            elif await closing.contracts():  # stops last, so that no position is without one before it is closed
                await venue.cancel_all(others)
        foreign = len(listed) - len(mine)
        if foreign:
            self._report.add("orders", Did.LEFT, f"{_count(foreign, 'order')} of others; --all cancels them, too")
        if others and not kill.flatten:
            self._report.add("orders", Did.LEFT, f"{_count(len(others), 'exit order')} (stops and targets) stay")
        await self._confirm(venue, known, {order.venue_id for order in mine})

    async def _listed(self, venue: Venue, known: Known) -> list[OrderReport]:
        """All open orders; symbol by symbol where the venue does not list them all."""
        try:
            return await venue.asked(lambda: venue.broker.open_orders())
        except ReadError as error:
            found: dict[str, OrderReport] = {}
            symbols = self._symbols(known)
            for symbol in symbols:
                try:
                    orders = await venue.asked(lambda symbol=symbol: venue.broker.open_orders(symbol))  # type: ignore[misc]  # a lambda's default has no type
                    found |= {order.venue_id: order for order in orders}
                except ReadError as refused:
                    self._report.add(
                        symbol, Did.FAILED, f"open orders of {symbol} cannot be listed: {words_of(refused)}"
                    )
            if not symbols:
                self._report.add("orders", Did.FAILED, f"open orders cannot be listed: {words_of(error)}")
            return list(found.values())

    async def _confirm(self, venue: Venue, known: Known, seen: set[str]) -> None:
        """Ask again; what was on its way to the venue when the marker was left is canceled as it shows."""
        left: list[OrderReport] = []
        for _ in range(_LISTS):
            left = ours(await self._listed(venue, known), known, self._kill.everything)
            left = [order for order in left if self._kill.flatten or is_entry(order, known, venue.broker.kind)]
            fresh = [order for order in left if order.venue_id not in seen]
            if not fresh:
                break
            seen |= {order.venue_id for order in fresh}
            await venue.cancel_all(fresh)
        told = {step.subject for step in self._report.steps if step.did in (Did.FAILED, Did.UNCLEAR)}
        for order in left:
            if order.venue_id not in told:
                self._report.add(order.venue_id, Did.UNCLEAR, f"still open: {order.client_id or order.venue_id}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
