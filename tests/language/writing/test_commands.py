"""`stratrun fmt` and `stratrun convert` as their users meet them: files, links, rights, standard input, exit codes."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main

HEAVY = ("numpy", "numba", "polars", "pydantic", "ccxt", "jsonschema", "talipp")
ROUGH = """\
name:   "Dip"   # the name
stratrun: 2
symbols: ['BTC/USDT']
timeframe: 1h
long: {enter: close>1, exit: {stop: 3%}}
size: {risk: 1%}
"""
SMOOTH = """\
stratrun: 2
name: Dip  # the name
symbols: [BTC/USDT]
timeframe: 1h
long:
  enter: close > 1
  exit:
    stop: 3%
size:
  risk: 1%
"""
BROKEN = SMOOTH.replace("risk: 1%", "rsk: 1%")
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def invoke(*args: str, given: str | None = None) -> Result:
        return CliRunner().invoke(main, args, input=given, catch_exceptions=False)

    return invoke


def test_fmt_writes_what_changes_and_nothing_else(run: Run, tmp_path: Path) -> None:
    """A rough file is rewritten with its rights, a smooth one is not touched, a broken one is told and left alone."""
    for name, text in {"rough.yaml": ROUGH, "smooth.yaml": SMOOTH, "broken.yaml": BROKEN}.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "rough.yaml").chmod(0o640)
    before = (tmp_path / "smooth.yaml").stat()
    ran = run("fmt", ".")
    assert ran.exit_code == 1
    assert ran.stdout == "formatted rough.yaml\n"
    assert "unknown key `rsk`" in ran.stderr
    assert "3 files: 1 formatted, 1 left as it is" in ran.stderr
    assert (tmp_path / "rough.yaml").read_text("utf-8") == SMOOTH
    assert stat.S_IMODE((tmp_path / "rough.yaml").stat().st_mode) == 0o640 or os.name == "nt"
    after = (tmp_path / "smooth.yaml").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert (tmp_path / "broken.yaml").read_text("utf-8") == BROKEN
    assert run("fmt", "rough.yaml", "smooth.yaml").exit_code == 0


def test_check_and_diff_change_nothing(run: Run, tmp_path: Path) -> None:
    """--check names the files and ends with 1, --diff shows the change; neither writes."""
    path = tmp_path / "rough.yaml"
    path.write_text(ROUGH, "utf-8")
    checked, shown = run("fmt", "--check", "rough.yaml"), run("fmt", "--diff", "rough.yaml")
    assert (checked.exit_code, checked.stdout) == (1, "would change rough.yaml\n")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("--- rough.yaml\n+++ rough.yaml (formatted)\n@@ ")
    assert run("fmt", "--check", "--diff", "rough.yaml").exit_code == 1
    told = json.loads(run("fmt", "--check", "--format", "json", "rough.yaml").stdout)
    passed = {"files": 1, "changed": ["rough.yaml"], "passed_over": []}
    assert told == {**passed, "written": False, "diffs": [], "diagnostics": []}
    assert path.read_text("utf-8") == ROUGH


def test_fmt_filters_standard_input(run: Run) -> None:
    """`-` reads standard input and writes standard output; mistakes go to the other stream."""
    ran = run("fmt", "-", given=ROUGH)
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, SMOOTH, "")
    broken = run("fmt", "-", given=BROKEN)
    assert (broken.exit_code, broken.stdout) == (1, "")
    assert run("fmt", "--check", "-", given=ROUGH).exit_code == 1
    assert run("fmt", "-", "other.yaml", given=ROUGH).exit_code == 2


def test_what_cannot_be_read_ends_with_2(run: Run, tmp_path: Path) -> None:
    """Missing files and empty folders are told, and do not stop the others."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "rough.yaml").write_text(ROUGH, "utf-8")
    ran = run("fmt", "missing.yaml", "empty", "rough.yaml")
    assert ran.exit_code == 2
    assert "SR001" in ran.stderr
    assert "SR014" in ran.stderr
    assert (tmp_path / "rough.yaml").read_text("utf-8") == SMOOTH


