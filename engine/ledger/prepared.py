"""Statements that change rows, compiled once for each kind of database: what every append runs again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, Connection, Table, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg

from .rows import KeyRow
from .tables import EVENTS, FACTS, ROWS

_DIALECTS = {"sqlite": sqlite.dialect, "postgresql": psycopg.dialect}
_INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Prepared:
    """`order`: the values' names in their places; None where the driver takes them by name."""

    text: str
    order: tuple[str, ...] | None

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Once for each row of values by name; there is one at least."""
        found = [row if self.order is None else tuple(row[name] for name in self.order) for row in rows]
        connection.exec_driver_sql(self.text, found if len(found) > 1 else found[0])


@lru_cache
def appended(dialect: str) -> Prepared:
    """Events' rows, which are only ever added."""
    return _prepared(insert(EVENTS), dialect)


@lru_cache
def changed_fact(dialect: str) -> Prepared:
    """`new` for the fact `fact`."""
    return _prepared(update(FACTS).where(FACTS.c.name == bindparam("fact")).values(value=bindparam("new")), dialect)


@lru_cache
def upserted(table: Table, dialect: str) -> Prepared:
    """A row that is new, or takes the place of the one with its key; a key is only ever added."""
    statement = _INSERT[dialect](table)
    if table is not ROWS[KeyRow]:
        rest = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
        statement = statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest)
    return _prepared(statement, dialect)


def _prepared(statement: ClauseElement, dialect: str) -> Prepared:
    compiled: Any = statement.compile(dialect=_DIALECTS[dialect]())
    return Prepared(str(compiled), tuple(compiled.positiontup) if compiled.positional else None)
