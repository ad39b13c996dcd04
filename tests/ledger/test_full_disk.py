"""Disks that are full or fail while a log is folded or a ledger is copied: told by name, and nothing is lost."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stratrun.engine.ledger.copying import backup, restore
from stratrun.engine.ledger.events_control import Noted
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.place import place_of
from stratrun.engine.ledger.refusal import LedgerError, UnreachableError
from stratrun.engine.ledger.verify import verify
from stratrun.engine.ledger.writer import FOLDED, Writer

posix = pytest.mark.skipif(sys.platform == "win32", reason="files cannot be limited there")
PAGE = 4_096


@contextmanager
def failing_behind(size: int) -> Iterator[None]:
    """Every write of this process behind so many bytes of a file fails, as on a disk that is broken there."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def appended(writer: Writer, words: str, size: int = 500, parts: int = 1) -> None:
    for k in range(FOLDED):
        writer.append(*(Noted(words, f"{k} {part}" + "x" * size) for part in range(parts)))


@posix
def test_a_fold_that_fails_stops_nothing(writer: Writer, file: Path) -> None:
    """It is told as what it is; appends go on in the log meanwhile, and the next fold takes all of it along."""
    appended(writer, "first", 3_900, parts=12)
    writer.fold()
    appended(writer, "second")
    with failing_behind(file.stat().st_size - 20 * PAGE):
        for _ in range(2):
            with pytest.raises(LedgerError, match="its log") as caught:
                writer.fold()
            assert not isinstance(caught.value, UnreachableError)
            assert str(file) in caught.value.message
            writer.append(Noted("meanwhile", "an order that closes"))
    assert writer.worth_folding
    writer.fold()
    assert not writer.worth_folding
    assert verify(writer.read).findings == ()
    assert open_reader(file).head() == writer.head


@posix
@pytest.mark.parametrize("left", [0, PAGE, 20 * PAGE])
def test_a_backup_that_fails_leaves_nothing(writer: Writer, tmp_path: Path, left: int) -> None:
    """It names what could not be written, leaves nothing of it behind, and can be made again."""
    appended(writer, "first", 3_900)
    copy = tmp_path / "copy.db"
    with failing_behind(left), pytest.raises(LedgerError, match=re.escape(f"{copy}: ")):
        backup(writer.read, copy)
    assert not list(tmp_path.glob("*copy.db*"))
    assert backup(writer.read, copy).head == writer.head


@posix
def test_a_restore_that_fails_leaves_nothing(writer: Writer, tmp_path: Path) -> None:
    """So does a restore, and a second one makes the ledger."""
    appended(writer, "first", 3_900)
    copy, back = tmp_path / "copy.db", tmp_path / "back.db"
    head = backup(writer.read, copy).head
    with failing_behind(copy.stat().st_size - PAGE), pytest.raises(LedgerError, match=re.escape(f"{back}: ")):
        restore(copy, place_of(back))
    assert {path.name for path in tmp_path.glob("*back.db*")} <= {"back.db.lock"}
    assert restore(copy, place_of(back)).head == head


@posix
@pytest.mark.parametrize("left", [0, PAGE])
def test_no_room_to_replay_is_no_finding(writer: Writer, left: int) -> None:
    """A ledger is not called damaged because the folder for temporary files is full: it is not judged at all."""
    appended(writer, "first")
    with failing_behind(left), pytest.raises(LedgerError, match="folder for temporary files"):
        verify(writer.read)
    assert verify(writer.read).findings == ()


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs a disk of its own: Linux's `unshare`")
def test_a_full_disk_stops_folds_and_copies_and_nothing_more(tmp_path: Path) -> None:
    """On a real one: fold, backup and append are told that it is full; with room again all three work, all is sound."""
    script = str(Path(__file__).with_name("filling.py"))
    command = ["unshare", "--map-root-user", "--mount", sys.executable, script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this system allows no disk of one's own")
    assert done.returncode == 0, done.stderr
    steps = [line.split(" ", 2) for line in done.stdout.splitlines()]
    assert [step[:2] for step in steps[:-1]] == [[name, "LedgerError"] for name in ("fold", "backup", "append")]
    assert all("the disk is full" in step[2] for step in steps[:-1])
    for name, step in zip(("ledger", "copy", "ledger"), steps, strict=False):
        assert f"{tmp_path}/{name}.db:" in step[2]
    assert steps[-1] == ["sound"]
