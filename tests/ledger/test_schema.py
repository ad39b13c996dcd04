"""The tables that the revisions make are those that the program uses."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from stratrun.engine.ledger import schema
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.place import place_of
from stratrun.engine.ledger.reader import Reader
from stratrun.engine.ledger.tables import METADATA

from .story import Clock


def test_the_revisions_make_the_tables(place: str) -> None:
    """On both databases nothing differs between what is made and what is used."""
    open_writer(place, Clock()).close()
    options = {"version_table": schema.VERSION_TABLE, "compare_type": True}
    with Reader(place_of(place)).connected() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []


def test_the_newest_revision_is_the_programs() -> None:
    """The revision the program asks for is the last of one line."""
    assert ScriptDirectory(str(schema.REVISIONS)).get_heads() == [schema.VERSION]
