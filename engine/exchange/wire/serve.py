"""Puts adapters on loopback ports and says which address stands for which real host."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web

from ..exchange import Exchange

LOOPBACK = "127.0.0.1"


class Adapter(Protocol):
    """One venue's protocol."""

    @property
    def hosts(self) -> Sequence[str]:
        """The real hosts (with their port where it is written) that it stands for."""

    def application(self, exchange: Exchange) -> web.Application:
        """Its routes; called once."""

    async def close(self) -> None:
        """Let go of every connection and of the calls that never get an answer."""


@dataclass(slots=True)
class Served:
    """Running adapters. `urls`: real host -> `http://127.0.0.1:PORT` (websockets: the same with `ws`)."""

    urls: Mapping[str, str]
    _runners: list[web.AppRunner] = field(default_factory=list)
    _adapters: Sequence[Adapter] = ()
    _driver: asyncio.Task[None] | None = None
    _ports: list[int] = field(default_factory=list)

    async def down(self) -> None:
        """Refuse connections, those that stand included, until `up`."""
        for runner in self._runners:
            for site in tuple(runner.sites):
                await site.stop()
            server = runner.server
            for connection in tuple(server.connections if server else ()):
                if connection.transport is not None:
                    connection.transport.abort()
        await asyncio.sleep(0.02)  # clients in this process learn of it

    async def up(self) -> None:
        for runner, port in zip(self._runners, self._ports, strict=True):
            await web.TCPSite(runner, LOOPBACK, port).start()

    async def close(self) -> None:
        if self._driver is not None:
            self._driver.cancel()
        for adapter in self._adapters:
            await adapter.close()
        for runner in self._runners:
            await runner.cleanup()


async def serve(exchange: Exchange, adapters: Sequence[Adapter], port: int = 0) -> Served:
    """Serve each adapter on a port of 127.0.0.1 and keep the exchange's time going until `close`.

    `port`: where the first is served, the others behind it; 0: each on a free one. Raises OSError for one in use.
    """
    urls: dict[str, str] = {}
    served = Served(urls, _adapters=adapters)
    for place, adapter in enumerate(adapters):
        runner = web.AppRunner(adapter.application(exchange), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, LOOPBACK, port + place if port else 0)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            await served.close()
            raise
        found = int(runner.addresses[0][1])
        urls.update(dict.fromkeys(adapter.hosts, f"http://{LOOPBACK}:{found}"))
        served._runners.append(runner)
        served._ports.append(found)
    served._driver = asyncio.get_running_loop().create_task(exchange.run())
    return served
