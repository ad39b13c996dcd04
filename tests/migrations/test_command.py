"""`stratrun migrate` as its users see it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main
from stratrun.engine.language.document import load
from stratrun.engine.market.candles import Candles
from stratrun.engine.report.tables import Column, write_table

from .case import HERE

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An old file, a new one, one that cannot be migrated and one that is no strategy."""
    shutil.copy(HERE / "documents" / "snake_case.json", tmp_path / "old.json")
    shutil.copy(HERE / "documents" / "bollinger.yaml", tmp_path / "new.yaml")
    shutil.copy(HERE / "refused" / "exactly_one.json", tmp_path / "unclear.json")
    (tmp_path / "package.json").write_text('{"name": "x", "version": "1.0.0"}')
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run() -> Run:
    return lambda *arguments: CliRunner().invoke(main, ["migrate", *map(str, arguments)])


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_without_a_mode_it_says_what_it_would_do(folder: Path, run: Run) -> None:
    """Nothing is written; old files, findings and a summary are told."""
    before = bytes_of(folder)
    result = run(".")
    assert "would migrate  old.json -> old.yaml  (version 1 to 2)" in result.stdout
    assert "SR804" in result.stderr
    assert "4 files: 1 old, 1 left as found, see above, 1 up to date, 1 not strategies" in result.stderr
    assert result.exit_code == 1
    assert bytes_of(folder) == before


def test_check_ends_with_1_where_something_is_old(folder: Path, run: Run) -> None:
    """A gate for CI: 1 for an old file, 0 where all are of the newest version."""
    assert run("old.json", "--check").exit_code == 1
    assert run("new.yaml", "--check").exit_code == 0
    assert run("old.json").exit_code == 0


def test_diff_shows_the_whole_change(folder: Path, run: Run) -> None:
    """The diff leads from every old line to every new one, and nothing is written."""
    before = bytes_of(folder)
    lines = run("old.json", "--diff").stdout.splitlines()
    assert lines[:2] == ["--- old.json", "+++ old.yaml"]
    new = (HERE / "documents" / "snake_case.yaml").read_text("utf-8").splitlines()
    assert [line[1:] for line in lines[2:] if line.startswith("+")] == new
    assert bytes_of(folder) == before


def test_write_goes_on_past_bad_files(folder: Path, run: Run) -> None:
    """The old file is migrated and kept as a backup; all others are byte for byte what they were."""
    before = bytes_of(folder)
    result = run(".", "--write")
    assert "migrated  old.json -> old.yaml  (version 1 to 2, backup old.v1.json.bak; " in result.stdout
    assert result.exit_code == 1
    after = bytes_of(folder)
    assert after.pop("old.yaml") == (HERE / "documents" / "snake_case.yaml").read_bytes()
    assert after.pop("old.v1.json.bak") == before.pop("old.json")
    assert after == before


def test_writing_twice_changes_nothing(folder: Path, run: Run) -> None:
    """A second run finds nothing to do, and touches nothing."""
    run("old.json", "--write")
    before = bytes_of(folder)
    result = run("old.yaml", "--write")
    assert (result.exit_code, result.stdout) == (0, "")
    assert bytes_of(folder) == before


def test_no_backup_keeps_none(folder: Path, run: Run) -> None:
    """--no-backup leaves the new file alone."""
    assert run("old.json", "--write", "--no-backup").exit_code == 0
    assert "old.yaml" in bytes_of(folder)
    assert not list(folder.glob("old*.bak"))
    assert not (folder / "old.json").exists()


def test_json_says_all_of_it(folder: Path, run: Run) -> None:
    """Programs get each file's status, target, backup, proof and findings."""
    result = run(".", "--write", "--format", "json")
    content: dict[str, Any] = json.loads(result.stdout)
    files = {one["path"]: one for one in content["files"]}
    assert {path: one["status"] for path, one in files.items()} == {
        "new.yaml": "current", "old.json": "migrated", "package.json": "other", "unclear.json": "refused",
    }  # fmt: skip
    assert content["count"]["migrated"] == 1
    assert files["old.json"]["backup"] == "old.v1.json.bak"
    assert files["old.json"]["proof"]["signals"] > 0
    assert {d["code"] for d in files["unclear.json"]["diagnostics"]} == {"SR803", "SR804"}


