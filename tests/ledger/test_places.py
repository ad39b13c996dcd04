"""Where a ledger cannot be: told in one message, and nothing changed."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from stratrun.engine.ledger import place, schema
from stratrun.engine.ledger.events_control import Noted
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.place import place_of
from stratrun.engine.ledger.refusal import LedgerError, UnreachableError
from stratrun.engine.ledger.verify import verify
from stratrun.engine.ledger.writer import Writer

from .story import Clock, opened, round_trips


def refused(where: Path | str, words: str) -> None:
    for open_it in (open_reader, lambda place: open_writer(place, Clock())):
        with pytest.raises(LedgerError, match=words):
            open_it(where)


def test_what_is_no_ledger_is_left_alone(tmp_path: Path) -> None:
    """A text file, a folder and another program's database are refused by name, and not touched."""
    (tmp_path / "notes.txt").write_text("dear diary")
    refused(tmp_path / "notes.txt", "no SQLite file")
    refused(tmp_path, "is a folder")
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE orders (id INTEGER)")
    other.close()
    before = (tmp_path / "other.db").read_bytes()
    refused(tmp_path / "other.db", "tables of something else")
    assert (tmp_path / "other.db").read_bytes() == before
    other = sqlite3.connect(tmp_path / "theirs.db")
    other.executescript("PRAGMA application_id = 42; CREATE TABLE x (id)")
    other.close()
    refused(tmp_path / "theirs.db", "another program")


@pytest.mark.parametrize("name", ["", " ", "mysql://u:pw@h/d", "postgresql://u:pw@h:port/d", "a\0b"])
def test_a_name_that_is_none_is_told(name: str) -> None:
    """What cannot be a place is refused without a traceback, and no password is shown."""
    with pytest.raises(LedgerError) as error:
        place_of(name)
    assert "pw" not in error.value.message


