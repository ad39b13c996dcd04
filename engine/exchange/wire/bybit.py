"""Bybit: spot and linear contracts of a unified account behind the same hosts, REST v5 and its websockets."""

from __future__ import annotations

from aiohttp import web

from ..exchange import Exchange
from ..faults import Faults
from .bybit_account import Accounts
from .bybit_codes import error_answer, refuse
from .bybit_public import Public
from .bybit_sign import KEY_HEADER, Identity
from .bybit_streams import Streams
from .bybit_trade import Trade
from .bybit_words import without_ids
from .gateway import Gateway


class Bybit:
    """`stamps` False ignores the age of requests, for an exchange whose clock runs faster than its clients'."""

    hosts = ("api.bybit.com", "stream.bybit.com")

    def __init__(self, faults: Faults | None = None, stamps: bool = True) -> None:
        self.faults, self._stamps = faults or Faults(), stamps

    def application(self, exchange: Exchange) -> web.Application:
        identity = Identity(exchange, self._stamps)
        self._gateway = Gateway(
            exchange, self.faults, identity.of_request, refuse, error_answer, without_ids, KEY_HEADER
        )  # fmt: skip
        self._streams = Streams(exchange, self.faults, identity.of_login)
        application = web.Application()
        for (method, path), route in {
            **Public(exchange).routes(), **Trade(exchange).routes(), **Accounts(exchange).routes()
        }.items():  # fmt: skip
            application.router.add_route(method, path, self._gateway.handler(route))
        application.router.add_get("/v5/private", self._streams.private)
        application.router.add_get("/v5/public/{category}", self._streams.public)
        return application

    async def close(self) -> None:
        self._gateway.close()
        self._streams.close()
