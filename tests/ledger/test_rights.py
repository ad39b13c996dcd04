"""A ledger, its locks and its copies are their owner's alone, whatever rights the user's other new files have."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from stratrun.engine.ledger.copying import backup, restore
from stratrun.engine.ledger.events_control import Noted
from stratrun.engine.ledger.file import make_private
from stratrun.engine.ledger.lock import WriterLock
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.place import Place, place_of
from stratrun.engine.ledger.retention import retain
from stratrun.engine.ledger.verify import verify

from .story import NOW, Clock, closed, funds, opened, round_trips

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="a file's mode says nothing on Windows"),
    pytest.mark.usefixtures("mask"),
]


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_file_of_a_new_ledger_is_private(file: Path) -> None:
    """File, log, index and lock: nobody else may read one, and so nobody else can lock one."""
    with open_writer(file, Clock()) as writer:
        writer.append(Noted("a", "recorded"))
        found = {path.name: rights(path) for path in file.parent.iterdir()}
    assert found == dict.fromkeys(("ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.db.lock"), 0o600)


def test_a_ledger_behind_a_link_is_private(tmp_path: Path, file: Path) -> None:
    """A link that leads to no file yet gets one that is private."""
    file.symlink_to(tmp_path / "real.db")
    open_writer(file, Clock()).close()
    assert rights(tmp_path / "real.db") == 0o600


def test_copies_are_private_though_the_ledger_is_shared(file: Path, tmp_path: Path) -> None:
    """Backups, archives and what is restored are new files: they do not inherit what was allowed of another."""
    with open_writer(file, Clock()) as writer:
        writer.append(opened(), funds(), *round_trips(2), closed())
        file.chmod(0o644)
        backup(writer.read, tmp_path / "backup.db")
        assert retain(writer, tmp_path / "archive.db", 10 * NOW)
    restore(tmp_path / "backup.db", Place(path=tmp_path / "back.db"))
    for name in ("backup.db", "archive.db", "back.db", "back.db.lock"):
        assert rights(tmp_path / name) == 0o600, name


def test_a_backup_of_a_server_is_private(tmp_path: Path, database: str) -> None:
    """A file that is made of a server's rows is as private as one that is copied from a file."""
    with open_writer(database, Clock()) as writer:
        writer.append(opened(), funds())
        backup(writer.read, tmp_path / "backup.db")
    assert rights(tmp_path / "backup.db") == 0o600
    assert not verify(open_reader(place_of(tmp_path / "backup.db"))).findings


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o660])
def test_what_was_allowed_on_purpose_stays(file: Path, mode: int) -> None:
    """Opening a ledger changes nothing of its rights, and its log has the same."""
    open_writer(file, Clock()).close()
    file.chmod(mode)
    with open_writer(file, Clock()) as writer:
        writer.append(Noted("a", "recorded"))
        assert [rights(file.with_name(f"ledger.db{part}")) for part in ("", "-wal", "-shm")] == [mode] * 3


@pytest.mark.parametrize(("ledger", "lock"), [(0o600, 0o600), (0o640, 0o600), (0o644, 0o600), (0o660, 0o660)])
def test_who_may_not_write_a_ledger_may_not_lock_it(file: Path, ledger: int, lock: int) -> None:
    """The lock goes with the right to write, for a lock that is new and for one that an earlier release left."""
    file.touch()
    file.chmod(ledger)
    note = file.with_name("ledger.db.lock")
    for _ in range(2):
        with WriterLock(file):
            assert rights(note) == lock
        note.chmod(0o666)


def test_a_file_that_is_there_is_not_opened(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps its content and its rights, and no descriptor of it is ever closed, which would give up its locks."""
    file.write_bytes(b"something")
    file.chmod(0o640)
    monkeypatch.setattr(os, "close", lambda handle: pytest.fail("something was opened"))
    make_private(file)
    assert (file.read_bytes(), rights(file)) == (b"something", 0o640)
