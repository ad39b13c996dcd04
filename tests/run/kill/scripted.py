"""A broker that plays a venue from a few tables, with failures where a test wants them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from stratrun.engine.brokers.outcome import NotFoundError
from stratrun.engine.brokers.words import (
    Abilities,
    Balance,
    BalancesReport,
    CandleReport,
    FillReport,
    FundingReport,
    OrderReport,
    Permissions,
    PositionReport,
    Quote,
    Reference,
    Report,
    Status,
    Ticket,
)
from stratrun.engine.ledger.values import OrderType, Side, Source, Texts
from stratrun.engine.market.instrument import Instrument, make_instrument
from stratrun.engine.market.venue import Kind

D = Decimal


def order(
    name: str, client_id: str | None, side: Side = Side.BUY, symbol: str = "BTC/USDT", reduce_only: bool = False,
    trigger: Decimal | None = None,
) -> OrderReport:  # fmt: skip
    kind = OrderType.LIMIT if trigger is None else OrderType.STOP
    return OrderReport(symbol, name, client_id, side, kind, Status.OPEN, D(1), D(0), D(50_000), trigger, reduce_only,
                       0, Source.ANSWER)  # fmt: skip


@dataclass
class ScriptedBroker:
    """`failures`: the next errors of a call by its name (None: it succeeds); `calls` is all that was asked."""

    kind: Kind = Kind.SPOT
    book: dict[str, OrderReport] = field(default_factory=dict)
    held: dict[str, Decimal] = field(default_factory=dict)
    free: dict[str, Decimal] = field(default_factory=dict)
    failures: dict[str, list[Exception | None]] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    unlisted: frozenset[str] = frozenset()
    closed: bool = False

    @classmethod
    def of(cls, *orders: OrderReport, **more: Any) -> ScriptedBroker:
        return cls(book={report.venue_id: report for report in orders}, **more)

    def called(self) -> Counter[str]:
        return Counter(name for name, _ in self.calls)

    def _call(self, name: str, what: Any = None) -> None:
        self.calls.append((name, what))
        waiting = self.failures.get(name, [])
        failure = waiting.pop(0) if waiting else None
        if failure is not None:
            raise failure

    @property
    def name(self) -> str:
        return "scripted"

    @property
    def abilities(self) -> Abilities:
        raise AssertionError("the switch asks no table")

    async def open(self, symbols: Sequence[str]) -> None:
        self._call("open", tuple(symbols))
        for symbol in symbols:
            if symbol in self.unlisted:
                raise LookupError(symbol)

    async def close(self) -> None:
        self.closed = True

    def instrument(self, symbol: str) -> Instrument:
        return make_instrument(symbol, {"quantity_step": 0.001})

    def wire(self, ticket: Ticket) -> Texts:
        return (
            ("client_id", ticket.client_id), ("quantity", f"{ticket.quantity.normalize():f}"),
            ("reduce_only", str(ticket.reduce_only)), ("side", ticket.side.value), ("symbol", ticket.symbol),
        )  # fmt: skip

    async def submit(self, wire: Texts) -> OrderReport:
        self._call("submit", dict(wire))
        return order("new", dict(wire)["client_id"])

    async def cancel(self, order: Reference) -> None:
        self._call("cancel", order)
        if self.book.pop(order.venue_id or "", None) is None:
            raise NotFoundError("there is none")

    async def open_orders(self, symbol: str | None = None) -> list[OrderReport]:
        self._call("open_orders" if symbol is None else "open_orders_of", symbol)
        return [report for report in self.book.values() if symbol in (None, report.symbol)]

    async def balances(self) -> BalancesReport:
        self._call("balances")
        return BalancesReport({name: Balance(free, free) for name, free in self.free.items()}, True, Source.ANSWER)

    async def positions(self, symbols: Sequence[str]) -> list[PositionReport]:
        self._call("positions", tuple(symbols))
        return [PositionReport(s, q, None, None, None, None, Source.ANSWER) for s, q in self.held.items()]

    def now(self) -> int:
        raise AssertionError

    async def sync(self) -> int:
        raise AssertionError

    async def amend(self, order: Reference, ticket: Ticket) -> OrderReport:
        raise AssertionError

    async def find(self, order: Reference) -> OrderReport | None:
        raise AssertionError

    async def ended_orders(self, symbol: str, since: int) -> list[OrderReport]:
        raise AssertionError

    async def fills(self, symbol: str, since: int) -> list[FillReport]:
        raise AssertionError

    async def order_fills(self, order: Reference) -> list[FillReport]:
        raise AssertionError

    async def funding(self, symbol: str, since: int) -> list[FundingReport]:
        raise AssertionError

    async def quote(self, symbol: str) -> Quote:
        raise AssertionError

    async def normal(self) -> bool:
        raise AssertionError

    async def permissions(self) -> Permissions:
        raise AssertionError

    async def set_leverage(self, symbol: str, leverage: Decimal, isolated: bool) -> None:
        raise AssertionError

    async def candles(self, symbol: str, timeframe: str, since: int, limit: int) -> list[CandleReport]:
        raise AssertionError

    def reports(self) -> AsyncIterator[Report]:
        raise AssertionError

    def watch_candles(self, symbol: str, timeframe: str) -> AsyncIterator[CandleReport]:
        raise AssertionError


class SilentBroker(ScriptedBroker):
    """A venue that takes every cancel and never answers."""

    async def cancel(self, order: Reference) -> None:
        self._call("cancel", order)
        await asyncio.Event().wait()
