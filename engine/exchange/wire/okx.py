"""OKX: spot and linear swaps behind the same hosts, its REST v5 routes and its three websockets."""

from __future__ import annotations

from aiohttp import web

from ..exchange import Exchange
from ..faults import Faults
from .gateway import Gateway
from .okx_account import Accounts
from .okx_codes import error_answer, refuse
from .okx_public import Public
from .okx_sign import KEY_HEADER, Identity
from .okx_streams import Streams
from .okx_trade import Trade
from .okx_words import without_ids


class Okx:
    """`stamps` False ignores the age of requests, for an exchange whose clock runs faster than its clients'."""

    hosts = ("www.okx.com", "ws.okx.com:443", "ws.okx.com")

    def __init__(self, faults: Faults | None = None, stamps: bool = True) -> None:
        self.faults, self._stamps = faults or Faults(), stamps

    def application(self, exchange: Exchange) -> web.Application:
        identity, accounts = Identity(exchange, self._stamps), Accounts(exchange)
        self._gateway = Gateway(
            exchange, self.faults, identity.of_request, refuse, error_answer, without_ids, KEY_HEADER
        )  # fmt: skip
        self._streams = Streams(exchange, self.faults, accounts, identity.of_login)
        application = web.Application()
        for (method, path), route in {
            **Public(exchange).routes(), **Trade(exchange).routes(), **accounts.routes()
        }.items():  # fmt: skip
            application.router.add_route(method, path, self._gateway.handler(route))
        for name in ("public", "private", "business"):
            application.router.add_get(f"/ws/v5/{name}", self._streams.connect)
        return application

    async def close(self) -> None:
        self._gateway.close()
        self._streams.close()
