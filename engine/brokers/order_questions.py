"""Orders and executions asked for: one by name, the open ones, those that ended, and fills; every page of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import Any

from ..ledger.values import Source
from . import classify, kraken_history, naming, parse
from .connect import Connection
from .instruments import Contract
from .outcome import ReadError
from .paging import DAY, GRAIN, everything
from .repairs import repaired
from .shared_reading import SharedReading
from .venue_facts import OFFSET
from .words import FillReport, OrderReport, Reference

SEARCH = DAY
"""How far back an order is searched for at venues that cannot be asked for a client id."""
_SPAN = 7 * DAY
"""The longest stretch of one question where ccxt does not say, or says more."""
_AGAIN = "the venue showed the same page again"


@dataclass(frozen=True, slots=True)
class OrderQuestions:
    """`contract` gives a symbol's contract and raises ReadError; `now` is the venue's time in ms."""

    link: Connection
    contract: Callable[[str], Contract]
    symbols: Callable[[], Iterable[str]]
    now: Callable[[], int]
    _account: SharedReading[Any] = field(default_factory=SharedReading)

    async def find(self, order: Reference) -> OrderReport | None:
        """None: every place where it could be answered that it is not there."""
        contract = self.contract(order.symbol)
        for in_list in (True, False) if order.trigger and self._lists_stops("fetchOrder") else (False,):
            named = naming.to_find(order, self.link.facts, in_list)
            if named is None:
                return await self._search(order)
            row = await self._one(order.symbol, named)
            if row is not None:
                return await self._followed(row, contract) if in_list else self._order(row, contract)
        if order.trigger and self._lists_stops("fetchOpenOrders") and not self._lists_stops("fetchOrder"):
            return await self._search(order)
        return await self._search(order) if self.link.facts.forgets else None

    async def open_orders(self, symbol: str | None) -> list[OrderReport]:
        found = await self._open(symbol, {})
        if self._lists_stops("fetchOpenOrders"):
            found += await self._open(symbol, {"trigger": True})
        return list({report.venue_id: report for report in found}.values())

    async def ended_orders(self, symbol: str, since: int) -> list[OrderReport]:
        found: dict[str, OrderReport] = {}
        for report in await self._histories(symbol, since):
            found.setdefault(report.venue_id, report)
        # Asked last: an order that is still open has not ended, whatever the history calls it.
        still = {report.venue_id for report in await self.open_orders(symbol)} if self.link.facts.forgets else set()
        ended = [report for report in found.values() if report.status != "open" and report.venue_id not in still]
        return sorted(ended, key=lambda report: report.time or 0)

    async def fills(self, symbol: str, since: int) -> list[FillReport]:
        contract = self.contract(symbol)
        if self.link.facts.fills_whole:
            rows = _only(symbol, since, await self._account.rows(since, partial(self._fills_since, None)))
        else:
            rows = await self._fills_since(symbol, since)
        reports = [self._fill(row, contract) for row in rows]
        return sorted(reports, key=lambda report: (report.time, report.fill_id))

    async def order_fills(self, order: Reference) -> list[FillReport]:
        """An order that the venue does not know has none. Raises ReadError where it is not said which are its own."""
        venue_id, since = order.venue_id, self.now() - SEARCH
        if venue_id is None or order.trigger:
            report = await self.find(order)
            if report is None:
                return []
            venue_id, since = report.venue_id, report.time or since
        client, facts, contract = self.link.client, self.link.facts, self.contract(order.symbol)
        rows, told = None, self._lengths(facts.page)
        if facts.fills_by is not None:
            asked = told | {facts.fills_by: venue_id}
            rows = parse.rows(await client.fetch_my_trades(order.symbol, None, facts.page, asked))
        elif self.link.can("fetchOrderTrades"):
            rows = parse.rows(await client.fetch_order_trades(venue_id, order.symbol, None, facts.page, told))
        if rows is None or len(rows) >= facts.page:
            rows = await self._fills_since(order.symbol, min([since, *map(_time, rows or [])]) - DAY)
        reports = [self._fill(row, contract) for row in rows]
        return sorted((one for one in reports if one.venue_id == venue_id), key=lambda one: (one.time, one.fill_id))

    async def _one(self, symbol: str, named: naming.Named) -> Mapping[str, Any] | None:
        identity, params = named
        try:
            if self.link.facts.find_in_lists:
                return await self._in_lists(symbol, params if identity is None else params | {"orderId": identity})
            row = await self.link.client.fetch_order(identity, symbol, params)
        except Exception as error:  # by its class and words: only what says "no such order" is an answer
            if classify.is_not_found(error):
                return None
            raise
        if self.link.facts.forgets and isinstance(row, Mapping) and row.get("info") == {}:
            return None  # an empty answer; the lists decide
        if not isinstance(row, Mapping) or row.get("id") is None:
            raise ReadError("the venue's answer about an order names none")
        return row

    async def _in_lists(self, symbol: str, params: dict[str, Any]) -> Mapping[str, Any] | None:
        """One order out of the open ones, or else of those that ended."""
        for method in (self.link.client.fetch_open_orders, self.link.client.fetch_canceled_and_closed_orders):
            rows = parse.rows(await method(symbol, None, None, dict(params)))
            if rows:
                newest: Mapping[str, Any] = max(rows, key=_time)
                return newest
        return None

    async def _followed(self, row: Mapping[str, Any], contract: Contract) -> OrderReport:
        """A stop out of the list of stops; one that triggered goes on as the order it became, under our name."""
        field, info = self.link.facts.triggered_id, row.get("info")
        became = info.get(field) if field and isinstance(info, Mapping) else None
        if row.get("status") != "closed" or became in (None, "", "0", 0):
            return self._order(row, contract)
        symbol = contract.instrument.symbol
        actual = await self._one(symbol, (str(became), {}))
        if actual is None:
            raise ReadError(f"a stop of {symbol} became the order {became}, which the venue does not know")
        report = self._order(actual, contract)
        told = repaired(self.link.facts.exchange, row, Source.POLL)
        client_id = parse.client_id_of(told, self.link.facts.client_id_prefix)
        return replace(report, client_id=client_id, trigger=parse.trigger_of(row), type=parse.order_type(row))

    async def _search(self, order: Reference) -> OrderReport | None:
        for report in await self.open_orders(order.symbol):
            if naming.matches(order, report.client_id, report.venue_id):
                return report
        for report in await self.ended_orders(order.symbol, self.now() - SEARCH):
            if naming.matches(order, report.client_id, report.venue_id):
                return report
        return None

    async def _open(self, symbol: str | None, params: dict[str, Any]) -> list[OrderReport]:
        told = self.link.feature("fetchOpenOrders")
        limit = told.get("limit") or self.link.facts.open_page
        if symbol is None and told.get("symbolRequired") is True:
            return [report for one in self.symbols() for report in await self._open(one, params)]
        asked = params | self._lengths(limit)
        rows = parse.rows(await self.link.client.fetch_open_orders(symbol, None, limit, asked))
        if isinstance(limit, int) and len(rows) >= limit:
            if symbol is not None:
                raise ReadError(f"{symbol} has {limit} open orders or more: the venue does not show them all")
            return [report for one in self.symbols() for report in await self._open(one, params)]
        settled, others = self.link.facts.settled, tuple[str, ...]()
        if symbol is None and settled is not None:
            others = tuple(one for one in self.symbols() if one.rpartition(":")[2] != settled)
        found = [report for one in others for report in await self._open(one, params)]
        for row in rows:
            contract = self._known(row)
            if contract is not None:
                found.append(self._order(row, contract))
        return found

    def _known(self, row: object) -> Contract | None:
        """Orders in markets of another kind are somebody else's."""
        symbol = row.get("symbol") if isinstance(row, Mapping) else None
        if not isinstance(symbol, str):
            raise ReadError("the venue named an order without its symbol")
        try:
            return self.contract(symbol)
        except ReadError:
            return None

    async def _histories(self, symbol: str, since: int) -> list[OrderReport]:
        """What each history calls ended, orders before the stops that they were."""
        contract, facts, found = self.contract(symbol), self.link.facts, []
        if facts.events:
            rows = await kraken_history.ended_orders(self.link.client, symbol, since, facts.page)
            return [self._order(row, contract) for row in rows]
        for method, name in self._lists():
            found += [self._order(row, contract) for row in await self._stretches(method, name, symbol, since, {})]
            if facts.ended_stops and self._lists_stops(name):
                found += [await self._followed(row, contract) for row in await self._stops(method, name, symbol, since)]
        return found

    async def _stops(self, method: Callable[..., Awaitable[Any]], name: str, symbol: str, since: int) -> list[Any]:
        if self.link.facts.stops_from is not None:
            return await self._back(method, symbol, since)
        return await self._stretches(method, name, symbol, since, {"trigger": True})

    def _lists(self) -> list[tuple[Callable[..., Awaitable[Any]], str]]:
        client = self.link.client
        if self.link.feature("fetchOrders") and self.link.can("fetchOrders"):
            return [(client.fetch_orders, "fetchOrders")]
        if self.link.can("fetchCanceledAndClosedOrders"):
            return [(client.fetch_canceled_and_closed_orders, "fetchClosedOrders")]
        histories = [(client.fetch_closed_orders, "fetchClosedOrders")]
        if self.link.can("fetchCanceledOrders"):
            histories.append((client.fetch_canceled_orders, "fetchClosedOrders"))
        return histories

    async def _stretches(
        self, method: Callable[..., Awaitable[Any]], name: str, symbol: str | None, since: int, params: dict[str, Any]
    ) -> list[Any]:
        if self.link.facts.leafed:
            return _only(symbol, since, await self._leafed(method, since, params))
        told = self.link.feature(name)
        limit, days = told.get("limit"), self.link.facts.days or told.get("untilDays")
        page = min(limit, self.link.facts.page) if isinstance(limit, int) else self.link.facts.page
        span = min(int(min(days, 365) * DAY) if isinstance(days, (int, float)) else _SPAN, _SPAN)
        whole = self.link.facts.whole
        rows = await everything(
            partial(self._stretch, method, None if whole else symbol, page, params),
            max(since, 0), self.now(), page=page, span=span - GRAIN, key=_key, time=_time,
        )  # fmt: skip
        return _only(symbol, since, rows) if whole else rows

    async def _leafed(self, method: Callable[..., Awaitable[Any]], since: int, params: dict[str, Any]) -> list[Any]:
        """New rows move older ones on to a later page while they are leafed through: seen twice, never missed."""
        found: dict[str, Any] = {}
        start, page = max(since // GRAIN - 1, 0), self.link.facts.page
        for offset in count(0, page):
            rows = parse.rows(await method(None, None, None, params | {"start": start, "ofs": offset}))
            known = len(found)
            found |= {_key(row): row for row in rows}
            if len(rows) < page:
                return list(found.values())
            if len(found) == known:
                raise ReadError(_AGAIN)
        raise AssertionError("unreachable")

    async def _fills_since(self, symbol: str | None, since: int) -> list[Any]:
        """None: of every market, at venues whose executions are not told apart anyway."""
        before = self.link.facts.fills_before
        if before is not None:
            return _only(symbol, since, await self._fills_back(before, since))
        return await self._stretches(self.link.client.fetch_my_trades, "fetchMyTrades", symbol, since, {})

    async def _fills_back(self, before: str, since: int) -> list[Any]:
        """Executions of all symbols from the newest back to `since`, a page at a time."""
        found: dict[str, Any] = {}
        params: dict[str, Any] = {}
        while True:
            rows = parse.rows(await self.link.client.fetch_my_trades(None, None, None, dict(params)))
            known = len(found)
            found |= {_key(row): row for row in rows}
            oldest = min(map(_time, rows), default=0)
            if len(rows) < self.link.facts.page or oldest < since:
                return list(found.values())
            if len(found) == known:
                raise ReadError(f"{len(rows)} executions within a millisecond: the venue does not show them all")
            params[before] = self.link.client.iso8601(oldest + 1)  # that moment itself may hold more

    async def _back(self, method: Callable[..., Awaitable[Any]], symbol: str, since: int) -> list[Any]:
        """Stops that ended, from the newest back to those made before `since`, a page at a time."""
        page, name = self.link.facts.page, self.link.facts.stops_from or ""
        params: dict[str, Any] = {"trigger": True} | ({} if name == OFFSET else {"ordType": "trigger"})
        found: dict[str, Any] = {}
        while True:
            rows, known = parse.rows(await method(symbol, None, page, dict(params))), len(found)
            found |= {_key(row): row for row in rows}
            if len(rows) < page or min(map(_time, rows)) < since:
                return [row for row in found.values() if _time(row) >= since]
            if len(found) == known:
                raise ReadError(_AGAIN)
            oldest = min(map(_key, rows), key=lambda identity: (len(identity), identity))
            params[name] = len(found) if name == OFFSET else oldest

    async def _stretch(
        self,
        method: Callable[..., Awaitable[Any]],
        symbol: str | None,
        page: int,
        params: dict[str, Any],
        start: int,
        end: int,
    ) -> list[Any]:
        ends = ("until",) if self.link.facts.ends_by is None else ("until", self.link.facts.ends_by)
        asked = params | dict.fromkeys(ends, end) | self._lengths(page)
        # Some venues leave out the first moment of a stretch.
        return parse.rows(await method(symbol, max(start - 1, 0), page, asked))

    def _lengths(self, page: int | None) -> dict[str, int]:
        return {} if page is None else dict.fromkeys(self.link.facts.page_names, page)

    def _order(self, row: object, contract: Contract) -> OrderReport:
        facts = self.link.facts
        return parse.order_report(
            repaired(facts.exchange, row, Source.POLL), contract, Source.POLL, facts.client_id_prefix
        )  # fmt: skip

    def _fill(self, row: object, contract: Contract) -> FillReport:
        facts = self.link.facts
        return parse.fill_report(
            repaired(facts.exchange, row, Source.POLL), contract, Source.POLL, facts.client_id_prefix
        )  # fmt: skip

    def _lists_stops(self, method: str) -> bool:
        return self.link.facts.trigger is not None and self.link.feature(method).get("trigger") is True


def _only(symbol: str | None, since: int, rows: Iterable[Any]) -> list[Any]:
    return [row for row in rows if (symbol is None or row.get("symbol") == symbol) and _time(row) >= since]


def _key(row: Any) -> str:
    if not isinstance(row, Mapping) or row.get("id") is None:
        raise ReadError("the venue answered a row without an id")
    return str(row["id"])


def _time(row: Any) -> int:
    # An order is found by when it was made and counts by when it last changed.
    times = (row.get("lastUpdateTimestamp"), row.get("lastTradeTimestamp"), row.get("timestamp"))
    return max((int(time) for time in times if time is not None), default=0)
