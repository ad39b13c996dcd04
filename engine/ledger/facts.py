"""What is known of the ledger itself, by name."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, select

from .chain import Head
from .prepared import changed_fact
from .tables import FACTS

_READ = select(FACTS.c.value).where(FACTS.c.name == bindparam("fact"))


def read_fact(connection: Connection, name: str) -> str:
    """Raises LookupError."""
    value = connection.execute(_READ, {"fact": name}).scalar()
    if value is None:
        raise LookupError(f"the ledger does not tell its {name}")
    return str(value)


def read_head(connection: Connection, name: str = "head") -> Head:
    """The last row of the chain (`head`), or the last that was archived (`base`). Raises LookupError, ValueError."""
    seq, _, digest = read_fact(connection, name).partition(":")
    return Head(int(seq), digest)


def change_fact(connection: Connection, name: str, value: str) -> None:
    changed_fact(connection.dialect.name).run(connection, [{"fact": name, "new": value}])


def write_fact(connection: Connection, name: str, value: str) -> None:
    """Set it whether or not it is there."""
    connection.execute(delete(FACTS).where(FACTS.c.name == name))
    connection.execute(insert(FACTS).values(name=name, value=value))
