"""What a venue tells of a whole account at once, read once for all the markets that are asked about within a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Row = TypeVar("Row")

_MOMENT = 1.5
"""Seconds; shorter than the time after which a difference with the venue is looked at again, with a fresh reading."""


class SharedReading(Generic[Row]):
    """The last reading: a comparison asks for each of its symbols in turn, and would be answered alike each time."""

    def __init__(self) -> None:
        self._begun, self._since = 0.0, 0
        self._rows: list[Row] | None = None

    async def rows(self, since: int, read: Callable[[int], Awaitable[list[Row]]]) -> list[Row]:
        """Those from `since` (ms) on, and maybe older ones, as they were when asked for or a moment before.

        Raises what `read` raises; nothing is kept then.
        """
        begun = asyncio.get_running_loop().time()
        if self._rows is None or begun - self._begun > _MOMENT or since < self._since:
            self._rows = None
            rows = await read(since)
            self._begun, self._since, self._rows = begun, since, rows
        return self._rows