def test_a_taken_name_is_told(folder: Path, run: Run) -> None:
    """An old.yaml beside old.json is not overwritten."""
    (folder / "old.yaml").write_text("stratrun: 2\n")
    result = run("old.json", "--write")
    assert result.exit_code == 1
    assert "error[SR809]: old.yaml: there is such a file already" in result.stderr
    assert (folder / "old.yaml").read_text() == "stratrun: 2\n"


def test_what_is_not_there_or_no_strategy_is_told(folder: Path, run: Run) -> None:
    """A missing file ends with 2, a file that is no strategy with 1 where it was named."""
    assert run("nowhere.json").exit_code == 2
    named = run("package.json")
    assert named.exit_code == 1
    assert "this is no strategy file of any version" in named.stderr


def test_modes_that_contradict_each_other_are_refused(folder: Path, run: Run) -> None:
    """--write goes with neither --check nor --diff, and --candles only with --write."""
    for arguments in (("--write", "--check"), ("--write", "--diff"), ("--candles", "x.csv")):
        assert run("old.json", *arguments).exit_code == 2


def test_own_candles_prove_too(folder: Path, run: Run, sample: Callable[..., Candles]) -> None:
    """With --candles the signals are compared over them; candles that do not fit stop the file, not the command."""
    candles = sample("ETH/USDT", "1h", 700)
    columns = [Column(name, getattr(candles, name)) for name in ("open", "high", "low", "close", "volume")]
    write_table(folder / "ETHUSDT-1h.csv", [Column("time", candles.time, is_time=True), *columns])
    assert run("old.json", "--write", "--candles", "nowhere.csv").exit_code == 2
    assert (folder / "old.json").exists()
    result = run("old.json", "--write", "--candles", "ETHUSDT-1h.csv")
    assert result.exit_code == 0
    assert "alike over 700 candles" in result.stdout


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_a_read_only_folder_is_told(folder: Path, run: Run) -> None:
    """Where nothing may be written, nothing changes and the exit code is 2."""
    folder.chmod(0o555)
    try:
        result = run("old.json", "--write")
    finally:
        folder.chmod(0o755)
    assert result.exit_code == 2
    assert "cannot write the backup" in result.stderr


def test_commands_tell_the_age_of_what_they_load(folder: Path) -> None:
    """An old file runs, and standard error names the command that rewrites it."""
    result = CliRunner().invoke(main, ["graph", "old.json"])
    assert result.exit_code == 0
    assert "stratrun migrate old.json --write" in result.stderr
    assert "SR901" not in result.stdout


def test_loading_an_old_file_warns(folder: Path) -> None:
    """From Python it is a warning of its own kind."""
    from stratrun.engine.diagnostics.diagnostic import OldFileWarning

    with pytest.warns(OldFileWarning, match="version 1.*stratrun migrate old.json --write"):
        assert load("old.json").name == "Snake in the range"


def test_checking_imports_nothing_heavy(folder: Path) -> None:
    """`migrate --check` starts as quickly as `validate`."""
    code = (
        "import sys\nfrom stratrun.cli import main\n"
        "try:\n    main(['migrate', 'old.json', '--check', '--diff'])\n"
        "except SystemExit as done:\n    assert done.code == 1\n"
        "print([n for n in ('numpy', 'numba', 'polars', 'pydantic', 'ccxt', 'talipp') if n in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_the_help_shows_an_example() -> None:
    """--help names the modes and an example."""
    shown = CliRunner().invoke(main, ["migrate", "--help"]).stdout
    assert "Example: stratrun migrate" in shown
    assert isinstance(main, click.Group)
