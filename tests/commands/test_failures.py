"""Whatever goes wrong on the way out ends in a line and an exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from stratrun.cli import main

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
