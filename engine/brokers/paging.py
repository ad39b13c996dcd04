"""All rows of a stretch of time: questions with a start and an end, halved until no answer is a full page.

It holds whatever the order a venue answers in, and whether or not it says that there is more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import TypeVar

from .outcome import ReadError

Row = TypeVar("Row")
Fetch = Callable[[int, int], Awaitable[list[Row]]]
"""From and until (ms, both inclusive) to the rows of one answer."""

GRAIN = 1_000
"""Some venues count in seconds: no question is about less."""
DAY = 86_400_000


async def everything(
    fetch: Fetch[Row],
    since: int,
    until: int,
    *,
    page: int,
    span: int,
    key: Callable[[Row], Hashable],
    time: Callable[[Row], int],
) -> list[Row]:
    """Rows from `since` to `until`, each once, oldest first.

    `page` is the most rows of an answer, `span` the longest stretch (ms) that the venue answers for. Raises ReadError
    where one second holds more than a page.
    """
    found: dict[Hashable, Row] = {}
    todo = _stretches(since // GRAIN * GRAIN, -(-(until + 1) // GRAIN) * GRAIN, max(span, GRAIN))
    while todo:
        start, end = todo.pop()
        rows = await fetch(start, end)
        if len(rows) >= page:
            if end - start <= GRAIN:
                raise ReadError(f"more than {page} rows within a second: the venue does not show them all")
            middle = (start + end) // 2 // GRAIN * GRAIN
            todo += [(middle, end), (start, middle)]
            continue
        found |= {key(row): row for row in rows}
    return sorted((row for row in found.values() if time(row) >= since), key=time)


def _stretches(start: int, end: int, span: int) -> list[tuple[int, int]]:
    """The last first, so that popping gives the oldest; they share their ends."""
    span = max(span // GRAIN * GRAIN, GRAIN)
    return [(at, min(at + span, end)) for at in range(start, max(end, start + 1), span)][::-1]
