"""Where reports become events, whoever brings them: the stream, a poll, the resolver or reconciliation.

A fill is booked to the order it names. One that names an order we cannot place waits while a send is in flight, is
asked for by the venue's id, and only then counts as somebody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..brokers.outcome import ReadError
from ..brokers.words import FillReport, OrderReport, Reference
from ..ledger.events import Event
from ..ledger.events_account import DriftFound, Filled
from ..ledger.refusal import RefusedError
from ..ledger.rows import OrderRow
from ..ledger.values import ENDED, FindingKind, OrderState, Side
from .amending import affordable
from .client_id import is_ours
from .dividing import Dividing
from .evidence import OVER, Verdict, adopted, ended_external, settle
from .parts import Parts
from .state import State

Chase = Callable[[str, str], None]
"""Find out everything about an order, in the background: (order id, why)."""


class Intake:
    """`held` are reports that nobody can place yet; reading must not move its cursor past them."""

    def __init__(self, parts: Parts, chase: Chase) -> None:
        self._parts, self._chase = parts, chase
        self.held: list[FillReport | OrderReport] = []

    async def fills(self, reports: Sequence[FillReport], also: Sequence[Event] = ()) -> int:
        """Book executions and record `also` in the same append; returns how many were new."""
        placed: list[tuple[FillReport, str | None]] = []
        answers: dict[tuple[str, str], OrderRow | bool] = {}
        for report in reports:
            row = await self._order_of(report, answers)
            if row is True:
                self.held.append(report)
                continue
            ours = isinstance(row, OrderRow) and row.ours
            if not ours:  # divided over those who hold now, it must be a new one
                await self._parts.journal.recall_fill(report.symbol, report.fill_id)
            placed.append((report, row.order_id if ours and isinstance(row, OrderRow) else None))
        return await self._book(placed, also)

    async def order(self, report: OrderReport) -> None:
        """Take an order's report; whatever it leaves open is chased."""
        row = await self._known(report.symbol, report.client_id, report.venue_id)
        if row is None and report.client_id is None and self._sending(report.symbol):
            self.held.append(report)
            return
        if row is None:
            row = await self._adopt(report)
        if row is None:
            return
        stale = report.filled < row.filled or (row.state in ENDED and row.state not in _ABSENT)
        if stale and report.filled <= row.filled:
            return
        if not await self.settle(row.order_id, report, (), whole=False):
            self._chase(row.order_id, f"{report.source} says {report.status}, filled {report.filled}")

    async def settle(
        self, order_id: str, report: OrderReport | None, fills: Sequence[FillReport], whole: bool
    ) -> bool:  # fmt: skip
        """Record what report and fills prove about an order; False while fills are missing."""
        row = self._parts.state.order(order_id)
        if row is not None and not row.ours:
            await self.fills(fills)
            if report is not None:
                await self._parts.journal.insist(lambda state: ended_external(state.order(order_id) or row, report))
            return True
        if row is not None and (row.intent_id is None or row.state in _ABSENT):  # booked before it was known, perhaps
            for fill in fills:
                await self._parts.journal.recall_fill(fill.symbol, fill.fill_id)
        verdicts: list[Verdict] = []

        def make(state: State) -> Sequence[Event]:
            row = state.order(order_id)
            if row is None:
                return ()
            dividing = Dividing(state)
            verdicts.append(
                settle(row, report, fills, state.fills(order_id), whole, lambda it: dividing.events(it, order_id))
            )
            return tuple(affordable(state, event) for event in verdicts[-1].events)

        await self._parts.journal.insist(make)
        return verdicts[-1].complete if verdicts else True

    async def release(self) -> None:
        """Look again at what was held."""
        held, self.held = self.held, []
        fills = [report for report in held if isinstance(report, FillReport)]
        if fills:
            await self.fills(fills)
        for report in held:
            if isinstance(report, OrderReport):
                await self.order(report)

    async def _known(self, symbol: str, client_id: str | None, venue_id: str) -> OrderRow | None:
        state, journal = self._parts.state, self._parts.journal
        row = state.order(client_id) if client_id else None
        row = row or state.by_venue(symbol, venue_id)
        if row is None and is_ours(client_id, state.prefixes()):
            row = await journal.recall(client_id)
        elif row is None and client_id is None:
            row = await journal.recall(None, (symbol, venue_id))
        return row if row is None or row.symbol == symbol else None

    async def _order_of(
        self, report: FillReport, answers: dict[tuple[str, str], OrderRow | bool]
    ) -> OrderRow | bool:  # fmt: skip
        """The fill's order; False: somebody else's; True: it cannot be said yet."""
        row = await self._known(report.symbol, report.client_id, report.venue_id)
        if row is not None:
            return row
        name = (report.symbol, report.venue_id)
        if name not in answers:
            answers[name] = await self._ask(report)
        return answers[name]

    async def _ask(self, report: FillReport) -> OrderRow | bool:
        if self._sending(report.symbol):
            return True
        if report.client_id is not None and not is_ours(report.client_id, self._parts.state.prefixes()):
            return False
        try:
            found = await self._parts.ask(
                self._parts.broker.find(Reference(report.symbol, report.client_id, report.venue_id))
            )
        except ReadError:
            return True
        if found is None:
            return any(row.venue_id is None for row in self._parts.state.unsure(report.symbol))
        row = await self._known(report.symbol, found.client_id, found.venue_id)
        return row or await self._adopt(found) or False

    def _sending(self, symbol: str) -> bool:
        return any(row.state is OrderState.SUBMITTING for row in self._parts.state.live(symbol))

    async def _adopt(self, report: OrderReport) -> OrderRow | None:
        """Take an order into the ledger: ours by its prefix, or an open one of somebody else's."""
        state = self._parts.state
        ours = is_ours(report.client_id, state.prefixes())
        if not ours and report.status in OVER:
            return None
        event = adopted(report, self._parts.account, _owner(state, report) if ours else "", ours)
        await self._parts.journal.insist(lambda now: () if now.order(event.order_id) else (event,))
        words = "with our prefix, unknown to the ledger" if ours else "somebody else's"
        self._parts.alert("ORDER_FOUND", report.symbol, f"order {event.order_id}, {words}: {report.status}")
        return self._parts.state.order(event.order_id)

    async def _book(self, placed: Sequence[tuple[FillReport, str | None]], also: Sequence[Event]) -> int:
        refused: dict[str, str] = {}
        made: list[tuple[str, Event]] = []

        def make(state: State) -> Sequence[Event]:
            made[:] = [(name, self._unbooked(name, words)) for name, words in refused.items()]
            dividing = Dividing(state)
            for report, order_id in placed:
                name = f"{report.symbol}|{report.fill_id}"
                if name not in refused:
                    made.extend((name, event) for event in dividing.events(report, order_id))
            made.extend(("", event) for event in also)
            return tuple(event for _, event in made)

        while True:
            try:
                posted = await self._parts.journal.insist(make)
                return sum(isinstance(change.entry.event, Filled) for change in posted.changes)
            except RefusedError as error:
                name, event = made[error.index]
                if not isinstance(event, Filled):
                    raise
                refused[name] = error.words
                self._parts.alert("FILL_REFUSED", event.symbol, f"fill {event.fill_id}: {error.words}")

    def _unbooked(self, name: str, words: str) -> DriftFound:
        words = f"a fill could not be booked: {words}"
        symbol = name.partition("|")[0]
        return DriftFound(f"fill:{name}", self._parts.account, FindingKind.OTHER, symbol, None, None, words)


_ABSENT = frozenset({OrderState.REJECTED, OrderState.NEVER_PLACED})


def _owner(state: State, report: OrderReport) -> str:
    """Whose an order of ours is that the ledger does not know. What closes is nobody's: each of its fills is whose
    position it closes then."""
    closes = report.reduce_only or (":" not in report.symbol and report.side is Side.SELL)
    return "" if closes or state.shrinks(report.symbol, report.side) else state.owner(report.symbol)