def test_a_place_never_shows_its_password() -> None:
    """A URL is told with its password struck out."""
    pytest.importorskip("psycopg")
    assert "hidden" not in str(place_of("postgresql://me:hidden@host/db"))


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    """A reader makes no file, and a writer no folder."""
    with pytest.raises(LedgerError, match="there is no ledger"):
        open_reader(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(LedgerError, match="folder does not exist"):
        open_writer(tmp_path / "no" / "ledger.db", Clock())


def test_a_server_that_is_away_is_told() -> None:
    """A connection that is refused is one message with a way out."""
    pytest.importorskip("psycopg")
    with pytest.raises(LedgerError, match="the server says"):
        open_reader("postgresql://me@127.0.0.1:1/nothing")


def test_another_process_holds_it(file: Path) -> None:
    """A writer in another process keeps this one out, and its end lets it in."""
    code = (
        "import sys\nfrom stratrun.engine.ledger.opening import open_writer\n"
        "writer = open_writer(sys.argv[1], lambda: 1)\nprint('open', flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(LedgerError, match="another process is writing"):
            open_writer(file, Clock())
        assert open_reader(file).head().seq == 0
        other.kill()
    with open_writer(file, Clock()) as writer:
        assert writer.append(opened())[0].seq == 1


def test_a_full_disk_refuses_and_forgets(writer: Writer) -> None:
    """When the disk is full nothing of the append is recorded; with room again it is, and the ledger is sound."""
    writer.append(opened())
    head = writer.head
    raw = writer._connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    pages = raw.execute("PRAGMA page_count").fetchone()[0]
    raw.execute(f"PRAGMA max_page_count = {pages}")
    big = [Noted("a", "x" * 3_000) for _ in range(200)]
    with pytest.raises(LedgerError, match="disk is full"):
        writer.append(*big)
    assert writer.head == writer.read.head() == head
    raw.execute("PRAGMA max_page_count = 1000000")
    writer.append(*big, *round_trips(2))
    assert verify(writer.read).findings == ()


def test_a_failed_commit_stops_the_writer(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fails in a commit nobody knows what is there: the writer stops until it is opened again."""
    writer.append(opened())
    failed = sqlite3.OperationalError("disk I/O error")
    failed.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC

    def fail(connection: Connection) -> None:
        raise OperationalError("COMMIT", {}, failed)

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "_commit_impl", fail)
        with pytest.raises(UnreachableError, match="disk"):
            writer.append(Noted("a", "b"))
    with pytest.raises(UnreachableError):
        writer.append(Noted("a", "b"))
    writer.close()
    with open_writer(writer.place, Clock()) as again:
        assert again.append(Noted("a", "c"))[0].seq == 2


def test_a_moment_of_another_lock_is_waited_for_or_told(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that keeps the file locked is told as such, and the writer goes on afterwards."""
    path = writer.place.path
    assert path is not None
    raw = writer._connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerError, match="locked"):
        writer.append(opened())
    other.execute("ROLLBACK")
    other.close()
    assert writer.append(opened())[0].seq == 1


def test_a_newer_ledger_is_refused_by_name(file: Path) -> None:
    """Tables of a later release are named and left alone."""
    open_writer(file, Clock()).close()
    connection = sqlite3.connect(file)
    connection.execute("UPDATE ledger_version SET version_num = 'r9999'")
    connection.commit()
    connection.close()
    refused(file, "newer stratrun .*r9999")


NEXT = '''
"""A column more."""
import sqlalchemy as sa
from alembic import op
revision = "r0002"
down_revision = "r0001"
def upgrade() -> None:
    op.add_column("prefixes", sa.Column("note", sa.Text))
'''


def test_an_older_ledger_is_brought_up_after_a_backup(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later release keeps a copy, changes the tables and loses nothing; a reader asks for that first."""
    with open_writer(file, Clock()) as writer:
        writer.append(opened(), *round_trips(2))
        head = writer.head
    revisions = tmp_path / "revisions"
    shutil.copytree(schema.REVISIONS, revisions, ignore=shutil.ignore_patterns("__pycache__"))
    (revisions / "versions" / "r0002_note.py").write_text(NEXT)
    monkeypatch.setattr(schema, "REVISIONS", revisions)
    monkeypatch.setattr(schema, "VERSION", "r0002")
    with pytest.raises(LedgerError, match="older version"):
        open_reader(file)
    with open_writer(file, Clock()) as writer:
        assert writer.head == head
    monkeypatch.undo()
    copy = tmp_path / "ledger.db.r0001.bak"
    saved = open_reader(copy)
    assert saved.head() == head
    assert sys.platform == "win32" or copy.stat().st_mode & 0o077 == 0
    assert verify(saved).findings == ()
    refused(file, "newer stratrun")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a user without rights")
def test_a_read_only_ledger_is_read_and_not_written(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system that cannot be written to a ledger is shown, and a writer is refused."""
    with open_writer(file, Clock()) as writer:
        writer.append(opened())
    code = (
        "import os, sys\n"
        "from stratrun.engine.ledger.opening import open_reader, open_writer\n"
        "from stratrun.engine.ledger.refusal import LedgerError\n"
        "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "print(open_reader(sys.argv[1]).head().seq)\n"
        "try: open_writer(sys.argv[1], lambda: 1)\n"
        "except LedgerError as error: print('refused', error.message)\n"
    )
    folders = [folder for folder in file.parents if folder.is_relative_to("/tmp") and folder != Path("/tmp")]
    modes = [(folder, folder.stat().st_mode) for folder in folders]
    (file.parent / "ledger.db.lock").unlink(missing_ok=True)
    file.chmod(0o444)
    try:
        for folder in folders:
            folder.chmod(0o555)
        ran = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=False)
    finally:
        for folder, mode in modes:
            folder.chmod(mode)
    if "Permission" in ran.stderr and not ran.stdout:
        pytest.skip("the interpreter itself cannot be read by another user here")
    assert ran.stdout.startswith("1\nrefused "), ran.stderr


def test_a_writers_reads_share_a_connection_and_see_every_append(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was appended shows in the next read, and no read after the first opens the file again."""
    opens: list[bool] = []
    connect = place.connect
    monkeypatch.setattr(place, "connect", lambda path, writing: opens.append(writing) or connect(path, writing))
    with open_writer(file, Clock()) as writer:
        for _ in range(3):
            writer.append(Noted("a", "b"))
            assert writer.read.head() == writer.head
        assert opens.count(False) == 1


def test_nothing_of_a_closed_writer_stays_open(file: Path) -> None:
    """The log is folded into the file, as only the last connection does, and reading goes on without one kept."""
    with open_writer(file, Clock()) as writer:
        writer.append(Noted("a", "b"))
        entries = writer.read.entries()
        assert next(entries).seq == 1
        entries.close()
    assert [path.name for path in file.parent.iterdir() if "-" in path.name] == []
    assert writer.read.head() == writer.head
