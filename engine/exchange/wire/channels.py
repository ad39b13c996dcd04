"""Websockets of a venue, whatever they say: each connection's user events and candles, through pipes of faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from ...market.timeframe import Timeframe
from ..accounts import Account, Event
from ..exchange import Exchange
from ..faults import Call, Faults
from ..market import Market
from ..market_data import Candle
from ..pipe import Pipe
from .socket import Socket

Message = dict[str, Any]


class Channels:
    """The connections of one adapter."""

    def __init__(self, exchange: Exchange, faults: Faults) -> None:
        self._exchange, self._faults = exchange, faults
        self._sockets: set[Socket] = set()

    async def run(
        self,
        request: web.Request,
        hear: Callable[[Socket, Message], None],
        begin: Callable[[Socket], None] = lambda socket: None,
    ) -> web.StreamResponse:
        """Serve a connection; refused under maintenance."""
        if self._exchange.maintenance:
            return web.Response(status=503)
        socket = Socket()
        self._sockets.add(socket)
        socket.at_end(lambda: self._sockets.discard(socket))
        return await socket.run(request, hear, begin)

    def follow(self, socket: Socket, account: Account, tell: Callable[[Event], None]) -> None:
        """Let a connection hear an account's events until it ends."""
        clock = self._exchange.clock
        pipe = Pipe(Call.USER_STREAM, self._faults, clock, tell, lambda up: _broken(socket, up))
        account.listeners.append(pipe.feed)
        socket.at_end(lambda: account.listeners.remove(pipe.feed))
        socket.at_end(pipe.close)

    def attach(
        self,
        socket: Socket,
        market: Market,
        frame: Timeframe,
        word: Callable[[Candle, bool], Message],
        revise: Callable[[Message, float], Message],
    ) -> None:
        """Let a connection hear what `word` makes of each change of a candle."""
        clock = self._exchange.clock
        pipe = Pipe(
            Call.CANDLE_STREAM, self._faults, clock, socket.send, lambda up: _broken(socket, up), revise
        )  # fmt: skip
        listeners = market.candles(frame).listeners

        def hear(row: Candle, closed: bool) -> None:
            pipe.feed(word(row, closed))

        listeners.append(hear)
        socket.at_end(lambda: listeners.remove(hear))
        socket.at_end(pipe.close)

    def close(self) -> None:
        for socket in tuple(self._sockets):
            socket.close()


def _broken(socket: Socket, up: bool) -> None:
    if not up:
        socket.close()