@pytest.mark.skipif(os.name == "nt", reason="links and rights are others on Windows")
def test_links_stay_links_and_read_only_files_stay(run: Run, tmp_path: Path) -> None:
    """The file behind a link is rewritten, and a file that is not to be written is told."""
    (tmp_path / "real.yml").write_text(ROUGH, "utf-8")
    (tmp_path / "link.yaml").symlink_to("real.yml")
    assert run("fmt", "link.yaml").exit_code == 0
    assert (tmp_path / "link.yaml").is_symlink()
    assert (tmp_path / "real.yml").read_text("utf-8") == SMOOTH
    if os.geteuid():
        (tmp_path / "kept.yaml").write_text(ROUGH, "utf-8")
        (tmp_path / "kept.yaml").chmod(0o444)
        assert run("fmt", "kept.yaml").exit_code == 2
        assert (tmp_path / "kept.yaml").read_text("utf-8") == ROUGH


def test_convert_goes_round(run: Run, tmp_path: Path) -> None:
    """A file becomes trees and comes back; only its comment is lost, and that is said."""
    (tmp_path / "a.yaml").write_text(SMOOTH, "utf-8")
    there = run("convert", "a.yaml", "--to", "ast", "-o", "a.ast.json")
    assert (there.exit_code, there.stdout) == (0, "")
    assert there.stderr == "1 comment is left out: ast has no place for comments\n"
    back = run("convert", "a.ast.json", "--to", "yaml")
    assert (back.exit_code, back.stdout) == (0, SMOOTH.replace("  # the name", ""))
    assert run("convert", "-", "--to", "json", given=ROUGH).stdout.startswith('{\n  "name": "Dip",\n  "stratrun": 2,')


def test_the_ast_form_is_not_run(run: Run, tmp_path: Path) -> None:
    """Everything but convert says what the ast form is and what to do."""
    (tmp_path / "a.json").write_text(run("convert", "-", "--to", "ast", given=SMOOTH).stdout, "utf-8")
    for command in ("validate", "fmt"):
        ran = run(command, "a.json")
        assert ran.exit_code == 1
        assert "this is the ast form" in ran.output
        assert "stratrun convert" in ran.output


def test_convert_tells_what_is_wrong(run: Run, tmp_path: Path) -> None:
    """Broken, missing and unwritable files end in words and an exit code."""
    (tmp_path / "broken.yaml").write_text(BROKEN, "utf-8")
    (tmp_path / "sound.yaml").write_text(SMOOTH, "utf-8")
    assert run("convert", "broken.yaml", "--to", "json").exit_code == 1
    assert run("convert", "missing.yaml", "--to", "json").exit_code == 2
    assert run("convert", ".", "--to", "json").exit_code == 2
    assert run("convert", "sound.yaml", "--to", "json", "-o", ".").exit_code == 2
    assert run("convert", "sound.yaml", "--to", "json", "-o", "nowhere/a.json").exit_code == 2
    assert json.loads(run("convert", "broken.yaml", "--to", "json", "--format", "json").stdout)["diagnostics"]


@pytest.mark.parametrize("command", ["fmt", "convert"])
def test_nothing_heavy_is_imported(command: str, tmp_path: Path) -> None:
    """Formatting and converting start without the libraries that take long to import."""
    (tmp_path / "a.yaml").write_text(SMOOTH, "utf-8")
    args = [command, "a.yaml"] + (["--to", "ast"] if command == "convert" else [])
    code = (
        "import sys\nfrom stratrun.cli import main\n"
        f"main({args!r}, standalone_mode=False)\n"
        f"print('heavy:', [name for name in {HEAVY} if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert ran.stdout.splitlines()[-1] == "heavy: []"
