"""Whatever goes wrong on the way out ends in a line and an exit code."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stratrun.cli import main
from stratrun.engine.commands.group import LazyGroup

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.is_char_device(), reason="needs a device that is always full")
@pytest.mark.parametrize("words", ["--help", "schema", "validate none.yaml --format json", "explain SR208"])
def test_a_full_disk_is_one_line(words: str, tmp_path: Path) -> None:
    """An output that takes nothing ends with exit code 2 and one line on standard error."""
    with FULL.open("w") as full:
        command = [sys.executable, "-m", "stratrun", *words.split()]
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("form", [["--format", "json"], ["--format=json"]])
@pytest.mark.parametrize("words", [["validate", "--bad"], ["validate"], ["validat"], ["explain", "x", "--side", "up"]])
def test_mistakes_in_options_are_json_where_it_was_asked_for(words: list[str], form: list[str]) -> None:
    """A program that asked for JSON reads JSON, also when its own options are wrong."""
    done = CliRunner().invoke(main, [*words, *form])
    assert done.exit_code == 2
    (found,) = json.loads(done.stdout)["diagnostics"]
    assert found["severity"] == "error"
    assert found["message"]


def test_mistakes_in_options_are_words_elsewhere() -> None:
    """Without it, they are told on standard error with the way to the help."""
    done = CliRunner().invoke(main, ["validate", "--bad"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--help" in done.stderr


def _failing(error: BaseException) -> click.Command:
    def callback() -> None:
        raise error

    return click.Command("validate", callback=callback)


def test_a_fault_of_the_program_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends with 2, not with the 1 of findings; the traceback waits in a file for whoever mends it."""
    monkeypatch.delenv("STRATRUN_TRACEBACK")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(LazyGroup, "get_command", lambda *_: _failing(TypeError("no such thing")))
    done = CliRunner().invoke(main, ["validate"])
    assert done.exit_code == 2
    assert "TypeError: no such thing" in done.stderr
    assert "Traceback" not in done.output
    (kept,) = tmp_path.glob("stratrun-*.txt")
    assert "Traceback" in kept.read_text(encoding="utf-8")
    assert str(kept) in done.stderr


def _asked() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(click.termui, "visible_prompt_func", _interrupted)
        click.confirm("sure?")


def _interrupted(_: str) -> str:
    raise KeyboardInterrupt


def test_ctrl_c_ends_with_130_wherever_it_strikes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a command is still loading, or a question waits for its answer."""
    monkeypatch.setattr(LazyGroup, "get_command", lambda *_: _failing(KeyboardInterrupt()))
    done = CliRunner().invoke(main, ["validate"])
    assert (done.exit_code, done.stderr) == (130, "interrupted\n")
    monkeypatch.setattr(LazyGroup, "get_command", lambda *_: click.Command("validate", callback=_asked))
    assert CliRunner().invoke(main, ["validate"]).exit_code == 130


def test_the_answer_no_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that was answered with no is a refusal, not an interruption."""
    monkeypatch.setattr(LazyGroup, "get_command", lambda *_: _failing(click.Abort()))
    assert CliRunner().invoke(main, ["validate"]).exit_code == 1
