"""One websocket connection: messages leave in order, whoever sends them, and what was attached to it goes with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import WSMsgType, web


class Socket:
    def __init__(self) -> None:
        self._socket = web.WebSocketResponse(heartbeat=None)
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._ends: list[Callable[[], None]] = []

    async def run(
        self, request: web.Request, hear: Callable[[Socket, dict[str, Any]], None], begin: Callable[[Socket], None]
    ) -> web.WebSocketResponse:
        """Serve a connection until either side ends it. `hear` takes its messages; `begin` runs first."""
        await self._socket.prepare(request)
        writer = asyncio.get_running_loop().create_task(self._write())
        begin(self)
        try:
            async for message in self._messages():
                hear(self, message)
        finally:
            for end in self._ends:
                end()
            self._queue.put_nowait(None)
            await writer
        return self._socket

    def send(self, message: Any) -> None:
        self._queue.put_nowait(json.dumps(message))

    def close(self) -> None:
        """Say good-bye once all that was sent is out."""
        self._queue.put_nowait(None)

    def at_end(self, end: Callable[[], None]) -> None:
        self._ends.append(end)

    async def _messages(self) -> AsyncIterator[dict[str, Any]]:
        async for message in self._socket:
            if message.type is WSMsgType.TEXT and message.data == "ping":
                self._queue.put_nowait("pong")
            elif message.type is WSMsgType.TEXT:
                try:
                    content = json.loads(message.data)
                except ValueError:
                    continue
                if isinstance(content, dict):
                    yield content

    async def _write(self) -> None:
        while (text := await self._queue.get()) is not None:
            if self._socket.closed:
                return
            try:
                await self._socket.send_str(text)
            except ConnectionError:
                return
        await self._socket.close()
