"""Compares everything with the venue: trades since the cursor, open orders, funding, balances, positions.

1. trades of every symbol that either side has something to do with; cursor and fills move in one append;
2. open orders: unknown ones are adopted, ours that are missing there are asked for one by one;
3. balances and positions. What differs must differ again a moment later, with no order in doubt to explain it and no
   fill of ours meanwhile; then it is booked as a transfer, or found as drift, which forbids entries until it is over.
A read that fails ends the comparison: it is never taken for "nothing".
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal

from ..brokers.outcome import ReadError
from ..brokers.words import BalancesReport, FillReport, OrderReport, PositionReport
from ..ledger.events import Event
from ..ledger.events_account import CursorMoved, Reconciled
from ..ledger.refusal import UnreachableError
from ..ledger.rows import OrderRow
from ..ledger.values import OrderState
from .drift import Stand, could_be, differences, misplaced, seen_now, shortages, transfers
from .funding import funding
from .parts import Parts
from .resolver import Resolver
from .state import State

_AGAIN = 10.0
_STANDING = frozenset({OrderState.OPEN, OrderState.PARTIAL})
_QUIET = 86_400_000
"""Ms that a quiet symbol's past is read again at least: what a venue tells late is seen, and no more each day."""


class Reconciler:
    """One comparison at a time."""

    def __init__(self, parts: Parts, resolver: Resolver) -> None:
        self._parts, self._resolver = parts, resolver
        self._turn = asyncio.Lock()
        self._refreshed: float | None = None
        self._asked: tuple[str, float] | None = None
        self._funded: dict[str, set[str]] = {}
        """Payments that are booked, by symbol, as far as they may be read again."""
        self._terms: dict[str, tuple[Decimal | None, bool | None]] = {}

    async def run(self, reason: str) -> Reconciled:
        """Compare and mend. Raises ReadError when the venue does not answer; nothing is concluded then."""
        async with self._turn:
            parts = self._parts
            await self._resolver.intake.release()
            orders, standing = await self._open_orders()
            symbols = sorted(parts.state.symbols() | {report.symbol for report in orders})
            fresh = await self._read_fills(symbols)
            await self._compare_orders(orders, standing)
            for symbol in symbols:
                await self._read_funding(symbol)
            found = await self._money(symbols)
            done = Reconciled(parts.account, reason, tuple(symbols), len(symbols) + len(orders) + fresh, found)
            await parts.journal.insist(lambda state: (done,))
            parts.compared = True
            return done

    async def forever(self) -> None:
        """Compare again and again; a venue that does not answer is asked again."""
        parts = self._parts
        while parts.settings.reconcile:
            await parts.clock.sleep(parts.settings.reconcile if parts.compared else parts.settings.confirm)
            await self._try("by the clock")

    def soon(self, reason: str, wait: float | None = None) -> None:
        """Compare in the background, a moment from now; where that is going on already, once more after it."""
        self._asked = (reason, self._parts.settings.confirm if wait is None else wait)

        async def work() -> None:
            while self._asked is not None:
                why, moment = self._asked
                await self._parts.clock.sleep(moment)
                self._asked = None
                await self._try(why)

        self._parts.tasks.once("reconcile soon", work)

    async def within(self, seconds: float, reason: str) -> None:
        """Compare now, and wait for that no longer than so; it goes on in the background."""
        self.soon(reason, 0.0)
        await self._parts.tasks.ended("reconcile soon", seconds)

    def refresh(self, why: str) -> None:
        """The venue refused what it should have taken: read its clock and its terms again, once in a while."""
        parts, now = self._parts, asyncio.get_running_loop().time()
        if self._refreshed is not None and now - self._refreshed < _AGAIN:
            return
        self._refreshed = now

        async def work() -> None:
            try:
                await parts.ask(parts.broker.open(sorted(parts.state.symbols())))
            except ReadError as error:
                parts.alert("UNREADABLE", parts.broker.name, f"after {why}: {error.words}")

        parts.tasks.once("refresh", work)

    async def _try(self, reason: str) -> None:
        try:
            await self._parts.ask(self._parts.broker.sync())
            await self.run(reason)
        except ReadError as error:
            self._parts.alert("UNREADABLE", self._parts.broker.name, error.words)
        except UnreachableError:
            raise
        except Exception as error:  # the next comparison may go through
            self._parts.alert("FAILED", "reconcile", f"{type(error).__name__}: {error}")

    async def _open_orders(self) -> tuple[list[OrderReport], list[OrderRow]]:
        standing = [row for row in self._parts.state.live() if row.state in _STANDING]
        return await self._parts.ask(self._parts.broker.open_orders()), standing

    async def _compare_orders(self, reports: Sequence[OrderReport], standing: Sequence[OrderRow]) -> None:
        there = {(report.symbol, report.venue_id) for report in reports}
        for report in reports:
            await self._resolver.intake.order(report)
        for row in standing:
            if (row.symbol, row.venue_id) not in there:
                self._resolver.chase(row.order_id, "it is missing from the venue's open orders")

    async def _read_fills(self, symbols: Sequence[str]) -> int:
        """How many were new, of every symbol. One that cannot be read keeps no other from being read; two one after
        the other are a venue that does not answer. Raises ReadError then, too."""
        fresh, failed, before = 0, None, False
        for symbol in symbols:
            try:
                fresh += await self._read_symbol(symbol)
                before = False
            except ReadError as error:
                failed = failed or error
                if before:
                    break
                before = True
        if failed is not None:
            raise failed
        return fresh

    async def _read_symbol(self, symbol: str) -> int:
        parts, stream = self._parts, f"fills {symbol}"
        floor, cursor = parts.state.cursor(f"since {symbol}"), parts.state.cursor(stream)
        if floor is None:
            begun = [row.created for row in parts.state.all(OrderRow) if row.symbol == symbol]
            floor = str(min(begun) - parts.settings.overlap if begun else parts.broker.now())
            await parts.journal.insist(lambda state: (CursorMoved(parts.account, f"since {symbol}", floor),))
        since, asked = max(int(floor), int(cursor or floor) - parts.settings.overlap), parts.broker.now()
        told = await parts.ask(parts.broker.fills(symbol, since), parts.settings.history)
        reports = [it for it in told if it.time >= int(floor)]
        known = int(cursor or floor)
        last = _read_to(asked, max([known, *(it.time for it in reports)]))
        if not reports and last == known:
            return 0
        waiting = [it.time for it in self._resolver.intake.held if isinstance(it, FillReport) and it.symbol == symbol]
        moved = CursorMoved(parts.account, stream, str(min([last, *waiting])))
        also = () if moved.value == cursor else (moved,)
        booked = await parts.journal.booked(symbol, since)
        fresh = [it for it in reports if it.fill_id not in booked or (it.fee and not booked[it.fill_id])]
        return await self._resolver.intake.fills(fresh, also)

    async def _read_funding(self, symbol: str) -> None:
        if ":" not in symbol:
            return
        parts, stream = self._parts, f"funding {symbol}"
        floor = parts.state.cursor(f"since {symbol}") or str(parts.broker.now())
        since, asked = int(parts.state.cursor(stream) or floor), parts.broker.now()
        told = await parts.ask(parts.broker.funding(symbol, since), parts.settings.history)
        found = [it for it in told if it.time >= since]
        last = _read_to(asked, max([since, *(it.time for it in found)]))
        if not found and last == since:
            return
        if symbol not in self._funded:
            self._funded[symbol] = await parts.journal.funded(symbol, since)
        fresh = [it for it in found if it.funding_id not in self._funded[symbol]]
        if not fresh and last == since:
            return
        if fresh:
            await parts.journal.recall_fills(symbol, min(it.time for it in fresh))
        moved = CursorMoved(parts.account, stream, str(last))
        await parts.journal.insist(lambda state: [*(part for it in fresh for part in funding(it, state)), moved])
        self._funded[symbol] = {it.funding_id for it in found}

    async def _money(self, symbols: Sequence[str]) -> int:
        """Look at what is held; what differs is looked at again before it counts. Returns how much did."""
        parts, stand = self._parts, Stand.of(self._parts.state)
        first = await self._look(symbols)
        await parts.journal.insist(lambda state: seen_now(state, first[0]))
        if not self._differs(symbols, first):
            return await self._conclude(symbols, stand, first, first)
        await parts.clock.sleep(parts.settings.confirm)
        await self._read_fills(symbols)
        return await self._conclude(symbols, stand, first, await self._look(symbols))

    async def _look(self, symbols: Sequence[str]) -> tuple[BalancesReport, list[PositionReport]]:
        broker, contracts = self._parts.broker, [symbol for symbol in symbols if ":" in symbol]
        balances = await self._parts.ask(broker.balances())
        positions = await self._parts.ask(broker.positions(contracts)) if contracts else []
        for report in positions:
            self._compare_terms(report)
        return balances, positions

    def _compare_terms(self, report: PositionReport) -> None:
        """Leverage and margin mode are set before trading; whoever changes them since changes what can be lost."""
        terms = (report.leverage, report.isolated)
        before = self._terms.setdefault(report.symbol, terms)
        if before != terms:
            self._terms[report.symbol] = terms
            told = [f"{leverage}x, {'isolated' if isolated else 'cross'}" for leverage, isolated in (before, terms)]
            self._parts.alert("LEVERAGE", report.symbol, f"somebody changed {told[0]} to {told[1]}")

    def _differs(self, symbols: Sequence[str], seen: tuple[BalancesReport, list[PositionReport]]) -> bool:
        state, slack = self._parts.state, self._parts.settings.tolerance
        spot, contracts = _kinds(symbols)
        held = any(state.held(symbol) for symbol in contracts)
        return bool(
            (not held and differences(state, seen[0], slack))
            or shortages(state, seen[0], spot, 0, slack)
            or misplaced(state, seen[1], contracts, 0)
        )

    async def _conclude(
        self,
        symbols: Sequence[str],
        stand: Stand,
        first: tuple[BalancesReport, list[PositionReport]],
        second: tuple[BalancesReport, list[PositionReport]],
    ) -> int:
        parts = self._parts
        slack, place, now = parts.settings.tolerance, parts.journal.writer.head.seq, parts.broker.now()
        spot, contracts = _kinds(symbols)

        def make(state: State) -> Sequence[Event]:
            before, after = differences(state, first[0], slack), differences(state, second[0], slack)
            same = {currency: change for currency, change in after.items() if before.get(currency) == change}
            busy = [row for row in state.live() if row.state not in _STANDING or self._resolver.pending(row.order_id)]
            moved, currencies = stand.moved(state)
            same = {currency: change for currency, change in same.items() if currency not in currencies}
            moving = {row.symbol for row in busy} | moved
            if any(":" in symbol for symbol in moving) or any(state.held(symbol) for symbol in contracts):
                same = {}  # a contract's unrealised profit may be in the totals
            for row in busy:
                if ":" not in row.symbol and could_be(row, after):
                    base, _, quote = row.symbol.partition("/")
                    same = {c: change for c, change in same.items() if c not in (base, quote)}
            quiet = [symbol for symbol in symbols if symbol not in moving]
            events = [*seen_now(state, second[0]), *transfers(state, same, now, place)]
            events += shortages(state, second[0], [symbol for symbol in spot if symbol in quiet], place, slack)
            if first[1] == second[1]:
                told = [symbol for symbol in contracts if symbol in quiet]
                events += misplaced(state, second[1], told, place)
            return events

        posted = await parts.journal.insist(make)
        for change in posted.changes:
            if change.entry.kind in ("drift_found", "transferred"):
                parts.alert(change.entry.kind.upper(), parts.account, str(change.entry.event))
        if self._differs(spot + contracts, second) and not parts.state.drift():
            self.soon("a difference is left", _AGAIN)
        return sum(change.entry.kind in ("drift_found", "transferred") for change in posted.changes)


def _kinds(symbols: Sequence[str]) -> tuple[list[str], list[str]]:
    """(spot, contracts)."""
    return [s for s in symbols if ":" not in s], [s for s in symbols if ":" in s]


def _read_to(asked: int, last: int) -> int:
    """The time up to which all is known, of when it was asked for and of what happened last."""
    return asked - _QUIET if asked - last > 2 * _QUIET else last
