"""Binance's websockets: market streams on `/ws`, and the user's own events, each through a pipe of faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from ...market.timeframe import Timeframe
from ...market.venue import Kind
from ..accounts import Account, Event
from ..exchange import Exchange
from ..faults import Faults
from ..market import Market
from ..market_data import Candle
from ..refusal import Refusal, RefusedError
from .binance_public import book_ticker, depth, ticker
from .binance_words import market_id, market_of
from .channels import Channels, Message
from .socket import Socket


class Streams:
    """`tell` words an event of the user stream: no message for one that this kind of market does not tell."""

    def __init__(
        self,
        exchange: Exchange,
        kind: Kind,
        faults: Faults,
        tell: Callable[[Account, Event], list[Message]],
        key: Callable[[Mapping[str, object]], Account],
    ) -> None:
        self._exchange, self._kind = exchange, kind
        self._tell, self._key = tell, key
        self._channels = Channels(exchange, faults)

    async def public(self, request: web.Request) -> web.StreamResponse:
        return await self._channels.run(request, self._hear_public)

    async def calls(self, request: web.Request) -> web.StreamResponse:
        """The websocket API: the user stream begins with a signed call."""
        return await self._channels.run(request, self._hear_call)

    async def user(self, request: web.Request, account: Account) -> web.StreamResponse:
        """The user stream of a listen key."""
        return await self._channels.run(
            request, lambda socket, message: None, lambda socket: self._follow(socket, account, lambda event: event)
        )

    def close(self) -> None:
        self._channels.close()

    def _hear_public(self, socket: Socket, message: Message) -> None:
        if message.get("method") == "SUBSCRIBE":
            try:
                for name in message.get("params", []):
                    self._subscribe(socket, str(name))
            except (RefusedError, ValueError) as error:
                socket.send({"error": {"code": 2, "msg": f"Invalid request: {error}"}, "id": message.get("id")})
                return
        socket.send({"result": None, "id": message.get("id")})

    def _hear_call(self, socket: Socket, message: Message) -> None:
        number, params = message.get("id"), message.get("params") or {}
        if message.get("method") != "userDataStream.subscribe.signature":
            socket.send({"id": number, "status": 400, "error": {"code": -1130, "msg": "Invalid method."}})
            return
        try:
            account = self._key(params)
        except RefusedError as refused:
            code = -1022 if refused.refusal is Refusal.BAD_SIGNATURE else -2015
            socket.send({"id": number, "status": 400, "error": {"code": code, "msg": refused.words}})
            return
        socket.send({"id": number, "status": 200, "result": {"subscriptionId": 0}})
        self._follow(socket, account, lambda event: {"subscriptionId": 0, "event": event})

    def _follow(self, socket: Socket, account: Account, wrap: Callable[[Message], Message]) -> None:
        def deliver(event: Event) -> None:
            for message in self._tell(account, event):
                socket.send(wrap(message))

        self._channels.follow(socket, account, deliver)

    def _subscribe(self, socket: Socket, name: str) -> None:
        identifier, _, channel = name.partition("@")
        market = market_of(self._exchange, self._kind, identifier.upper())
        kind, _, rest = channel.partition("_")
        if kind == "kline":
            frame = Timeframe.parse(rest)
            self._channels.attach(
                socket, market, frame, lambda row, closed: _kline(market, frame, row, closed), _revise
            )
            return
        kind = channel.partition("@")[0]
        if kind not in _CHANNELS:
            raise ValueError(f"there is no stream {name}")
        word = _CHANNELS[kind]
        self._channels.attach(
            socket, market, market.base, lambda row, closed: word(market, self._exchange.now()), _revise
        )


def _kline(market: Market, frame: Timeframe, row: Candle, closed: bool) -> Message:
    identifier = market_id(market.spec.symbol)
    return {
        "e": "kline", "E": market.time, "s": identifier,
        "k": {
            "t": row.time, "T": row.time + frame.ms - 1, "s": identifier, "i": frame.name, "f": 0, "L": 0,
            "o": repr(row.open), "c": repr(row.close), "h": repr(row.high), "l": repr(row.low), "v": repr(row.volume),
            "n": 1, "x": closed, "q": repr(row.volume * row.close), "V": "0", "Q": "0", "B": "0",
        },
    }  # fmt: skip


def _ticker(market: Market, now: int) -> Message:
    told = ticker(market, now)
    return {
        "e": "24hrTicker", "E": now, "s": told["symbol"], "p": "0", "P": "0", "w": told["lastPrice"],
        "c": told["lastPrice"], "Q": "0", "b": told["bidPrice"], "B": told["bidQty"], "a": told["askPrice"],
        "A": told["askQty"], "o": told["openPrice"], "h": told["highPrice"], "l": told["lowPrice"],
        "v": told["volume"], "q": told["quoteVolume"], "O": told["openTime"], "C": now, "n": 1,
    }  # fmt: skip


def _book_ticker(market: Market, now: int) -> Message:
    told = book_ticker(market)
    return {"u": now, "s": told["symbol"], "b": told["bidPrice"], "B": told["bidQty"], "a": told["askPrice"],
            "A": told["askQty"], "T": now, "E": now}  # fmt: skip


def _depth(market: Market, now: int) -> Message:
    told = depth(market)
    return {"e": "depthUpdate", "E": now, "s": market_id(market.spec.symbol), "U": told["lastUpdateId"],
            "u": told["lastUpdateId"] + 1, "pu": told["lastUpdateId"] - 1, "b": told["bids"],
            "a": told["asks"]}  # fmt: skip


_CHANNELS: Mapping[str, Callable[[Market, int], Message]] = {
    "ticker": _ticker, "bookTicker": _book_ticker, "depth": _depth
}  # fmt: skip


def _revise(message: Message, factor: float) -> Message:
    if "k" not in message:
        return message
    prices = {name: repr(float(message["k"][name]) * factor) for name in ("o", "h", "l", "c")}
    return {**message, "k": {**message["k"], **prices}}
