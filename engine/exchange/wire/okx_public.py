"""What OKX tells anybody: its time, what it lists, candles, tickers, the top of the book, and whether it works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...market.timeframe import Timeframe
from ..exchange import Exchange
from ..faults import Call
from ..market import Market
from ..market_data import Candle
from ..refusal import Refusal, RefusedError
from ..spec import Spec
from .gateway import Ask, Route
from .numbers import integer, text
from .okx_words import Row, contract_size, market_id, market_of, market_type

PREFIX = "/api/v5"
_DAY = 86_400_000
_PLENTY = "1000000"


def answered(rows: list[Any]) -> Row:
    """The envelope of every answer that is well."""
    return {"code": "0", "msg": "", "data": rows}


class Public:
    """Routes without a signature."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self) -> dict[tuple[str, str], Route]:
        table: dict[str, tuple[Call, Callable[[Ask], list[Any]]]] = {
            "public/time": (Call.TIME, lambda ask: [{"ts": str(self._exchange.now())}]),
            "public/instruments": (Call.INSTRUMENTS, self._instruments),
            "market/candles": (Call.CANDLES, self._candles),
            "market/history-candles": (Call.CANDLES, self._candles),
            "market/ticker": (Call.QUOTE, lambda ask: [ticker(self._market(ask), self._exchange.now())]),
            "market/tickers": (Call.QUOTE, self._tickers),
            "market/books": (Call.QUOTE, lambda ask: [book(self._market(ask), self._exchange.now())]),
            "system/status": (Call.TIME, lambda ask: []),
        }
        return {("GET", f"{PREFIX}/{path}"): _route(call, work) for path, (call, work) in table.items()}

    def _market(self, ask: Ask) -> Market:
        return market_of(self._exchange, ask.params.get("instId", ""))

    def _listed(self, ask: Ask) -> list[Market]:
        kind = ask.params.get("instType")
        return [market for market in self._exchange.markets.values() if market_type(market.spec) == kind]

    def _instruments(self, ask: Ask) -> list[Row]:
        return [instrument(market) for market in self._listed(ask)]

    def _tickers(self, ask: Ask) -> list[Row]:
        return [ticker(market, self._exchange.now()) for market in self._listed(ask)]

    def _candles(self, ask: Ask) -> list[list[str]]:
        """Newest first; `after` is older than, `before` newer than, both without that moment itself."""
        params, frame = ask.params, frame_of(ask.params.get("bar", "1m"))
        after, before = integer(params, "after"), integer(params, "before")
        limit = min(integer(params, "limit") or 100, 300)
        market = self._market(ask)
        until = None if after is None else after - 1
        rows = market.candles(frame).rows(None if before is None else before + 1, 1 << 30, until)
        return [candle(market.spec, row, row.time + frame.ms <= self._exchange.now()) for row in rows[::-1][:limit]]


def _route(call: Call, work: Callable[[Ask], list[Any]]) -> Route:
    return Route(call, lambda ask: answered(work(ask)), signed=False)


def frame_of(bar: str) -> Timeframe:
    """`1m`, `1H`, `1Dutc`. Raises RefusedError."""
    name = bar.removesuffix("utc")
    try:
        return Timeframe.parse(name if name.endswith(("m", "M")) else name.lower())
    except ValueError:
        raise RefusedError(Refusal.BAD_REQUEST, f"no candles of {bar[:10]}") from None


def instrument(market: Market) -> Row:
    spec, size = market.spec, contract_size(market.spec)
    contract = bool(spec.settle)
    return {
        "alias": "", "baseCcy": "" if contract else spec.base, "quoteCcy": "" if contract else spec.quote,
        "settleCcy": spec.settle or "", "uly": f"{spec.base}-{spec.quote}" if contract else "", "category": "1",
        "ctMult": "1" if contract else "", "ctType": "linear" if contract else "",
        "ctVal": text(size) if contract else "", "ctValCcy": spec.base if contract else "", "expTime": "",
        "instFamily": f"{spec.base}-{spec.quote}" if contract else "", "instId": market_id(spec),
        "instType": market_type(spec), "lever": text(spec.max_leverage) if contract else "",
        "listTime": "1548133413000", "lotSz": text((spec.step / size).normalize()),
        "minSz": text((spec.min_quantity / size).normalize()),
        "maxLmtSz": text((spec.max_quantity / size).normalize()), "maxMktSz": text(spec.max_quantity), "optType": "",
        "state": "live" if spec.trading else "suspend", "stk": "", "tickSz": text(spec.tick),
    }  # fmt: skip


def candle(spec: Spec, row: Candle, closed: bool) -> list[str]:
    """Its volume comes in contracts (spot: base units), base units and quote units."""
    volumes = (row.volume / float(contract_size(spec)), row.volume, row.volume * row.close)
    numbers = (row.open, row.high, row.low, row.close, *volumes)
    return [str(row.time), *map(repr, numbers), "1" if closed else "0"]


def ticker(market: Market, now: int) -> Row:
    rows = market.books[market.base.name].rows(limit=_DAY // market.base.ms)
    volume = sum(row.volume for row in rows)
    return {
        "instType": market_type(market.spec), "instId": market_id(market.spec), "last": text(market.price),
        "lastSz": "0", "askPx": text(market.ask), "askSz": _PLENTY, "bidPx": text(market.bid), "bidSz": _PLENTY,
        "open24h": repr(rows[0].open), "high24h": repr(max(row.high for row in rows)),
        "low24h": repr(min(row.low for row in rows)), "volCcy24h": repr(volume * rows[-1].close),
        "vol24h": repr(volume), "ts": str(now),
    }  # fmt: skip


def book(market: Market, now: int) -> Row:
    size = _PLENTY if market.spec.depth is None else text(market.spec.depth)
    ask = market.ask + (0 if market.ask > market.bid else market.spec.tick)
    return {"asks": [[text(ask), size, "0", "1"]], "bids": [[text(market.bid), size, "0", "1"]], "ts": str(now)}
