"""Bybit's websockets: candles, tickers and books, and after a login orders, executions, wallet and positions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from ...market.timeframe import Timeframe
from ..accounts import Account, Event, HoldingEvent, OrderEvent
from ..exchange import Exchange
from ..faults import Faults
from ..market_data import Candle
from ..refusal import RefusedError
from .bybit_account import wallet
from .bybit_public import book, frame_of, ticker
from .bybit_words import fill_row, market_of, order_row, position_row
from .channels import Channels, Message
from .socket import Socket


class Streams:
    """`login` gives the account of a login's arguments."""

    def __init__(self, exchange: Exchange, faults: Faults, login: Callable[[list[object]], Account]) -> None:
        self._exchange, self._login = exchange, login
        self._channels = Channels(exchange, faults)

    async def private(self, request: web.Request) -> web.StreamResponse:
        return await self._channels.run(request, _Owner(self._exchange, self._channels, self._login))

    async def public(self, request: web.Request) -> web.StreamResponse:
        category = request.match_info["category"]
        return await self._channels.run(request, lambda socket, message: self._hear(socket, category, message))

    def close(self) -> None:
        self._channels.close()

    def _hear(self, socket: Socket, category: str, message: Message) -> None:
        if message.get("op") == "ping":
            socket.send({"success": True, "ret_msg": "pong", "op": "ping", "req_id": message.get("req_id")})
        elif message.get("op") == "subscribe":
            try:
                for topic in _arguments(message):
                    self._subscribe(socket, category, str(topic))
            except (RefusedError, ValueError) as error:
                socket.send(_answer(message, f"error:handler not found, {error}"))
                return
            socket.send(_answer(message))

    def _subscribe(self, socket: Socket, category: str, topic: str) -> None:
        kind, _, rest = topic.partition(".")
        middle, _, identifier = rest.rpartition(".")
        market, now = market_of(self._exchange, category, identifier), self._exchange.now
        if kind == "kline":
            frame = frame_of(middle)
            self._channels.attach(
                socket, market, frame, lambda row, closed: _kline(topic, middle, frame, row, closed, now()), _revise
            )
            return
        words: dict[str, Callable[[], Any]] = {
            "tickers": lambda: ticker(market), "orderbook": lambda: book(market, now())
        }  # fmt: skip
        if kind not in words:
            raise ValueError(topic)

        def word() -> Message:
            return {"topic": topic, "type": "snapshot", "ts": now(), "cs": now(), "data": words[kind]()}

        socket.send(word())
        self._channels.attach(socket, market, market.base, lambda row, closed: word(), lambda message, factor: message)


class _Owner:
    """One private connection: who logged in, and the topics that it listens to."""

    def __init__(self, exchange: Exchange, channels: Channels, login: Callable[[list[object]], Account]) -> None:
        self._exchange, self._channels, self._login = exchange, channels, login
        self._account: Account | None = None
        self._topics: set[str] = set()

    def __call__(self, socket: Socket, message: Message) -> None:
        match message.get("op"):
            case "ping":
                socket.send({"op": "pong", "req_id": message.get("req_id")})
            case "auth":
                self._enter(socket, message)
            case "subscribe" if self._account is None:
                socket.send(_answer(message, "error:not authorized"))
            case "subscribe":
                self._topics.update(map(str, _arguments(message)))
                socket.send(_answer(message))

    def _enter(self, socket: Socket, message: Message) -> None:
        try:
            account = self._account = self._login(_arguments(message))
        except RefusedError as refused:
            socket.send({**_answer(message, f"error:{refused.words}"), "request": {"op": "auth"}})
            return
        socket.send({"success": True, "ret_msg": "", "op": "auth", "conn_id": "sim"})
        self._channels.follow(socket, account, lambda event: self._tell(socket, account, event))

    def _tell(self, socket: Socket, account: Account, event: Event) -> None:
        for topic, rows in self._rows(account, event):
            if topic in self._topics:
                socket.send({"topic": topic, "id": str(event.seq), "creationTime": event.time, "data": rows})

    def _rows(self, account: Account, event: Event) -> list[tuple[str, list[Any]]]:
        body = event.body
        if isinstance(body, OrderEvent):
            spec = self._exchange.market(body.order.symbol).spec
            fills = [("execution", [fill_row(spec, body.fill, body.order)])] if body.fill is not None else []
            return [*fills, ("order", [order_row(spec, body.order)])]
        if isinstance(body, HoldingEvent):
            return [("position", [position_row(account, self._exchange.market(body.symbol), body.holding)])]
        return [("wallet", [wallet(account)])]


def _arguments(message: Message) -> list[Any]:
    given = message.get("args")
    return given if isinstance(given, list) else []


def _answer(message: Message, error: str = "") -> Message:
    return {"success": not error, "ret_msg": error, "op": message.get("op"), "req_id": message.get("req_id"),
            "conn_id": "sim"}  # fmt: skip


def _kline(topic: str, interval: str, frame: Timeframe, row: Candle, closed: bool, now: int) -> Message:
    told = {
        "start": row.time, "end": row.time + frame.ms - 1, "interval": interval, "open": repr(row.open),
        "close": repr(row.close), "high": repr(row.high), "low": repr(row.low), "volume": repr(row.volume),
        "turnover": repr(row.volume * row.close), "confirm": closed, "timestamp": now,
    }  # fmt: skip
    return {"topic": topic, "type": "snapshot", "ts": now, "data": [told]}


def _revise(message: Message, factor: float) -> Message:
    names = ("open", "high", "low", "close")
    rows = [{**row, **{name: repr(float(row[name]) * factor) for name in names}} for row in message["data"]]
    return {**message, "data": rows}
