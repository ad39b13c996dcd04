"""Binance's websockets: market streams on `/ws`, and the user's own events, each through a pipe of faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from ...market.timeframe import Timeframe
from ...market.venue import Kind
from ..accounts import Account, Event
from ..exchange import Exchange
from ..faults import Call, Faults
from ..market import Market
from ..market_data import Candle
from ..pipe import Pipe
from ..refusal import Refusal, RefusedError
from .binance_public import book_ticker, depth, ticker
from .binance_words import market_id, market_of
from .socket import Socket

Message = dict[str, Any]


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
        self._exchange, self._kind, self._faults = exchange, kind, faults
        self._tell, self._key = tell, key
        self._sockets: set[Socket] = set()
        self._down = 0

    async def public(self, request: web.Request) -> web.StreamResponse:
        return await self._run(request, self._hear_public, lambda socket: None)

    async def calls(self, request: web.Request) -> web.StreamResponse:
        """The websocket API: the user stream begins with a signed call."""
        return await self._run(request, self._hear_call, lambda socket: None)

    async def user(self, request: web.Request, account: Account) -> web.StreamResponse:
        """The user stream of a listen key."""
        return await self._run(
            request, lambda socket, message: None, lambda socket: self._follow(socket, account, lambda event: event)
        )

    def close(self) -> None:
        for socket in tuple(self._sockets):
            socket.close()

    async def _run(
        self, request: web.Request, hear: Callable[[Socket, Message], None], begin: Callable[[Socket], None]
    ) -> web.StreamResponse:
        if self._exchange.clock.now() < self._down or self._exchange.maintenance:
            return web.Response(status=503)
        socket = Socket()
        self._sockets.add(socket)
        socket.at_end(lambda: self._sockets.discard(socket))
        return await socket.run(request, hear, begin)

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

        pipe = Pipe(Call.USER_STREAM, self._faults, self._exchange.clock, deliver, lambda up: self._broken(socket, up))
        account.listeners.append(pipe.feed)
        socket.at_end(lambda: account.listeners.remove(pipe.feed))
        socket.at_end(pipe.close)

    def _broken(self, socket: Socket, up: bool) -> None:
        if not up:
            socket.close()

    def _subscribe(self, socket: Socket, name: str) -> None:
        identifier, _, channel = name.partition("@")
        market = market_of(self._exchange, self._kind, identifier.upper())
        kind, _, rest = channel.partition("_")
        if kind == "kline":
            frame = Timeframe.parse(rest)
            self._attach(socket, market, frame, lambda row, closed: _kline(market, frame, row, closed))
            return
        kind = channel.partition("@")[0]
        if kind not in _CHANNELS:
            raise ValueError(f"there is no stream {name}")
        word = _CHANNELS[kind]
        self._attach(socket, market, market.base, lambda row, closed: word(market, self._exchange.now()))

    def _attach(
        self, socket: Socket, market: Market, frame: Timeframe, word: Callable[[Candle, bool], Message]
    ) -> None:
        pipe = Pipe(
            Call.CANDLE_STREAM, self._faults, self._exchange.clock, socket.send, lambda up: self._broken(socket, up),
            _revise,
        )  # fmt: skip
        listeners = market.candles(frame).listeners

        def hear(row: Candle, closed: bool) -> None:
            pipe.feed(word(row, closed))

        listeners.append(hear)
        socket.at_end(lambda: listeners.remove(hear))
        socket.at_end(pipe.close)


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
