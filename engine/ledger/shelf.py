"""Rows in the database with the recent ones kept in memory: what an append reads, and what it writes back."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from sqlalchemy import Connection

from .prepared import upserted
from .rows import Key, KeyRow, Row, key
from .tables import BY_KEY, ROWS, key_values, row_of, values_of

R = TypeVar("R", bound=Row)
KEPT = 20_000
"""Rows kept in memory at most, after a flush."""


class Shelf:
    """A View over one connection. `put` stages rows, `flush` writes them, `settle` or `discard` ends the append."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kept: dict[tuple[type[Row], Key], Row | None] = {}
        self._staged: dict[tuple[type[Row], Key], Row] = {}

    def get(self, table: type[R], *parts: object) -> R | None:
        place = (table, parts)
        staged = self._staged.get(place)
        if staged is not None:
            return cast("R", staged)
        if place not in self._kept:
            self._kept[place] = self._read(table, parts)
        return cast("R | None", self._kept[place])

    def put(self, rows: tuple[Row, ...]) -> None:
        for row in rows:
            self._staged[type(row), key(row)] = row

    def flush(self) -> None:
        """Write what is staged, one statement a table."""
        tables: dict[type[Row], list[dict[str, Any]]] = {}
        for row in self._staged.values():
            tables.setdefault(type(row), []).append(values_of(row))
        for cls, values in tables.items():
            upserted(ROWS[cls], self._connection.dialect.name).run(self._connection, values)

    def settle(self) -> None:
        """What was flushed is committed."""
        for place, row in self._staged.items():
            self._kept.pop(place, None)
            if place[0] is not KeyRow:
                self._kept[place] = row
        self._staged.clear()
        if len(self._kept) > KEPT:
            for place in list(self._kept)[: len(self._kept) - KEPT // 2]:
                del self._kept[place]

    def discard(self) -> None:
        """What was staged did not happen."""
        self._staged.clear()
        self._kept.clear()

    def _read(self, table: type[R], parts: Key) -> R | None:
        found = self._connection.execute(BY_KEY[table], key_values(table, parts)).first()
        return None if found is None else row_of(table, found)
