"""What is asked again and again: open orders, those that left the list, their fills, balances and positions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from .order_questions import OrderQuestions
from .words import OrderReport, Reference, Report, Status


@dataclass(slots=True)
class Poller:
    """Remembers the open orders of the last round, so that one that is gone is asked for by name.

    An order missing from the list is never taken for ended: what `find` says of it counts.
    """

    orders: OrderQuestions
    account: Callable[[], Awaitable[Iterable[Report]]]
    _open: dict[str, OrderReport] = field(default_factory=dict)

    async def round(self) -> list[Report]:
        """One round's reports. Raises ReadError and what ccxt raises; nothing is forgotten then."""
        now_open = {report.venue_id: report for report in await self.orders.open_orders(None)}
        found: list[Report] = []
        kept: dict[str, OrderReport] = dict(now_open)
        for venue_id, before in self._open.items():
            report = now_open.get(venue_id) or await self.orders.find(_reference(before))
            if report is None:
                continue
            found += await self._news(before.filled, report)
            if report.status is Status.OPEN:
                kept[report.venue_id] = report
        for venue_id, report in now_open.items():
            if venue_id not in self._open:
                found += await self._news(Decimal(0), report)
        found += await self.account()
        self._open = kept
        return found

    async def _news(self, known: Decimal, report: OrderReport) -> list[Report]:
        """Its fills first, so that whoever counts them is never behind the order."""
        fills = await self.orders.order_fills(_reference(report)) if report.filled > known else []
        return [*fills, report]


def _reference(report: OrderReport) -> Reference:
    waiting = report.trigger is not None
    return Reference(report.symbol, report.client_id, report.venue_id, waiting)
