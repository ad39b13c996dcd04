"""OKX's websockets: candles and tickers, and after a login the account's orders, stops, balances and positions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from ..accounts import Account, Event, HoldingEvent, OrderEvent
from ..exchange import Exchange, is_stop
from ..faults import Faults
from ..market_data import Candle
from ..refusal import RefusedError
from .channels import Channels, Message
from .okx_account import Accounts
from .okx_public import book, candle, frame_of, ticker
from .okx_words import algo_row, is_algo, market_of, market_type, position_row, stream_row
from .socket import Socket

_PRIVATE = ("orders", "orders-algo", "account", "positions")


class Streams:
    """`login` gives the account of a login's parameters."""

    def __init__(
        self, exchange: Exchange, faults: Faults, accounts: Accounts, login: Callable[[Mapping[str, object]], Account]
    ) -> None:
        self._exchange, self._accounts, self._login = exchange, accounts, login
        self._channels = Channels(exchange, faults)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        return await self._channels.run(request, _Visitor(self._exchange, self._channels, self._accounts, self._login))

    def close(self) -> None:
        self._channels.close()


class _Visitor:
    """One connection: who logged in, and the channels that it listens to."""

    def __init__(
        self,
        exchange: Exchange,
        channels: Channels,
        accounts: Accounts,
        login: Callable[[Mapping[str, object]], Account],
    ) -> None:
        self._exchange, self._channels, self._accounts, self._login = exchange, channels, accounts, login
        self._account: Account | None = None
        self._heard: list[Message] = []

    def __call__(self, socket: Socket, message: Message) -> None:
        try:
            for given in message.get("args", ()):
                match message.get("op"):
                    case "login":
                        self._enter(socket, given)
                    case "subscribe":
                        self._subscribe(socket, given)
        except (RefusedError, AttributeError, TypeError) as error:
            socket.send({"event": "error", "code": "60012", "msg": f"Illegal request: {error}"})

    def _enter(self, socket: Socket, given: Mapping[str, object]) -> None:
        try:
            self._account = self._login(given)
        except RefusedError as refused:
            socket.send({"event": "error", "code": "60009", "msg": f"Login failed. {refused.words}"})
            return
        socket.send({"event": "login", "code": "0", "msg": ""})

    def _subscribe(self, socket: Socket, given: Message) -> None:
        channel = str(given.get("channel", ""))
        if channel not in _PRIVATE:
            self._follow_market(socket, channel, given)
            socket.send({"event": "subscribe", "arg": given})
            return
        if self._account is None:
            socket.send({"event": "error", "code": "60011", "msg": "Please log in"})
            return
        socket.send({"event": "subscribe", "arg": given})
        if given in self._heard:
            return
        if not self._heard:
            account = self._account
            self._channels.follow(socket, account, lambda event: self._tell(socket, account, event))
        self._heard.append(given)
        self._begin(socket, self._account, given)

    def _begin(self, socket: Socket, account: Account, given: Message) -> None:
        """Balances and positions are told as they stand, first."""
        if given["channel"] == "account":
            socket.send({"arg": given, "data": [self._accounts.balances(account, list(account.wallets))]})
        elif given["channel"] == "positions":
            held = self._accounts.held(account)
            rows = [position_row(account, market, account.holding(market.spec.symbol)) for market in held]
            socket.send({"arg": given, "data": rows})

    def _follow_market(self, socket: Socket, channel: str, given: Message) -> None:
        market, now = market_of(self._exchange, str(given.get("instId", ""))), self._exchange.now
        if channel.startswith("candle"):
            frame, spec = frame_of(channel.removeprefix("candle")), market.spec

            def word(row: Candle, closed: bool) -> Message:
                return {"arg": given, "data": [candle(spec, row, closed)]}

            self._channels.attach(socket, market, frame, word, _revise)
        elif channel == "tickers":
            self._attach_quotes(socket, given, lambda: ticker(market, now()))
        else:
            self._attach_quotes(socket, given, lambda: book(market, now()))

    def _attach_quotes(self, socket: Socket, given: Message, row: Callable[[], Message]) -> None:
        market = market_of(self._exchange, str(given["instId"]))
        socket.send({"arg": given, "action": "snapshot", "data": [row()]})
        self._channels.attach(
            socket, market, market.base, lambda one, closed: {"arg": given, "action": "snapshot", "data": [row()]},
            lambda message, factor: message,
        )  # fmt: skip

    def _tell(self, socket: Socket, account: Account, event: Event) -> None:
        for given in self._heard:
            rows = self._rows(account, event, given)
            if rows:
                socket.send({"arg": given, "data": rows})

    def _rows(self, account: Account, event: Event, given: Message) -> list[Any]:
        body, channel = event.body, given["channel"]
        if isinstance(body, OrderEvent):
            return self._order_rows(account, body, given)
        if isinstance(body, HoldingEvent):
            market = self._exchange.market(body.symbol)
            return [position_row(account, market, body.holding)] if channel == "positions" else []
        return [self._accounts.balances(account, list(body.wallets))] if channel == "account" else []

    def _order_rows(self, account: Account, body: OrderEvent, given: Message) -> list[Any]:
        order, spec = body.order, self._exchange.market(body.order.symbol).spec
        if given.get("instType", "ANY") not in ("ANY", market_type(spec)):
            return []
        if given["channel"] == "orders" and not is_algo(order):
            return [stream_row(account, spec, order, body.fill)]
        if given["channel"] == "orders-algo" and is_stop(order) and body.fill is None:
            return [algo_row(account, spec, order)]
        return []


def _revise(message: Message, factor: float) -> Message:
    rows = [[row[0], *(repr(float(price) * factor) for price in row[1:5]), *row[5:]] for row in message["data"]]
    return {**message, "data": rows}
