"""The database's tables: the events, the rows that follow from them, and how a row becomes values of columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType, NoneType
from typing import Any, NamedTuple, TypeVar, get_args

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Select, Table, Text, bindparam, select

from .codec import canonical
from .coders import coders_of
from .exact import number_of, text_of
from .rows import TABLES, FillRow, OrderRow, Row

R = TypeVar("R", bound=Row)

METADATA = MetaData()
_WHOLE = BigInteger().with_variant(Integer, "sqlite")

EVENTS = Table(
    "events",
    METADATA,
    Column("seq", _WHOLE, primary_key=True, autoincrement=False),
    Column("time", _WHOLE, nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", _WHOLE, nullable=False),
    Column("session_id", Text),
    Column("order_id", Text),
    Column("payload", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("events_by_session", "session_id"),
    Index("events_by_order", "order_id"),
)
FACTS = Table("ledger", METADATA, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
"""What is known of the ledger itself: id, head, base, token."""
CARRIED = Table(
    "carried",
    METADATA,
    Column("place", _WHOLE, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("payload", Text, nullable=False),
)
"""Rows that outlived archived events, as JSON: where a replay of the remaining ones begins."""


class _Field(NamedTuple):
    name: str
    type: Any
    nullable: bool
    out: Callable[[Any], Any]
    back: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _value(word: StrEnum) -> str:
    return word.value


def _field(name: str, hint: Any, out: Callable[[Any], Any], back: Callable[[Any], Any]) -> _Field:
    parts = get_args(hint)
    nullable = NoneType in parts
    kind = next(part for part in parts if part is not NoneType) if nullable else hint
    if kind is int or kind is bool or kind is str:
        return _Field(name, {int: _WHOLE, bool: Boolean, str: Text}[kind], nullable, _same, _same)
    if kind is Decimal:
        return _Field(name, Text, nullable, text_of, number_of)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _Field(name, Text, nullable, _value, kind)
    return _Field(name, Text, nullable, lambda v: canonical(out(v)), lambda v: back(json.loads(v)))


_FIELDS: Mapping[type[Row], tuple[_Field, ...]] = MappingProxyType(
    {cls: tuple(_field(c.name, c.hint, c.coder.encode, c.coder.decode) for c in coders_of(cls)) for cls in TABLES}
)
_KEY_FIELDS = MappingProxyType(
    {cls: tuple(next(f for f in fields if f.name == name) for name in cls.KEY) for cls, fields in _FIELDS.items()}
)


def _table(cls: type[Row], name: str) -> Table:
    columns = (
        Column(f.name, f.type, primary_key=f.name in cls.KEY, nullable=f.nullable, autoincrement=False)
        for f in _FIELDS[cls]
    )
    return Table(name, METADATA, *columns)


ROWS: Mapping[type[Row], Table] = MappingProxyType({cls: _table(cls, name) for cls, name in TABLES.items()})
BY_KEY: Mapping[type[Row], Select[Any]] = MappingProxyType(
    {cls: select(table).where(*(table.c[name] == bindparam(name) for name in cls.KEY)) for cls, table in ROWS.items()}
)
"""The one row of a key, whose parts `key_values` gives."""
Index("orders_by_state", ROWS[OrderRow].c.state)
Index("orders_by_venue_id", ROWS[OrderRow].c.venue_id)
Index("fills_by_order", ROWS[FillRow].c.order_id)


def values_of(row: Row) -> dict[str, Any]:
    """The row as values of its table's columns."""
    values = {}
    for name, _, _, out, _ in _FIELDS[type(row)]:
        value = getattr(row, name)
        values[name] = None if value is None else out(value)
    return values


def row_of(cls: type[R], values: Any) -> R:
    """The row of one result of its table. Raises ValueError for values that the ledger never writes."""
    found = (None if value is None else f.back(value) for f, value in zip(_FIELDS[cls], values, strict=True))
    return cls(*found)


def key_values(cls: type[Row], key: tuple[object, ...]) -> dict[str, Any]:
    """A key as values of the key's columns."""
    return {field.name: field.out(part) for field, part in zip(_KEY_FIELDS[cls], key, strict=True)}
