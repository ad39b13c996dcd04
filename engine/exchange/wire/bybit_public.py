"""What Bybit tells anybody: its time, what it lists, candles, tickers, the top of the book, and whether it works."""

from __future__ import annotations

from collections.abc import Callable

from ...market.timeframe import Timeframe
from ..exchange import Exchange
from ..faults import Call
from ..market import Market
from ..market_data import Candle
from ..refusal import Refusal, RefusedError
from .bybit_words import Row, category_of, market_id, market_of
from .gateway import Ask, Route
from .numbers import integer, text

_DAY = 86_400_000
_PLENTY = "1000000"
_LETTERS = {"D": "1d", "W": "1w", "M": "1M"}


class Answers:
    """The envelope of every answer that is well, with the venue's time."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def route(
        self, call: Call, work: Callable[[Ask], Row], signed: bool, seek: Callable[[Ask], None] | None = None
    ) -> Route:
        def answer(ask: Ask) -> Row:
            result = work(ask)
            return {"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": self._exchange.now()}

        return Route(call, answer, signed, seek)


class Public:
    """Routes without a signature."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self._answers = exchange, Answers(exchange)

    def routes(self) -> dict[tuple[str, str], Route]:
        table: dict[str, tuple[Call, Callable[[Ask], Row]]] = {
            "market/time": (Call.TIME, lambda ask: {"timeSecond": str(self._exchange.now() // 1_000)}),
            "market/instruments-info": (Call.INSTRUMENTS, self._instruments),
            "market/kline": (Call.CANDLES, self._klines),
            "market/tickers": (Call.QUOTE, self._tickers),
            "market/orderbook": (Call.QUOTE, lambda ask: book(self._market(ask), self._exchange.now())),
            "system/status": (Call.TIME, lambda ask: {"list": []}),
        }
        return {
            ("GET", f"/v5/{path}"): self._answers.route(call, work, signed=False)
            for path, (call, work) in table.items()
        }

    def _market(self, ask: Ask) -> Market:
        return market_of(self._exchange, ask.params.get("category", ""), ask.params.get("symbol", ""))

    def _listed(self, ask: Ask) -> list[Market]:
        if ask.params.get("symbol"):
            return [self._market(ask)]
        category = ask.params.get("category")
        return [market for market in self._exchange.markets.values() if category_of(market.spec) == category]

    def _instruments(self, ask: Ask) -> Row:
        markets = [] if ask.params.get("status") == "PreLaunch" else self._listed(ask)
        rows = [instrument(market) for market in markets]
        return {"category": ask.params.get("category"), "list": rows}

    def _tickers(self, ask: Ask) -> Row:
        return {"category": ask.params.get("category"), "list": [ticker(market) for market in self._listed(ask)]}

    def _klines(self, ask: Ask) -> Row:
        """Newest first, from `start` to `end`, both with that moment itself; the newest ones where there are more."""
        params, market = ask.params, self._market(ask)
        start, end = integer(params, "start"), integer(params, "end")
        limit = min(integer(params, "limit") or 200, 1_000)
        rows = market.candles(frame_of(params.get("interval", ""))).rows(start, 1 << 30, end)
        listed = [kline(row) for row in rows[::-1][:limit]]
        return {"category": params.get("category"), "symbol": market_id(market.spec), "list": listed}


def frame_of(interval: str) -> Timeframe:
    """`1`, `60`, `D`. Raises RefusedError."""
    try:
        minutes = int(interval) if interval.isdigit() else 0
        name = f"{minutes // 60}h" if minutes and minutes % 60 == 0 else f"{minutes}m"
        return Timeframe.parse(_LETTERS.get(interval, name))
    except ValueError:
        raise RefusedError(Refusal.BAD_REQUEST, f"no candles of {interval[:10]}") from None


def instrument(market: Market) -> Row:
    spec, contract = market.spec, bool(market.spec.settle)
    row = {
        "symbol": market_id(spec), "baseCoin": spec.base, "quoteCoin": spec.quote,
        "status": "Trading" if spec.trading else "Closed", "priceFilter": {"tickSize": text(spec.tick)},
    }  # fmt: skip
    least, most = text(spec.min_quantity), text(spec.max_quantity)
    if not contract:
        lots = {"basePrecision": text(spec.step), "quotePrecision": "0.00000001", "minOrderQty": least,
                "maxOrderQty": most, "minOrderAmt": text(spec.min_cost), "maxOrderAmt": "9000000"}  # fmt: skip
        return {**row, "innovation": "0", "marginTrading": "none", "lotSizeFilter": lots}
    lots = {"minOrderQty": least, "maxOrderQty": most, "qtyStep": text(spec.step), "postOnlyMaxOrderQty": most,
            "minNotionalValue": text(spec.min_cost)}  # fmt: skip
    return {
        **row, "contractType": "LinearPerpetual", "settleCoin": spec.settle, "launchTime": "1585526400000",
        "deliveryTime": "0", "priceScale": "2", "lotSizeFilter": lots,
        "leverageFilter": {"minLeverage": "1", "maxLeverage": text(spec.max_leverage), "leverageStep": "0.01"},
    }  # fmt: skip


def kline(row: Candle) -> list[str]:
    numbers = (row.open, row.high, row.low, row.close, row.volume, row.volume * row.close)
    return [str(row.time), *map(repr, numbers)]


def ticker(market: Market) -> Row:
    rows = market.books[market.base.name].rows(limit=_DAY // market.base.ms)
    volume = sum(row.volume for row in rows)
    return {
        "symbol": market_id(market.spec), "lastPrice": text(market.price), "bid1Price": text(market.bid),
        "bid1Size": _PLENTY, "ask1Price": text(market.ask), "ask1Size": _PLENTY, "markPrice": text(market.price),
        "prevPrice24h": repr(rows[0].open), "highPrice24h": repr(max(row.high for row in rows)),
        "lowPrice24h": repr(min(row.low for row in rows)), "volume24h": repr(volume),
        "turnover24h": repr(volume * rows[-1].close),
    }  # fmt: skip


def book(market: Market, now: int) -> Row:
    size = _PLENTY if market.spec.depth is None else text(market.spec.depth)
    ask = market.ask + (0 if market.ask > market.bid else market.spec.tick)
    return {"s": market_id(market.spec), "b": [[text(market.bid), size]], "a": [[text(ask), size]], "ts": now,
            "u": now, "seq": now}  # fmt: skip
