"""What a report and fills say about an order, as events: pure, and the same whoever brought them.

1. that the venue has the order: accepted, found again after it was thought absent, or changed by somebody;
2. the fills that are new; a fee that is told late;
3. its end, once its fills come to the final quantity. A fill always wins over a status.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..brokers.words import FillReport, OrderReport, Status
from ..ledger.events import Event
from ..ledger.events_account import FeeCorrected, Filled
from ..ledger.events_orders import (
    OrderAccepted,
    OrderAdopted,
    OrderCanceled,
    OrderExpired,
    OrderRejected,
)
from ..ledger.exact import ZERO, add, share, subtract
from ..ledger.rows import FillRow, OrderRow
from ..ledger.values import ENDED, IN_DOUBT, OrderState, Role
from .amending import amended

_BELIEVED_ABSENT = frozenset({OrderState.REJECTED, OrderState.NEVER_PLACED})
OVER = frozenset({Status.CLOSED, Status.CANCELED, Status.EXPIRED, Status.REJECTED})

Booked = Callable[[FillReport], Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`complete`: nothing that was told is still waiting for fills."""

    events: tuple[Event, ...]
    complete: bool


def fee_currency(symbol: str) -> str:
    """Where a fee is booked that the venue did not tell."""
    pair, _, settle = symbol.partition(":")
    return settle or pair.partition("/")[2]


def filled(it: FillReport, account: str, order_id: str | None, strategy: str = "") -> Filled:
    """The event of one execution; a fee that was not told is 0 until it is."""
    told = it.fee is not None and it.fee_currency is not None
    return Filled(
        account, it.symbol, it.fill_id, it.symbol, it.side, it.quantity, it.price,
        it.fee if told and it.fee is not None else ZERO,
        it.fee_currency if told and it.fee_currency is not None else fee_currency(it.symbol),
        it.time, it.source, order_id, it.maker, strategy,
    )  # fmt: skip


def corrected(it: FillReport, rows: Sequence[FillRow]) -> Iterable[FeeCorrected]:
    """The fee of a known fill, where only now it is told; `rows` are all of its parts."""
    if it.fee is None or it.fee_currency is None or not it.fee or any(row.fee for row in rows):
        return
    left, whole = it.fee, add(*(row.quantity for row in rows))
    for row in rows:
        fee = share(it.fee, row.quantity, whole) if row is not rows[-1] else left
        left = subtract(left, fee)
        words = "the venue told the fee later"
        yield FeeCorrected(row.account, row.market, row.fill_id, fee, it.fee_currency, words)


def settle(
    row: OrderRow,
    report: OrderReport | None,
    fills: Sequence[FillReport],
    known: Mapping[str, FillRow],
    whole: bool,
    booked: Booked,
) -> Verdict:
    """Events that follow for one of our orders. `whole`: `fills` are all of it, asked for after the report was made;
    `booked`: what follows from one of them, known or new."""
    if row.state is OrderState.DENIED:
        return Verdict((), True)
    new = {it.fill_id: it for it in fills if it.fill_id not in known}
    total = add(row.filled, *(it.quantity for it in new.values()))
    refused = report is not None and report.status is Status.REJECTED and not total and not report.filled
    events: list[Event] = []
    if report is not None and not (refused and row.state in IN_DOUBT):
        events += _found(row, report)
    if report is not None and total < report.quantity:
        events += amended(row, report)
    fresh = [event for it in fills for event in booked(it)]
    events += fresh
    own = add(row.filled, *(event.quantity for event in fresh if isinstance(event, Filled)))
    if report is None:
        return Verdict(tuple(events), True)
    enough = total >= report.filled
    if report.status not in OVER:
        return Verdict(tuple(events), enough)
    if own >= row.quantity or (row.state in ENDED and row.state not in _BELIEVED_ABSENT):
        return Verdict(tuple(events), enough)
    if not (whole and enough):
        return Verdict(tuple(events), False)
    words = f"{report.source}: {report.status}, filled {total} of {row.quantity}, {len(fills)} fills asked for"
    if own < total:  # no fill is to come that would end it: they are in the books, and stay whose they are
        words += f"; {subtract(total, own)} of it was booked before the order was known"
    if refused and row.state in IN_DOUBT:
        events.append(OrderRejected(row.order_id, "REJECTED", words))
    elif report.status is Status.CANCELED:
        events.append(OrderCanceled(row.order_id, own, words))
    else:
        events.append(OrderExpired(row.order_id, own, words))
    return Verdict(tuple(events), True)


def ended_external(row: OrderRow, report: OrderReport) -> tuple[Event, ...]:
    """The end of somebody else's order; its fills stand by themselves."""
    if row.state in ENDED or report.status not in OVER:
        return ()
    return (OrderCanceled(row.order_id, row.filled, f"{report.source}: {report.status}, filled {report.filled}"),)


def adopted(report: OrderReport, account: str, strategy: str, ours: bool) -> OrderAdopted:
    """An order of the venue that the ledger does not know."""
    name = report.client_id if ours and report.client_id else f"{report.symbol}#{report.venue_id}"
    words = f"{report.source}: found at the venue, {report.status}"
    return OrderAdopted(
        name, account, strategy, report.symbol, report.side, report.type, report.quantity, report.venue_id, ours, words,
        report.price, report.trigger, report.reduce_only,
    )  # fmt: skip


def _found(row: OrderRow, report: OrderReport) -> Iterable[Event]:
    if row.state in _BELIEVED_ABSENT:
        yield OrderAdopted(
            row.order_id, row.account, row.strategy, row.symbol, row.side, row.type, row.quantity, report.venue_id,
            True, f"{report.source}: {report.status} at the venue, though it was {row.state}",
        )  # fmt: skip
    elif row.venue_id is None and (row.state not in ENDED or row.state is OrderState.FILLED):
        yield OrderAccepted(row.order_id, report.venue_id, report.time)


def closes(role: Role, reduce_only: bool) -> bool:
    """Whether an order is for making a position smaller."""
    return reduce_only or role in (Role.EXIT, Role.STOP, Role.TARGET, Role.EMERGENCY)
