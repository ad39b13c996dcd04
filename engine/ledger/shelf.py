"""Rows in the database with the recent ones kept in memory: what an append reads, and what it writes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Insert, Select, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from .rows import Key, KeyRow, Row, key
from .tables import ROWS, key_values, row_of, values_of

R = TypeVar("R", bound=Row)
KEPT = 20_000
"""Rows kept in memory at most, after a flush."""


class Shelf:
    """A View over one connection. `put` stages rows, `flush` writes them, `settle` or `discard` ends the append."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kept: dict[tuple[type[Row], Key], Row | None] = {}
        self._staged: dict[tuple[type[Row], Key], Row] = {}
        self._reads: dict[type[Row], Select[Any]] = {}
        self._writes = {cls: _upsert(cls, connection.dialect.name) for cls in ROWS}

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
            self._connection.execute(self._writes[cls], values)

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
        if table not in self._reads:
            columns = ROWS[table].c
            self._reads[table] = select(ROWS[table]).where(*(columns[name] == bindparam(name) for name in table.KEY))
        found = self._connection.execute(self._reads[table], key_values(table, parts)).first()
        return None if found is None else row_of(table, found)


_INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _upsert(cls: type[Row], dialect: str) -> Insert:
    """Insert, or replace the row with the same key; a KeyRow is only ever inserted."""
    statement = _INSERT[dialect](ROWS[cls])
    if cls is KeyRow:
        return cast("Insert", statement)
    rest = {column.name: statement.excluded[column.name] for column in ROWS[cls].c if not column.primary_key}
    return cast("Insert", statement.on_conflict_do_update(index_elements=list(cls.KEY), set_=rest))
