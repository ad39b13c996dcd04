"""What servers and hooks call: each manifest is one, and every `stratrun` command in them is accepted by its parser."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from stratrun.cli import main

ROOT = Path(__file__).resolve().parents[2]
HOOKS = ROOT / ".pre-commit-hooks.yaml"
CONFIG = ROOT / "engine" / "templates" / "repository" / "pre-commit-config.yaml"
WORKFLOW = ROOT / "examples" / "ci" / ".github" / "workflows" / "strategies.yml"
PAGE = ROOT / "docs" / "how-to" / "keep-strategies-in-a-repository.md"


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text("utf-8"))


def called(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *map(str, command)], capture_output=True, text=True, check=False)


def scripts() -> Iterator[str]:
    for job in read(WORKFLOW)["jobs"].values():
        yield from (step["run"] for step in job["steps"] if "run" in step)


def commands() -> list[str]:
    """Every `stratrun …` that a hook or a workflow calls, shell words around it taken off."""
    hooks = [*read(HOOKS), *(hook for repo in read(CONFIG)["repos"] for hook in repo["hooks"])]
    found = [" ".join((hook["entry"], *hook.get("args", ()))) for hook in hooks]
    lines = (line.strip() for script in scripts() for line in script.splitlines())
    return found + [re.split(r" (?:\|\||>>?) ", line)[0] for line in lines if line.startswith("stratrun ")]


@pytest.mark.parametrize("command", commands())
def test_every_command_is_accepted(command: str) -> None:
    """The command exists and knows each flag."""
    name, *arguments = shlex.split(command)[1:]
    found = main.get_command(click.Context(main), name)
    assert found is not None
    found.make_context(name, [*arguments, "some.yaml"] if name != "diff" else arguments)


def test_there_is_a_command_for_each_promise() -> None:
    """Validation for people and as SARIF, the format, the tests with JUnit, migration and the comment are all there."""
    words = "\n".join(scripts())
    for command in (
        "validate strategies --strict --format github", "--format sarif", "test strategies --format junit",
        "migrate strategies --check", "fmt strategies --check", "--format markdown",
    ):  # fmt: skip
        assert command in words


@pytest.mark.parametrize(("kind", "path"), [("manifest", HOOKS), ("config", CONFIG)], ids=["hooks", "init"])
def test_pre_commit_takes_its_files(kind: str, path: Path) -> None:
    """pre-commit finds nothing wrong with the hooks and with what `init` writes."""
    pytest.importorskip("pre_commit")
    done = called("pre_commit", f"validate-{kind}", path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hooks_see_strategies_alone() -> None:
    """Each hook is there under its name, and looks at files in folders called strategies, wherever they are."""
    hooks = {hook["id"]: hook for hook in read(HOOKS)}
    assert set(hooks) == {"stratrun-validate", "stratrun-fmt", "stratrun-test", "stratrun-migrate-check"}
    for hook in hooks.values():
        assert {"yaml", "json"} <= set(hook["types_or"])
        for path in "strategies/dip.yaml", "desk/strategies/deep/dip.json":
            assert re.search(hook["files"], path)
        for path in ".github/workflows/strategies.yml", "package.json", "my-strategies.yaml":
            assert not re.search(hook["files"], path)


def test_the_page_names_every_hook() -> None:
    """The how-to's configuration uses the hooks by their names."""
    named = re.findall(r"- id: (\S+)", PAGE.read_text("utf-8"))
    assert sorted(named) == sorted(hook["id"] for hook in read(HOOKS))


def test_the_workflow_is_one() -> None:
    """It holds to GitHub's own schema of workflows."""
    pytest.importorskip("check_jsonschema")
    done = called("check_jsonschema", "--builtin-schema", "vendor.github-workflows", WORKFLOW)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_comment_tells_each_changed_strategy(tmp_path: Path) -> None:
    """The workflow's own script, run in a repository: the changed strategy is told, the untouched one is not."""
    if os.name == "nt" or shutil.which("git") is None or shutil.which("bash") is None:
        pytest.skip("needs git and bash")
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "stratrun"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m stratrun "$@"\n', "utf-8")
    command.chmod(0o755)
    home = tmp_path / "mine"
    assert CliRunner().invoke(main, ["init", str(home)]).exit_code == 0
    path = home / "strategies" / "my cross.yaml"
    path.write_bytes((home / "strategies" / "ema_crossover.yaml").read_bytes())
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = clean | {
        "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "BASE": "HEAD~1",
    }  # fmt: skip

    def bash(script: str) -> None:
        done = subprocess.run(
            ["bash", "-e", "-c", script], cwd=home, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    commit = "git add -A && git -c user.name=me -c user.email=me@example.org commit -qm change"
    bash(f"git init -q && {commit}")
    path.write_text(path.read_text("utf-8").replace("trail_atr * atr(14)", "trail_atr * atr(20)"), "utf-8")
    bash(commit)
    bash(next(script for script in scripts() if "stratrun diff" in script))
    comment = (home / "comment.md").read_text("utf-8")
    assert comment.startswith("<!-- stratrun diff -->\n")
    assert "atr(20)" in comment
    assert comment.count("my cross.yaml") >= 1
    assert "ema_crossover.yaml" not in comment
    assert (tmp_path / "summary").read_text("utf-8") == comment
