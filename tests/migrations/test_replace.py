"""Writing a migrated file: whatever fails on the way, nothing is lost and nothing is half written."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.migrating import replace as module
from stratrun.engine.migrating.look import Move, look
from stratrun.engine.migrating.replace import replace

from .case import HERE

OLD = (HERE / "documents" / "snake_case.json").read_bytes()
NEW = (HERE / "documents" / "snake_case.yaml").read_bytes()


@pytest.fixture
def move(tmp_path: Path) -> Move:
    path = tmp_path / "dip.json"
    path.write_bytes(OLD)
    found = look(path).move
    assert found is not None
    return found


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_old_file_becomes_a_backup(move: Move, tmp_path: Path) -> None:
    """Afterwards there are the new file and the old bytes under the backup's name."""
    kept = replace(move)
    assert kept == tmp_path / "dip.v1.json.bak"
    assert names(tmp_path) == ["dip.v1.json.bak", "dip.yaml"]
    assert kept.read_bytes() == OLD
    assert (tmp_path / "dip.yaml").read_bytes() == NEW


def test_an_older_backup_is_never_overwritten(move: Move, tmp_path: Path) -> None:
    """A backup that is there stays, and the new one gets a number."""
    (tmp_path / "dip.v1.json.bak").write_text("older")
    (tmp_path / "dip.v1.json.2.bak").write_text("younger")
    kept = replace(move)
    assert kept is not None
    assert kept.name == "dip.v1.json.3.bak"
    assert (tmp_path / "dip.v1.json.bak").read_text() == "older"


def test_without_a_backup_only_the_new_file_is_left(move: Move, tmp_path: Path) -> None:
    """Who asks for no backup gets none."""
    assert replace(move, backup=False) is None
    assert names(tmp_path) == ["dip.yaml"]


def test_a_file_of_the_new_name_is_left_alone(move: Move, tmp_path: Path) -> None:
    """Nothing that was there is overwritten, not even a dangling link."""
    (tmp_path / "dip.yaml").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="there is such a file already"):
        replace(move)
    assert names(tmp_path) == ["dip.json", "dip.yaml"]


def test_a_link_is_not_followed(move: Move, tmp_path: Path) -> None:
    """A link is refused, with the file it leads to."""
    (tmp_path / "real.json").write_bytes(OLD)
    (tmp_path / "dip.json").unlink()
    (tmp_path / "dip.json").symlink_to(tmp_path / "real.json")
    with pytest.raises(InputError, match="this is a link") as raised:
        replace(move)
    assert "real.json" in str(raised.value.help)
    assert names(tmp_path) == ["dip.json", "real.json"]


def test_a_file_that_changed_in_between_is_left_alone(move: Move, tmp_path: Path) -> None:
    """What was not read is not replaced."""
    move.path.write_bytes(OLD + b" ")
    with pytest.raises(InputError, match="has changed while"):
        replace(move)
    assert names(tmp_path) == ["dip.json"]


def test_a_file_that_changes_at_the_last_moment_is_kept(
    move: Move, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old file that changes after the new one was written is not removed."""
    real = os.replace

    def late(source: str, target: Path) -> None:
        real(source, target)
        move.path.write_bytes(b"changed")

    monkeypatch.setattr(os, "replace", late)
    with pytest.raises(InputError, match="the file changed while"):
        replace(move)
    assert move.path.read_bytes() == b"changed"
    assert (tmp_path / "dip.v1.json.bak").read_bytes() == OLD


POINTS = [("fsync", 1), ("fsync", 2), ("replace", 1), ("chmod", 1), ("chmod", 2), ("unlink", 1), ("close", 0)]


def failing(name: str, turn: int, fail: Callable[[], None]) -> Callable[..., Any]:
    real, calls = getattr(os, name), [0]

    def stand_in(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        if calls[0] == turn:
            fail()
        return real(*args, **kwargs)

    return stand_in


def sound(move: Move) -> None:
    """The old bytes are somewhere, and the new file is whole or not there."""
    folder = move.path.parent
    kept = [path for path in folder.iterdir() if path.suffix in (".json", ".bak") and path.read_bytes() == OLD]
    assert kept
    assert not move.target.exists() or move.target.read_bytes() == NEW
    assert move.path.exists() or move.target.exists()


@pytest.mark.parametrize(("name", "turn"), POINTS)
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=repr)
def test_a_failure_anywhere_loses_nothing(
    move: Move, monkeypatch: pytest.MonkeyPatch, name: str, turn: int, error: BaseException
) -> None:
    """A full disk or Ctrl-C at any step leaves the old file, or the new one and the backup; a second try works."""

    def fail() -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(os, name, failing(name, turn, fail))
        try:
            replace(move)
        except (InputError, KeyboardInterrupt):
            assert turn > 0
    sound(move)
    assert not [path for path in move.path.parent.iterdir() if path.name.endswith(".part")]
    if move.path.exists() and not move.target.exists():
        replace(move)
        assert move.target.read_bytes() == NEW


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a copy of this process")
@pytest.mark.parametrize(("name", "turn"), POINTS)
def test_killed_anywhere_nothing_is_lost(move: Move, monkeypatch: pytest.MonkeyPatch, name: str, turn: int) -> None:
    """A process that ends at any step, cleaning nothing up, leaves the old bytes and no half file of the new name."""
    child = os.fork()
    if child == 0:
        setattr(os, name, failing(name, turn, lambda: os._exit(9)))
        try:
            replace(move)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    sound(move)


def test_a_disk_that_lies_is_noticed(move: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read back is compared with what was written; the old file is not removed."""
    real = module.read_bytes
    monkeypatch.setattr(module, "read_bytes", lambda path: b"" if path == move.target else real(path))
    with pytest.raises(InputError, match="does not give back"):
        replace(move)
    assert move.path.read_bytes() == OLD
