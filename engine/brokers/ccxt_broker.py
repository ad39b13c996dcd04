"""The broker over ccxt: the order path's calls in, exact requests to the venue, and what is known after them out.

1. `open` learns the markets and the clock. 2. `wire` says a ticket exactly, or refuses (wire.py). 3. `submit`, `cancel`
and `amend` send under the budget's urgency (budget.py, connect.py) and judge every failure (classify.py). 4. Questions
ask all pages (order_questions.py, account_questions.py). 5. `reports` joins streams and polls (streams.py, polling.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import Any

from ..ledger.values import Source, Texts
from ..market.instrument import Instrument
from ..market.timeframe import Timeframe
from ..market.venue import Kind
from . import naming, parse
from .account_questions import AccountQuestions
from .budget import Urgency, urgency
from .capabilities import abilities
from .clock import Clock, SystemClock
from .connect import Connection
from .instruments import Contract, make_contract, number
from .order_questions import OrderQuestions
from .outcome import BrokerError, NotFoundError, NotSentError, ReadError, RejectedError, UnclearError
from .polling import Poller
from .repairs import repaired
from .saved_markets import SavedMarkets
from .streams import Flow, Tail, Watch, each_candle
from .wire import OF_NEW_ORDERS, PROTECTS, arguments, make_wire
from .words import (
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
    Terms,
    Ticket,
)

POLL_WITH_STREAM, POLL_ALONE = 20.0, 3.0
"""Seconds between polls of orders."""


class CcxtBroker:
    """One account at one venue, in one kind of market; `protocol.Broker` says what each call promises."""

    def __init__(
        self,
        link: Connection,
        clock: Clock | None = None,
        terms: Terms | None = None,
        saved: SavedMarkets | None = None,
    ) -> None:
        self._link, self._saved = link, saved
        self._terms = terms or Terms()
        self._clock = clock or SystemClock()
        self._abilities = abilities(link.venue, link.kind)
        self._contracts: dict[str, Contract] = {}
        self._symbols: tuple[str, ...] = ()
        self._offset = 0
        self._closing = False
        self._flows: list[Flow] = []
        self._orders = OrderQuestions(link, self._contract, lambda: self._symbols, self.now)
        self._account = AccountQuestions(link, self._contract, self.now)

    @property
    def name(self) -> str:
        return self._link.venue

    @property
    def kind(self) -> Kind:
        return self._link.kind

    @property
    def abilities(self) -> Abilities:
        return self._abilities

    async def open(self, symbols: Sequence[str]) -> None:
        load = partial(self._link.ask, partial(self._link.client.load_markets, True))  # steps change
        await (load() if self._saved is None else self._saved.loaded(self._link, load, symbols))
        self._contracts.clear()
        opened = tuple(dict.fromkeys((*self._symbols, *symbols)))
        for symbol in opened:
            self._contract(symbol)
        self._symbols = opened
        if self._saved is None or self._saved.rescue is None:
            await self.sync()
            return
        with suppress(BrokerError, TimeoutError):  # in an emergency our own time has to do
            await asyncio.wait_for(self.sync(), self._saved.patience)

    async def close(self) -> None:
        self._closing = True
        for flow in list(self._flows):
            await flow.close()
        await self._link.close()

    def now(self) -> int:
        return self._clock.now() + self._offset

    async def sync(self) -> int:
        if not self._link.can("fetchTime"):
            return 0
        before = self._clock.now()
        answer = number(await self._link.ask(self._link.client.fetch_time))
        if answer is None:
            raise ReadError("the venue did not tell its time")
        # Half of the way there and back: a time that is ahead is refused sooner than one that is behind.
        self._offset = int(answer) - (before + self._clock.now()) // 2
        if "timeDifference" in self._link.client.options:
            self._link.client.options["timeDifference"] = self._link.client.milliseconds() - self.now()
        return self._offset

    def instrument(self, symbol: str) -> Instrument:
        return self._contract(symbol).instrument

    def wire(self, ticket: Ticket) -> Texts:
        try:
            contract = self._contract(ticket.symbol)
        except ReadError as error:
            raise RejectedError("SYMBOL", error.words) from None
        return make_wire(ticket, contract, self.kind, self._link.facts, self._abilities, self._terms)

    async def submit(self, wire: Texts) -> OrderReport:
        sent = dict(wire)
        contract = self._contract(sent["symbol"])
        if not self._link.facts.trigger_sided:
            await self._check_side(sent)
        call = partial(self._link.client.create_order, **arguments(wire, self._link.facts))
        try:
            answer = await self._link.change(call, _urgency_of(sent))
        except NotFoundError as error:  # makes no sense of a new order
            raise UnclearError(error.words) from None
        try:
            return self._acknowledged(answer, wire, contract)
        except ReadError as error:
            raise UnclearError(f"the answer is none of an order: {error.words}") from None

    async def _check_side(self, sent: dict[str, str]) -> None:
        """Refuse a stop beyond the price: the venue would let it wait for the price to come back."""
        trigger = number(sent.get(f"params.{self._link.facts.trigger}"))
        if trigger is None:
            return
        try:
            with urgency(Urgency.PROTECT):
                last = (await self.quote(sent["symbol"])).last
        except ReadError as error:
            raise NotSentError(f"the price to compare the stop with could not be learnt: {error.words}") from None
        if last is not None and (last >= trigger if sent["side"] == "buy" else last <= trigger):
            raise RejectedError("WOULD_TRIGGER", f"the price {last} is beyond the stop at {trigger} already")

    async def cancel(self, order: Reference) -> None:
        in_list = order.trigger and self._lists_stops
        named = naming.to_cancel(order, self._link.facts, in_list)
        if named is None:
            named = naming.to_cancel(await self._with_id(order), self._link.facts, in_list)
        identity, params = named or (None, {})
        call = partial(self._link.client.cancel_order, identity, order.symbol, params)
        await self._link.change(call, Urgency.PROTECT)

    async def amend(self, order: Reference, ticket: Ticket) -> OrderReport:
        if not self._abilities.amend:
            raise RejectedError("AMEND", f"{self.name} cannot change an order in one step")
        if order.trigger and self._lists_stops:
            raise RejectedError("AMEND", f"{self.name} cannot change a stop that waits in its list of stops")
        wire = self.wire(ticket)
        given = arguments(wire, self._link.facts)
        for name in (self._link.facts.client_id, *OF_NEW_ORDERS):
            given["params"].pop(name, None)
        known = order if order.venue_id is not None else await self._with_id(order)
        call = partial(self._link.client.edit_order, known.venue_id, **given)
        answer = await self._link.change(call, _urgency_of(dict(wire)))
        try:
            return self._acknowledged(answer, wire, self._contract(order.symbol))
        except ReadError as error:
            raise UnclearError(f"the answer is none of an order: {error.words}") from None

    async def find(self, order: Reference) -> OrderReport | None:
        return await self._link.ask(partial(self._orders.find, order))

    async def open_orders(self, symbol: str | None = None) -> list[OrderReport]:
        return await self._link.ask(partial(self._orders.open_orders, symbol))

    async def ended_orders(self, symbol: str, since: int) -> list[OrderReport]:
        return await self._link.ask(partial(self._orders.ended_orders, symbol, since))

    async def fills(self, symbol: str, since: int) -> list[FillReport]:
        return await self._link.ask(partial(self._orders.fills, symbol, since))

    async def order_fills(self, order: Reference) -> list[FillReport]:
        return await self._link.ask(partial(self._orders.order_fills, order))

    async def balances(self) -> BalancesReport:
        return await self._link.ask(self._account.balances)

    async def positions(self, symbols: Sequence[str]) -> list[PositionReport]:
        return await self._link.ask(partial(self._account.positions, symbols))

    async def funding(self, symbol: str, since: int) -> list[FundingReport]:
        return await self._link.ask(partial(self._account.funding, symbol, since))

    async def quote(self, symbol: str) -> Quote:
        return await self._link.ask(partial(self._account.quote, symbol))

    async def normal(self) -> bool:
        return await self._link.ask(self._account.normal)

    async def permissions(self) -> Permissions:
        return await self._link.ask(self._account.permissions)

    async def set_leverage(self, symbol: str, leverage: Decimal, isolated: bool) -> None:
        if self.kind is not Kind.PERP:
            raise RejectedError("LEVERAGE", "there is no leverage on spot markets")
        await self._link.change(partial(self._account.set_leverage, symbol, leverage, isolated), Urgency.SEND)

    async def candles(self, symbol: str, timeframe: str, since: int, limit: int) -> list[CandleReport]:
        call = partial(self._link.client.fetch_ohlcv, symbol, timeframe, since, limit)
        return [parse.candle(row) for row in parse.rows(await self._link.ask(call))]

    async def reports(self) -> AsyncIterator[Report]:
        flow = Flow(
            self._watches(),
            Poller(self._orders, self._account_news).round,
            lambda: POLL_WITH_STREAM if self._abilities.user_stream else POLL_ALONE,
            self._connected,
            self._link.redact,
        )
        self._flows.append(flow)
        try:
            async for report in flow.reports():
                yield report
        finally:
            self._flows.remove(flow)

    async def watch_candles(self, symbol: str, timeframe: str) -> AsyncIterator[CandleReport]:
        last: CandleReport | None = None
        async for rows in self._candle_rows(symbol, timeframe):
            for candle in _candles(rows):
                if last is not None and candle.time < last.time:
                    continue
                if last is not None and candle.time > last.time:
                    yield _closed(last)
                if candle != last:
                    last = candle
                    yield candle

    def _candle_rows(self, symbol: str, timeframe: str) -> AsyncIterator[list[Any]]:
        client, streamed = self._link.client, self._abilities.candle_stream
        watch = partial(client.watch_ohlcv, symbol, timeframe)
        poll = partial(client.fetch_ohlcv, symbol, timeframe, None, 3)
        pause = min(Timeframe.parse(timeframe).ms / 1000 / 20, 10.0)
        return each_candle(watch if streamed else poll, lambda: 0.0 if streamed else pause, lambda: self._closing)

    def _watches(self) -> list[Watch]:
        client, link = self._link.client, self._link
        if not link.can("watchOrders"):
            return []
        orders = Tail(lambda: client.orders, partial(self._streamed, parse.order_report))
        found = [Watch("orders", client.watch_orders, orders.read, orders.missed)]
        if link.can("watchMyTrades"):
            fills = Tail(lambda: client.myTrades, partial(self._streamed, parse.fill_report))
            found.append(Watch("fills", client.watch_my_trades, fills.read, fills.missed))
        if link.can("watchBalance") and link.facts.balance_stream:
            found.append(Watch("balances", client.watch_balance, _streamed_balances))
        if self.kind is Kind.PERP and link.can("watchPositions"):
            found.append(Watch("positions", client.watch_positions, partial(self._streamed, _streamed_position)))
        return found

    def _acknowledged(self, answer: object, wire: Texts, contract: Contract) -> OrderReport:
        row = repaired(self._link.facts.exchange, answer, Source.ANSWER)
        return parse.acknowledgement(row, wire, contract, self._link.facts.client_id_prefix)

    def _streamed(self, read: Callable[..., Report], rows: Any) -> list[Report]:
        """What can be read of a stream's answer; the rest is left to the polls."""
        found, facts = [], self._link.facts
        for given in rows if isinstance(rows, list) else [rows]:
            try:
                row, contract = repaired(facts.exchange, given, Source.STREAM), self._contract(given["symbol"])
                found.append(read(row, contract, Source.STREAM, facts.client_id_prefix))
            except (BrokerError, KeyError, TypeError):
                continue
        return found

    async def _account_news(self) -> list[Report]:
        balances = await self._account.balances()
        return [balances, *await self._account.positions(self._symbols)]

    def _connected(self) -> bool:
        clients = self._link.client.clients or {}
        return bool(clients) and all(not client.connecting for client in clients.values())

    async def _with_id(self, order: Reference) -> Reference:
        """The same order by the venue's id. Raises NotFoundError, and NotSentError where it could not be asked."""
        try:
            with urgency(Urgency.PROTECT):
                found = await self.find(order)
        except ReadError as error:
            raise NotSentError(f"the order's id could not be learnt: {error.words}") from None
        if found is None:
            raise NotFoundError(f"{self.name} has no such order")
        return Reference(order.symbol, order.client_id, found.venue_id, order.trigger)

    def _contract(self, symbol: str) -> Contract:
        found = self._contracts.get(symbol)
        if found is None:
            market = (self._link.client.markets or {}).get(symbol)
            if market is None:
                raise ReadError(f"{self.name} does not list {symbol[:60]}")
            found = self._contracts[symbol] = make_contract(market, symbol, self.kind, self._link.facts.fee_in_base)
        return found

    @property
    def _lists_stops(self) -> bool:
        return self._link.feature("fetchOpenOrders").get("trigger") is True


def _urgency_of(sent: dict[str, str]) -> Urgency:
    """Stops and reductions may draw from the reserve."""
    return Urgency.PROTECT if PROTECTS in sent else Urgency.SEND


def _candles(rows: list[Any]) -> list[CandleReport]:
    """Those that can be read, oldest first: a gap is repaired, an end of the stream is not."""
    found = []
    for row in rows:
        with suppress(ReadError):
            found.append(parse.candle(row))
    return sorted(found, key=lambda candle: candle.time)


def _closed(candle: CandleReport) -> CandleReport:
    return CandleReport(candle.time, candle.open, candle.high, candle.low, candle.close, candle.volume, True)


def _streamed_balances(answer: Any) -> list[Report]:
    try:
        return [parse.balances_report(answer, Source.STREAM, whole=False)]
    except ReadError:
        return []


def _streamed_position(row: Any, contract: Contract, source: Source, prefix: str) -> PositionReport:
    return parse.position_report(row, contract, source)
