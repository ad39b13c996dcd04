"""What Binance tells anybody: its time, what it lists, candles, tickers and the top of the book."""

from __future__ import annotations

from typing import Any

from ...market.timeframe import Timeframe
from ...market.venue import Kind
from ..exchange import Exchange
from ..faults import Call
from ..market import Market
from ..market_data import Candle
from ..refusal import Refusal, RefusedError
from .binance_words import CONTRACT_TYPES, TYPES, market_id, market_of
from .gateway import Ask, Route
from .numbers import text

DAY = 86_400_000
PLENTY = "1000000"


class Public:
    """Routes without a signature; `prefix` such as `/api/v3`."""

    def __init__(self, exchange: Exchange, kind: Kind, prefix: str) -> None:
        self._exchange, self._kind, self._prefix = exchange, kind, prefix

    def routes(self) -> dict[tuple[str, str], Route]:
        table = {
            "ping": (Call.TIME, lambda ask: {}),
            "time": (Call.TIME, lambda ask: {"serverTime": self._exchange.now()}),
            "exchangeInfo": (Call.INSTRUMENTS, self._info),
            "klines": (Call.CANDLES, self._klines),
            "ticker/24hr": (Call.QUOTE, self._ticker),
            "ticker/bookTicker": (Call.QUOTE, lambda ask: book_ticker(self._market(ask))),
            "ticker/price": (Call.QUOTE, self._price),
            "depth": (Call.QUOTE, lambda ask: depth(self._market(ask))),
        }
        return {("GET", f"{self._prefix}/{path}"): Route(call, work, signed=False)
                for path, (call, work) in table.items()}  # fmt: skip

    def _market(self, ask: Ask) -> Market:
        return market_of(self._exchange, self._kind, ask.params.get("symbol", ""))

    def _price(self, ask: Ask) -> dict[str, Any]:
        market = self._market(ask)
        return {"symbol": market_id(market.spec.symbol), "price": text(market.price), "time": self._exchange.now()}

    def _info(self, ask: Ask) -> dict[str, Any]:
        markets = [market for market in self._exchange.markets.values() if market.spec.kind is self._kind]
        return {
            "timezone": "UTC",
            "serverTime": self._exchange.now(),
            "rateLimits": [],
            "exchangeFilters": [],
            "symbols": [_listing(market) for market in markets],
        }

    def _klines(self, ask: Ask) -> list[list[Any]]:
        try:
            frame = Timeframe.parse(ask.params.get("interval", ""))
            since, until = (int(ask.params[name]) if name in ask.params else None for name in ("startTime", "endTime"))
            limit = int(ask.params.get("limit", "500"))
        except ValueError:
            raise RefusedError(Refusal.BAD_REQUEST, "interval, startTime, endTime or limit is malformed") from None
        rows = self._market(ask).candles(frame).rows(since, min(limit, 1_000), until)
        return [kline(row, frame.ms) for row in rows]

    def _ticker(self, ask: Ask) -> dict[str, Any] | list[dict[str, Any]]:
        if "symbol" in ask.params:
            return ticker(self._market(ask), self._exchange.now())
        markets = self._exchange.markets.values()
        return [ticker(market, self._exchange.now()) for market in markets if market.spec.kind is self._kind]


def _listing(market: Market) -> dict[str, Any]:
    spec, contract = market.spec, bool(market.spec.settle)
    limits: dict[str, Any] = {
        "minQty": text(spec.min_quantity), "maxQty": text(spec.max_quantity), "stepSize": text(spec.step)
    }  # fmt: skip
    notional = {"notional": text(spec.min_cost)} if contract else {
        "minNotional": text(spec.min_cost), "applyMinToMarket": True, "maxNotional": "9000000", "avgPriceMins": 5
    }  # fmt: skip
    listing = {
        "symbol": market_id(spec.symbol),
        "status": "TRADING" if spec.trading else ("SETTLING" if contract else "BREAK"),
        "baseAsset": spec.base,
        "quoteAsset": spec.quote,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "orderTypes": list(CONTRACT_TYPES if contract else TYPES),
        "filters": [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": text(spec.tick),
                "maxPrice": PLENTY,
                "tickSize": text(spec.tick),
            },
            {"filterType": "LOT_SIZE", **limits},
            {"filterType": "MARKET_LOT_SIZE", **limits},
            {"filterType": "MIN_NOTIONAL" if contract else "NOTIONAL", **notional},
        ],
    }
    if contract:
        return {
            **listing, "pair": market_id(spec.symbol), "contractType": "PERPETUAL", "marginAsset": spec.settle,
            "deliveryDate": 4_133_404_800_000, "onboardDate": 1_569_398_400_000, "pricePrecision": 8,
            "quantityPrecision": 8, "underlyingType": "COIN", "timeInForce": ["GTC", "IOC", "FOK", "GTX"],
        }  # fmt: skip
    return {
        **listing, "isSpotTradingAllowed": True, "isMarginTradingAllowed": False, "cancelReplaceAllowed": True,
        "quoteOrderQtyMarketAllowed": True, "allowTrailingStop": False, "permissions": ["SPOT"],
        "permissionSets": [["SPOT"]],
    }  # fmt: skip


def kline(row: Candle, length: int) -> list[Any]:
    volume = row.volume
    texts = [repr(number) for number in (row.open, row.high, row.low, row.close, volume)]
    return [row.time, *texts, row.time + length - 1, repr(volume * row.close), 1, "0", "0", "0"]


def book_ticker(market: Market) -> dict[str, Any]:
    return {"symbol": market_id(market.spec.symbol), "bidPrice": text(market.bid), "bidQty": PLENTY,
            "askPrice": text(market.ask), "askQty": PLENTY}  # fmt: skip


def depth(market: Market) -> dict[str, Any]:
    size = PLENTY if market.spec.depth is None else text(market.spec.depth)
    return {
        "lastUpdateId": market.fill_id + 1,
        "bids": [[text(market.bid), size]],
        "asks": [[text(market.ask + (0 if market.ask > market.bid else market.spec.tick)), size]],
    }


def ticker(market: Market, now: int) -> dict[str, Any]:
    rows = market.books[market.base.name].rows(limit=DAY // market.base.ms)
    volume = sum(row.volume for row in rows)
    return {
        **book_ticker(market),
        "lastPrice": text(market.price),
        "lastQty": "0",
        "openPrice": repr(rows[0].open),
        "highPrice": repr(max(row.high for row in rows)),
        "lowPrice": repr(min(row.low for row in rows)),
        "volume": repr(volume),
        "quoteVolume": repr(volume * rows[-1].close),
        "openTime": rows[0].time,
        "closeTime": now,
        "count": 1,
    }
