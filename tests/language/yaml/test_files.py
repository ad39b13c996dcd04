"""Files that cannot be read or are hostile: one diagnostic each, quickly, never a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stratrun.engine.diagnostics.diagnostic import Diagnostic
from stratrun.engine.language.document import validate
from stratrun.engine.language.folders import walk
from stratrun.engine.language.yaml.source import MAX_BYTES, parse


def only(diagnostics: list[Diagnostic]) -> Diagnostic:
    (found,) = diagnostics
    return found


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A path that leads nowhere is a diagnostic with that path."""
    found = only(validate(tmp_path / "no.yaml"))
    assert (found.code, found.path, found.span) == ("SR001", str(tmp_path / "no.yaml"), None)


@pytest.mark.parametrize("name", ["x\0.yaml", "x" * 5000])
def test_a_path_no_system_knows_is_told(tmp_path: Path, name: str) -> None:
    """A path that cannot even be asked for is like a missing one."""
    assert only(validate(str(tmp_path / name))).code == "SR001"


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    """An empty folder holds no strategies; a full one is to be walked."""
    assert only(validate(tmp_path)).code == "SR014"
    (tmp_path / "a.yaml").touch()
    assert "this is a folder" in only(validate(tmp_path)).message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A path that is no regular file is refused without opening it."""
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "not a regular file" in only(validate(tmp_path / "pipe.yaml")).message


@pytest.mark.skipif(os.name == "nt" or getattr(os, "geteuid", int)() == 0, reason="root may read everything")
def test_a_forbidden_file_is_told(tmp_path: Path) -> None:
    """A file this user may not read is a diagnostic."""
    (tmp_path / "a.yaml").touch(mode=0)
    assert only(validate(tmp_path / "a.yaml")).code == "SR001"


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")])
def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    """Whatever the system refuses with is told in its own words."""
    (tmp_path / "a.yaml").touch()

    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(Path, "open", refuse)
    found = only(validate(tmp_path / "a.yaml"))
    assert (found.code, found.message) == ("SR001", f"the file cannot be read: {error.strerror}")


def test_a_file_of_one_mebibyte_is_read(tmp_path: Path) -> None:
    """The largest file is checked like any other."""
    text = (
        b"stratrun: 2\nname: Dip\nsymbols: [BTC/USDT]\ntimeframe: 1h\nlong: {enter: close > open, exit: {stop: 3%}}\n"
    )
    path = tmp_path / "a.yaml"
    path.write_bytes((text + b"size: {risk: 1%}\n#").ljust(MAX_BYTES, b"x"))
    assert validate(path) == []


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """One byte over 1 MiB is refused by its size."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    assert only(validate(path)).code == "SR004"
    path.write_bytes(b"#" * MAX_BYTES)
    assert only(validate(path)).code == "SR003"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000, "{" * 10_000, "- " * 10_000, "? " * 10_000, "a: " * 10_000, "[a: " * 10_000, "&a " * 5_000,
        "*a " * 5_000, "!" * 10_000, "'" * 9_999, '"' * 9_999, "|" * 10_000, "\t" * 10_000, "%" * 1_000, "--- " * 5_000,
        "a: |\n" + " " * 10_000 + "x\n  y\n", "a: &a [*a, *a]\n", "\ufeff" * 3, "a: \u2028b: c", "x" * 100_000 + ": 1",
    ],
    ids=lambda text: text[:6],
)  # fmt: skip
def test_hostile_texts_end_in_a_diagnostic(text: str) -> None:
    """Deep, unbalanced and absurd texts are refused."""
    source = parse("hostile.yaml", text.encode())
    assert source.report.failed or source.root is not None


def test_folders_are_walked_in_order(tmp_path: Path) -> None:
    """`walk` finds the three endings below folders, once each, and keeps paths that lead to nothing."""
    for name in ("b.yaml", "a.yml", "c.json", "notes.md", ".hidden.yaml", "sub/d.yaml", ".git/e.yaml", "empty/x.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = walk([tmp_path, tmp_path / "b.yaml", tmp_path / "no.yaml", tmp_path / "empty"]).files
    names = [path.relative_to(tmp_path).as_posix() for path in found]
    assert names == ["a.yml", "b.yaml", "c.json", "sub/d.yaml", "no.yaml", "empty"]


@pytest.mark.parametrize(
    ("data", "words", "mend"),
    [(b"PAR1" + b"\0" * 2_000_000, "a Parquet file", "--candles"), (b"SQLite format 3\0", "a database", "--ledger")],
)
def test_a_file_of_another_kind_is_named(tmp_path: Path, data: bytes, words: str, mend: str) -> None:
    """Candles or a ledger where a strategy belongs: told as what it is, with the option that takes it."""
    path = tmp_path / "dip.yaml"
    path.write_bytes(data)
    found = only(validate(path))
    assert (found.code, found.message) == ("SR002", f"this is {words}, not a strategy file")
    assert found.help is not None
    assert mend in found.help
