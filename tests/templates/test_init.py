"""`stratrun init`: what it lays out passes its own checks, and nobody's file is lost to it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = {
    ".github/workflows/strategies.yml", ".gitignore", ".pre-commit-config.yaml", ".vscode/settings.json", "README.md",
    "strategies/ema_crossover.test.yaml", "strategies/ema_crossover.yaml",
}  # fmt: skip
SCHEMAS = {f".stratrun/{path.name}" for path in (ROOT / "schemas" / "2").glob("*.json")}


def stratrun(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def laid(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    done = stratrun("init", folder)
    assert done.exit_code == 0, done.output
    return folder


def test_what_is_laid_out_passes_its_own_checks(laid: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All files are there, and the commands that it prints end well."""
    assert len(SCHEMAS) >= 2
    assert set(files(laid)) == EXPECTED | SCHEMAS
    monkeypatch.chdir(laid)
    for command in ("validate", ".", "--strict"), ("test", "."), ("fmt", "--check", "."), ("migrate", "--check", "."):
        done = stratrun(*command)
        assert done.exit_code == 0, done.output


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_git_leaves_out_what_runs_leave(laid: Path) -> None:
    """What stratrun writes while it runs is never committed; what people write is."""
    left = [
        *("desk.db", "desk.db-wal", "desk.db-shm", "desk.db.lock", "desk.db.log", "desk.db.control", "desk.db.halt"),
        *("desk.db.strategies/0a.json", "dip.paper.db", "desk.yaml.markets", "alerts.jsonl", "alerts.log", "dip.html"),
        *("run1/result.json", "runs/a/result.json", "run-dip/report.html", "BTCUSDT-1h.csv.gz", "a.feather"),
    ]
    kept = ["strategies/run1.yaml", "desk.yaml", "tuned.yaml", "instruments.yaml", "members.csv", "runbook/a.md"]
    subprocess.run(["git", "init", "-q", laid], check=True)
    told = subprocess.run(["git", "check-ignore", *left, *kept], cwd=laid, capture_output=True, text=True, check=False)
    assert told.stdout.split() == left


def test_the_schemas_are_where_the_files_say(laid: Path) -> None:
    """The first line of each file leads to the published schema of its kind."""
    for path, kind in (("strategies/ema_crossover.yaml", "strategy"), ("strategies/ema_crossover.test.yaml", "test")):
        line = (laid / path).read_text("utf-8").splitlines()[0]
        schema = laid / "strategies" / line.partition("$schema=")[2]
        assert schema.read_bytes() == (ROOT / "schemas" / "2" / f"{kind}.json").read_bytes()


def test_a_second_run_changes_nothing(laid: Path) -> None:
    """Everything is kept, byte for byte, and it says so."""
    before = files(laid)
    done = json.loads(stratrun("init", laid, "--format", "json").stdout)
    assert set(done["files"].values()) == {"kept"}
    assert files(laid) == before


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    """Files of the same names stay as they are; a strategy that is there needs no example; old schemas are renewed."""
    mine = {"README.md": b"mine\n", ".gitignore": b"", "strategies/deep/own.yaml": b"stratrun: 2\n",
            ".stratrun/test.json": b"old"}  # fmt: skip
    for name, content in mine.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    done = json.loads(stratrun("init", tmp_path, "--format", "json").stdout)
    assert done["files"][".stratrun/test.json"] == "updated"
    after = files(tmp_path)
    assert {name: after[name] for name in mine if not name.startswith(".stratrun")} == {
        name: content for name, content in mine.items() if not name.startswith(".stratrun")
    }
    assert [name for name in after if name.startswith("strategies/")] == ["strategies/deep/own.yaml"]


@pytest.mark.parametrize("where", ["file", "file/inside", "x" * 5000])
def test_a_folder_that_cannot_be_is_told(tmp_path: Path, where: str) -> None:
    """A file in the way, or a name no system takes, is a message."""
    (tmp_path / "file").write_text("", "utf-8")
    done = stratrun("init", f"{tmp_path}/{where}")
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit), done.exception
    assert "error[SR600]" in done.output


def test_the_workflow_is_the_example() -> None:
    """What `init` writes is the workflow that examples/ci explains."""
    example = ROOT / "examples" / "ci" / ".github" / "workflows" / "strategies.yml"
    assert example.read_bytes() == (ROOT / "engine" / "templates" / "repository" / "workflow.yaml").read_bytes()


def test_its_hooks_run(laid: Path, tmp_path: Path) -> None:
    """pre-commit runs the hooks of the laid out repository: they pass, and they fail once a file is wrong."""
    pytest.importorskip("pre_commit")
    if shutil.which("git") is None:
        pytest.skip("no git")
    environment = with_command(tmp_path)

    def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(list(map(str, command)), cwd=laid, env=environment, capture_output=True, text=True)

    assert run("git", "init", "-q").returncode == 0
    assert run("git", "add", "-A").returncode == 0
    done = run(sys.executable, "-m", "pre_commit", "run", "--all-files")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Passed") == 4, done.stdout
    path = laid / "strategies" / "ema_crossover.yaml"
    path.write_text(path.read_text("utf-8").replace("crosses above ema_slow", "crosses above ema_slw"), "utf-8")
    done = run(sys.executable, "-m", "pre_commit", "run", "--all-files")
    assert done.returncode == 1
    assert "did you mean `ema_slow`" in done.stdout


def with_command(folder: Path) -> dict[str, str]:
    """The environment with a `stratrun` command, and a home of its own for pre-commit."""
    commands = folder / "bin"
    commands.mkdir()
    script = commands / "stratrun"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m stratrun "$@"\n', "utf-8")
    script.chmod(0o755)
    if os.name == "nt":
        pytest.skip("the command's stand-in is a shell script")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    return clean | {
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}", "PRE_COMMIT_HOME": str(folder / "home"),
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
    }  # fmt: skip
