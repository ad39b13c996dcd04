"""The simulated exchange as a broker in the same process: no network, the same words, the same outcomes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from ..brokers.outcome import NotSentError, ReadError, RejectedError, UnclearError
from ..brokers.words import (
    Abilities,
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
    StreamReport,
    Ticket,
)
from ..ledger.values import OrderType, Source, Texts
from ..market.instrument import Instrument
from ..market.timeframe import Timeframe
from ..market.venue import Kind
from . import telling
from .accounts import Event
from .exchange import Exchange, is_stop
from .faults import CHANGING, Call, Faults
from .market_data import Candle
from .orders import Order
from .passage import Passage
from .pipe import Pipe
from .refusal import Refusal, RefusedError
from .spec import Spec
from .streams import Stream
from .tickets import request_of, wire_of

M = TypeVar("M", Report, CandleReport)
R = TypeVar("R")


class DirectBroker:
    """A `Broker` on one account and kind of market of an exchange.

    `timeout` and `latency` (each way) in seconds; `validity` in ms. On contracts, waiting stops are a list of their
    own, found and canceled only with `Reference.trigger`.
    """

    def __init__(
        self,
        exchange: Exchange,
        account: str,
        kind: Kind = Kind.SPOT,
        faults: Faults | None = None,
        timeout: float = 10.0,
        latency: float = 0.0,
        validity: int = 30_000,
    ) -> None:
        self._exchange, self._account, self._kind = exchange, exchange.accounts[account], kind
        self.faults = faults or Faults()
        self._passage = Passage(exchange, account, self.faults, timeout, latency)
        self._validity, self._offset = validity, 0
        self._instruments: dict[str, Instrument] = {}
        self._streams: list[Stream[Report] | Stream[CandleReport]] = []
        self._closed = False

    @property
    def name(self) -> str:
        return self._exchange.name

    @property
    def kind(self) -> Kind:
        return self._kind

    @property
    def abilities(self) -> Abilities:
        stops = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})
        perp = self._kind is Kind.PERP
        return Abilities(frozenset(OrderType), stops, perp, True, True, True, True, True, 36, self._validity)

    async def open(self, symbols: Sequence[str]) -> None:
        self._closed = False
        self._offset = 0
        await self.sync()

        def specs() -> dict[str, Spec]:
            return {symbol: self._exchange.market(symbol).spec for symbol in (*self._instruments, *symbols)}

        known = await self._passage.ask(Call.INSTRUMENTS, specs)
        self._instruments = {symbol: spec.instrument() for symbol, spec in known.items()}

    async def close(self) -> None:
        self.abandon()

    def abandon(self) -> None:
        """Be gone at once, as a process that was killed: streams are let go."""
        self._closed = True
        for stream in self._streams:
            stream.end()
        self._streams.clear()

    def now(self) -> int:
        return self._exchange.clock.now() + self._offset

    async def sync(self) -> int:
        theirs = await self._ask(Call.TIME, self._exchange.now)
        self._offset = theirs - self._exchange.clock.now()
        return self._offset

    def instrument(self, symbol: str) -> Instrument:
        if symbol not in self._instruments:
            raise RejectedError(Refusal.UNKNOWN_SYMBOL, f"{symbol} was not opened")
        return self._instruments[symbol]

    def wire(self, ticket: Ticket) -> Texts:
        return wire_of(ticket)

    async def submit(self, wire: Texts) -> OrderReport:
        request, sent, made = request_of(wire), self.now(), _Made()

        def place() -> OrderReport:
            self._admit(sent)
            made.order = self._exchange.place(self._account, request)
            return telling.order_report(made.order, Source.ANSWER)

        return await self._ask(Call.SUBMIT, place, made)

    async def cancel(self, order: Reference) -> None:
        sent = self.now()

        def cancel() -> None:
            self._admit(sent)
            self._exchange.cancel(self._account, self._find(order))

        await self._ask(Call.CANCEL, cancel, lambda: self._seen(order))

    async def amend(self, order: Reference, ticket: Ticket) -> OrderReport:
        request, sent, made = request_of(wire_of(ticket)), self.now(), _Made()

        def replace_it() -> OrderReport:
            self._admit(sent)
            old = self._find(order)
            try:
                made.order = self._exchange.replace(self._account, old, request)
            except RefusedError as refused:
                if old.status is Status.CANCELED:
                    raise UnclearError(f"canceled, and the new one was refused: {refused.words}") from None
                raise
            return telling.order_report(made.order, Source.ANSWER)

        return await self._ask(Call.AMEND, replace_it, lambda: made.order or self._seen(order))

    async def find(self, order: Reference) -> OrderReport | None:
        def find() -> OrderReport | None:
            self._exchange.check_key(self._account)
            seen = self._seen(order)
            return None if seen is None else telling.order_report(seen, Source.POLL)

        return await self._ask(Call.FIND, find)

    async def open_orders(self, symbol: str | None = None) -> list[OrderReport]:
        return await self._ask(Call.OPEN_ORDERS, lambda: self._orders(symbol, self._account.open))

    async def ended_orders(self, symbol: str, since: int) -> list[OrderReport]:
        def ended() -> list[OrderReport]:
            rows = self._orders(symbol, self._account.orders)
            return [row for row in rows if row.status is not Status.OPEN and (row.time or 0) >= since]

        return await self._ask(Call.ENDED_ORDERS, ended)

    async def fills(self, symbol: str, since: int) -> list[FillReport]:
        def fills() -> list[FillReport]:
            self._exchange.check_key(self._account)
            rows = self._account.fills
            return [telling.fill_report(row, Source.POLL) for row in rows if row.symbol == symbol and row.time >= since]

        return await self._ask(Call.FILLS, fills)

    async def order_fills(self, order: Reference) -> list[FillReport]:
        def fills() -> list[FillReport]:
            self._exchange.check_key(self._account)
            mine = self._find(order).order_id
            return [telling.fill_report(row, Source.POLL) for row in self._account.fills if row.order_id == mine]

        return await self._ask(Call.FILLS, fills)

    async def balances(self) -> BalancesReport:
        def balances() -> BalancesReport:
            self._exchange.check_key(self._account)
            return telling.balances_report(self._account.wallets, True, Source.POLL)

        return await self._ask(Call.BALANCES, balances)

    async def positions(self, symbols: Sequence[str]) -> list[PositionReport]:
        if self._kind is Kind.SPOT:
            return []

        def positions() -> list[PositionReport]:
            self._exchange.check_key(self._account)
            return [self._position(symbol) for symbol in symbols]

        return await self._ask(Call.POSITIONS, positions, omit=_without)

    async def funding(self, symbol: str, since: int) -> list[FundingReport]:
        def funding() -> list[FundingReport]:
            self._exchange.check_key(self._account)
            rows = self._account.funding
            return [telling.funding_report(row) for row in rows if row.symbol == symbol and row.time >= since]

        return await self._ask(Call.FUNDING, funding)

    async def quote(self, symbol: str) -> Quote:
        def quote() -> Quote:
            market = self._exchange.market(symbol)
            return Quote(symbol, market.bid, market.ask, market.price, self._exchange.now())

        return await self._ask(Call.QUOTE, quote)

    async def normal(self) -> bool:
        return not self._exchange.maintenance

    async def permissions(self) -> Permissions:
        def permissions() -> Permissions:
            self._exchange.check_key(self._account)
            return Permissions(True, self._account.may_trade, self._account.may_withdraw)

        return await self._ask(Call.PERMISSIONS, permissions)

    async def set_leverage(self, symbol: str, leverage: Decimal, isolated: bool) -> None:
        sent = self.now()

        def change() -> None:
            self._admit(sent)
            self._exchange.set_leverage(self._account, symbol, leverage, isolated)

        await self._ask(Call.LEVERAGE, change)

    async def candles(self, symbol: str, timeframe: str, since: int, limit: int) -> list[CandleReport]:
        def candles() -> list[CandleReport]:
            frame = Timeframe.parse(timeframe)
            rows = self._exchange.market(symbol).candles(frame).rows(since, limit)
            now = self._exchange.clock.now()
            return [telling.candle_report(row, row.time + frame.ms <= now) for row in rows]

        return await self._ask(Call.CANDLES, candles)

    def reports(self) -> AsyncIterator[Report]:
        stream: Stream[Report] = Stream()

        def deliver(event: Event) -> None:
            for report in telling.event_reports(self._exchange, self._account, event):
                stream.put(report)

        pipe = Pipe(
            Call.USER_STREAM, self.faults, self._exchange.clock, deliver, lambda up: stream.put(StreamReport(up))
        )
        listeners = self._account.listeners
        listeners.append(pipe.feed)
        self._attach(stream, pipe, lambda: listeners.remove(pipe.feed))
        stream.put(StreamReport(True))
        return stream

    def watch_candles(self, symbol: str, timeframe: str) -> AsyncIterator[CandleReport]:
        stream: Stream[CandleReport] = Stream()
        pipe = Pipe(Call.CANDLE_STREAM, self.faults, self._exchange.clock, stream.put, revise=_revise)

        def hear(candle: Candle, closed: bool) -> None:
            pipe.feed(telling.candle_report(candle, closed))

        listeners = self._exchange.market(symbol).candles(Timeframe.parse(timeframe)).listeners
        listeners.append(hear)
        self._attach(stream, pipe, lambda: listeners.remove(hear))
        return stream

    def _attach(self, stream: Stream[M], pipe: Pipe[R], detach: Callable[[], None]) -> None:
        stream.detach = detach
        stream.close_pipe = pipe.close
        self._streams.append(stream)

    async def _ask(
        self,
        call: Call,
        work: Callable[[], R],
        order: Callable[[], Order | None] = lambda: None,
        omit: Callable[[R, str], R] = lambda result, symbol: result,
    ) -> R:
        if self._closed:
            raise NotSentError("closed") if call in CHANGING else ReadError("closed")

        def served() -> R:
            self._exchange.advance()
            self._exchange.check_up()
            return work()

        return await self._passage.ask(call, served, order, omit)

    def _admit(self, sent: int) -> None:
        self._exchange.check_key(self._account)
        self._exchange.check_time(sent, self._validity)

    def _find(self, order: Reference) -> Order:
        number = int(order.venue_id) if order.venue_id and order.venue_id.lstrip("-").isdigit() else None
        found = self._exchange.find(self._account, number, order.client_id)
        if self._kind is not Kind.SPOT and (found.waiting if not order.trigger else not is_stop(found)):
            raise RefusedError(Refusal.NO_ORDER, "order does not exist in this list")
        return found

    def _seen(self, order: Reference) -> Order | None:
        try:
            return self._find(order)
        except RefusedError:
            return None

    def _orders(self, symbol: str | None, orders: dict[int, Order]) -> list[OrderReport]:
        self._exchange.check_key(self._account)
        rows = [row for row in orders.values() if symbol is None or row.symbol == symbol]
        mine = [row for row in rows if self._exchange.market(row.symbol).spec.kind is self._kind]
        return [telling.order_report(row, Source.POLL) for row in mine]

    def _position(self, symbol: str) -> PositionReport:
        holding = self._account.holding(symbol)
        return telling.position_report(self._exchange, self._account, symbol, holding, Source.POLL)


class _Made:
    """The order of a call, once there is one."""

    def __init__(self) -> None:
        self.order: Order | None = None

    def __call__(self) -> Order | None:
        return self.order


def _without(rows: list[PositionReport], symbol: str) -> list[PositionReport]:
    return [row for row in rows if symbol and row.symbol != symbol]


def _revise(candle: CandleReport, factor: float) -> CandleReport:
    prices = {name: getattr(candle, name) * factor for name in ("open", "high", "low", "close")}
    return replace(candle, **prices)
