"""The tables' version: made new, brought up from an older one after a backup, refused when it is newer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from .chain import EMPTY
from .facts import write_fact
from .place import APPLICATION, Place
from .refusal import LedgerError
from .tables import METADATA

if TYPE_CHECKING:
    from alembic.config import Config

VERSION = "r0001"
"""The revision that this program reads and writes: the newest in `revisions/versions`."""
REVISIONS = Path(__file__).parent / "revisions"
VERSION_TABLE = "ledger_version"


def version_of(connection: Connection, place: Place) -> str | None:
    """The revision of the tables, None where there are none. Raises LedgerError where other tables are in the way."""
    names = set(inspect(connection).get_table_names())
    if VERSION_TABLE in names:
        found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars().all()
        if len(found) == 1:
            return str(found[0])
        raise LedgerError(f"{place}: its version is missing", help="restore a backup: `stratrun ledger restore`")
    taken = names & set(METADATA.tables)
    if taken or (names and place.path is not None):
        raise LedgerError(
            f"{place} is not a ledger: it holds tables of something else ({', '.join(sorted(taken or names)[:3])})",
            help="name another file or database",
        )
    return None


def check_version(connection: Connection, place: Place) -> None:
    """What a reader needs. Raises LedgerError unless the tables are of this program's version."""
    found = version_of(connection, place)
    if found is None:
        raise LedgerError(
            f"{place}: there is no ledger in it",
            help="name the ledger of a session, as `ledger:` in its deployment does; `stratrun run` writes them",
        )
    if found in _older():
        raise LedgerError(f"{place} is of an older version ({found})", help="run `stratrun ledger upgrade`")
    if found != VERSION:
        raise _newer(place, found)


def make_current(
    connection: Connection, place: Place, save: Callable[[str], None], now: int, identity: str | None = None
) -> None:
    """Make the tables, or bring them to this program's version; `save(version)` keeps a copy before that.

    `identity` is the id of a ledger that is made; a random one where it is None.

    Raises LedgerError for tables of a newer program, or of something else.
    """
    found = version_of(connection, place)
    if found == VERSION:
        return
    if found is not None and found not in _older():
        raise _newer(place, found)
    if found is not None:
        save(found)
    _upgrade(connection)
    if found is None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION}")
        for name, value in (("id", identity or uuid.uuid4().hex), ("made", str(now)), ("token", "0")):
            write_fact(connection, name, value)
        write_fact(connection, "head", f"{EMPTY.seq}:{EMPTY.hash}")
        write_fact(connection, "base", f"{EMPTY.seq}:{EMPTY.hash}")


def _upgrade(connection: Connection) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, VERSION)


def _older() -> set[str]:
    """Revisions before this program's."""
    files = {path.stem for path in (REVISIONS / "versions").glob("r[0-9]*.py")}
    return {name.split("_")[0] for name in files} - {VERSION}


def _newer(place: Place, found: str) -> LedgerError:
    return LedgerError(
        f"{place} was written by a newer stratrun (its tables are {found}, this one knows {VERSION})",
        help="install the newer release; nothing was changed",
    )


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(REVISIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
