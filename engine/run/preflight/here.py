"""What can be told on this machine before the venue is asked: keys, ledger, disk, limits, order types, alerts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ...brokers.capabilities import abilities
from ...brokers.key_stores import file_password, stores
from ...brokers.keys import Keys, find_keys
from ...brokers.local_session import Endpoint
from ...brokers.venue_facts import Facts, facts_of
from ...brokers.words import Abilities
from ...diagnostics.diagnostic import InputError
from ...language.deployment import Deployment, Run
from ...language.strategy import Market, OrderType
from ...language.stricter import told_limits
from ...ledger.values import OrderType as VenueType
from ...market.venue import Kind
from ..beside import Beside
from ..halt_marker import HaltMarker
from ..live.notify import address_of
from .check import Check, fail, ok, warn
from .rights import rights_check

Find = Callable[[str], Keys]
FULL, NARROW = 100 * 2**20, 2**30
"""Free bytes below which a start is refused, and below which it is warned of."""
_STOPS = {VenueType.STOP, VenueType.STOP_LIMIT}


@dataclass(frozen=True, slots=True)
class Here:
    """`find` gives an account's keys; `free` the bytes that are free in a folder."""

    deployment: Deployment
    beside: Beside | None
    find: Find = lambda account: find_keys(account, stores(file_password))
    free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free

    def checks(self) -> Iterator[Check]:
        yield self._place()
        yield self._keys()
        yield from self._halt()
        yield from self._disk()
        if "://" not in self.deployment.ledger:
            yield from rights_check(Path(self.deployment.ledger))
        yield from self._limits()
        yield from self._orders()
        yield from self._alerts()

    def _place(self) -> Check:
        deployment = self.deployment
        local = deployment.endpoint
        if local is None and deployment.sandbox:
            return ok("venue", f"the test network of {deployment.venue}: no real money")
        if local is None:
            return ok("venue", f"{deployment.venue}, account {deployment.account}: real money")
        try:
            Endpoint.parse(dict(local.hosts) if local.hosts else local.address)
        except InputError as error:
            return fail("venue", error.message, error.help or "")
        return ok("venue", f"a simulated {deployment.venue} on this machine: this is no real trading")

    def _keys(self) -> Check:
        try:
            keys = self.find(self.deployment.account)
            keys.check(self.deployment.venue)
        except InputError as error:
            return fail("keys", error.message, error.help or "run `stratrun keys set`")
        return ok("keys", f"found in {keys.source}")

    def _halt(self) -> Iterator[Check]:
        halted = HaltMarker(self.beside.marker).read() if self.beside is not None else None
        if halted is not None:
            words = f"halted by {halted.who} ({halted.why}): nothing but exits will be sent"
            yield warn("halt", words, "`stratrun resume --why …` once the cause is mended")

    def _disk(self) -> Iterator[Check]:
        if self.beside is None:
            return
        folder = self.beside.anchor.absolute().parent
        try:
            free = self.free(folder)
        except OSError as error:
            yield fail("disk", f"{folder}: {error.strerror or error}", "make the folder, or name another ledger")
            return
        words = f"{free / 2**30:,.1f} GiB free beside the ledger"
        if free < FULL:
            yield fail("disk", words, "make room: nothing is sent that cannot be recorded")
        else:
            yield warn("disk", words, "make room soon") if free < NARROW else ok("disk", words)

    def _limits(self) -> Iterator[Check]:
        for run in self.deployment.runs():
            told = told_limits(run.strategy.risk)
            name = f"limits of {run.name}"
            if told:
                yield ok(name, f"in force: {'; '.join(told)}")
            else:
                yield warn(name, "there are none", "write `limits:` in the deployment, such as `max_open: 3`")

    def _orders(self) -> Iterator[Check]:
        kind = Kind.PERP if self.deployment.market is Market.PERP else Kind.SPOT
        try:
            can, facts = abilities(self.deployment.venue, kind), facts_of(self.deployment.venue, kind)
        except InputError as error:
            yield fail("orders", error.message, error.help or "")
            return
        if facts.leverage_said and self.deployment.leverage is None:
            words = f"{self.deployment.venue} takes a leverage with each order of contracts, and none is named"
            yield fail("orders", words, "write `leverage:` in the deployment, such as `leverage: 1`")
        for run in self.deployment.runs():
            yield order_check(run, can, facts, self.deployment.venue)

    def _alerts(self) -> Iterator[Check]:
        notify = self.deployment.notify
        if notify.log is None and notify.http is None:
            yield warn("alerts", "nobody is told when something goes wrong", "write `notify:` in the deployment")
        if notify.http is not None:
            try:
                address_of(notify.http, os.environ)
                yield ok("alerts", f"sent to the address in {notify.http}")
            except InputError as error:
                yield fail("alerts", error.message, error.help or "")
        if notify.log is not None:
            folder = Path(notify.log).absolute().parent
            if folder.is_dir() and os.access(folder, os.W_OK):
                yield ok("alerts", f"appended to {notify.log}")
            else:
                yield fail(
                    "alerts", f"{notify.log}: its folder cannot be written to", "make the folder, or name another"
                )


def order_check(run: Run, can: Abilities, facts: Facts, venue: str) -> Check:
    """Whether the venue takes what the strategy sends: its entries, market exits, and who watches its stops."""
    name, kind = f"orders of {run.name}", _SENT[run.strategy.orders.type]
    missing = sorted({kind, VenueType.MARKET} - can.types)
    if kind in _STOPS and kind not in can.stops:
        missing = sorted({*missing, kind})
    if missing:
        return fail(name, f"{venue} takes no {' and no '.join(missing)} orders from here", "use another `orders.type`")
    if kind is VenueType.MARKET and run.strategy.long is not None and not facts.market_buy:
        words = f"{venue} takes no market buys of a quantity, only of a cost"
        return fail(name, words, "use `orders: {type: limit}`")
    sides = [side for side in (run.strategy.long, run.strategy.short) if side is not None]
    guarded = any(side.exit.stop is not None or side.exit.trail is not None for side in sides)
    if guarded and VenueType.STOP not in can.stops:
        words = f"{venue} keeps no stop-market orders: stops are watched by this process while it runs"
        return warn(name, words, "keep the process running, or take a venue that keeps stops")
    stops = "; the venue keeps the stops" if guarded else "; it has no stop"
    return ok(name, f"{kind} entries{stops}")


_SENT = {
    OrderType.MARKET: VenueType.MARKET,
    OrderType.LIMIT: VenueType.LIMIT,
    OrderType.STOP: VenueType.STOP,
    OrderType.STOP_LIMIT: VenueType.STOP_LIMIT,
}
