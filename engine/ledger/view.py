"""Rows by key: what a projection reads, and a draft that holds what one event changes."""

from __future__ import annotations

from typing import Protocol, TypeVar, cast

from .rows import Key, Row, key

R = TypeVar("R", bound=Row)


class View(Protocol):
    """Finds a row of a table."""

    def get(self, table: type[R], *key: object) -> R | None: ...


class Draft:
    """A view with the changes of one event on top."""

    def __init__(self, below: View) -> None:
        self._below = below
        self._rows: dict[tuple[type[Row], Key], Row] = {}

    def get(self, table: type[R], *key: object) -> R | None:
        found = self._rows.get((table, key))
        return cast("R", found) if found is not None else self._below.get(table, *key)

    def put(self, row: Row) -> None:
        self._rows[type(row), key(row)] = row

    def rows(self) -> tuple[Row, ...]:
        """What changed, each row once, in order."""
        return tuple(self._rows.values())


class Memory:
    """Rows in memory: the projection of a short ledger, or of a test."""

    def __init__(self) -> None:
        self.rows: dict[tuple[type[Row], Key], Row] = {}

    def get(self, table: type[R], *key: object) -> R | None:
        return cast("R | None", self.rows.get((table, key)))

    def take(self, rows: tuple[Row, ...]) -> None:
        for row in rows:
            self.rows[type(row), key(row)] = row
