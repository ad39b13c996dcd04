"""Files appear whole, or not at all, and only where a file may stand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.report.atomic import check_file_path, replacing


def write(path: Path, content: bytes = b"new") -> None:
    with replacing(path) as file:
        file.write(content)


def test_of_a_link_the_file_is_written(tmp_path: Path) -> None:
    """A link stays a link, and the file it leads to holds what was written."""
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "link").symlink_to("file")
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"new"


def test_only_a_file_is_replaced(tmp_path: Path) -> None:
    """A pipe, a folder, a name in no folder and an impossible name are refused and stay as they are."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    before = sorted(path.name for path in tmp_path.iterdir())
    for name in ("pipe", "folder", "none/file", "x" * 300, "zero\0byte"):
        with pytest.raises(InputError, match="cannot write the file"):
            write(tmp_path / name)
        with pytest.raises(InputError, match="cannot write the file"):
            check_file_path(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.skipif(os.name != "posix", reason="a file's mode says nothing on Windows")
@pytest.mark.parametrize("mask", [0o022, 0o000])
def test_who_may_read_what_was_written(tmp_path: Path, mask: int) -> None:
    """A private file is its owner's alone, also in the place of one that was not; others have the usual rights."""

    def written(name: str, private: bool) -> int:
        with replacing(tmp_path / name, private=private) as file:
            assert not any(path.stat().st_mode & 0o077 for path in tmp_path.glob(".*.part"))
            file.write(b"new")
        return (tmp_path / name).stat().st_mode & 0o777

    before = os.umask(mask)
    try:
        assert written("report", private=False) == 0o666 & ~mask
        assert written("secret", private=True) == 0o600
        (tmp_path / "report").chmod(0o640)
        assert written("report", private=False) == 0o640
        assert written("report", private=True) == 0o600
    finally:
        os.umask(before)


def test_a_block_that_fails_changes_nothing(tmp_path: Path) -> None:
    """After an error inside the block the old file stands alone."""
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(TypeError):
        write(tmp_path / "file", 1)  # type: ignore[arg-type] - what a block that fails looks like
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"old")]
