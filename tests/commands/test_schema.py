"""`stratrun schema`: the published schemas, printed or written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from stratrun.cli import main
from stratrun.engine.language.structure.kinds import KINDS, schema_path

HEAVY = ("pydantic", "numpy", "numba", "polars", "ccxt")


@pytest.mark.parametrize("kind", KINDS)
def test_it_prints_the_published_file(kind: str, tmp_path: Path) -> None:
    """The very bytes of the schema come out, on standard output or in a file that is written whole."""
    published = schema_path(kind).read_bytes()
    assert CliRunner().invoke(main, ["schema", kind]).stdout_bytes == published
    output = tmp_path / "it.json"
    output.write_text("old", "utf-8")
    done = CliRunner().invoke(main, ["schema", kind, "--output", str(output)])
    assert (done.exit_code, done.output) == (0, "")
    assert output.read_bytes() == published
    assert list(tmp_path.iterdir()) == [output]


def test_a_strategy_is_what_is_meant() -> None:
    """Without a kind the schema is that of strategies."""
    assert json.loads(CliRunner().invoke(main, ["schema"]).stdout)["title"] == "stratrun strategy, version 2"


def test_kinds_are_listed() -> None:
    """Each kind has a line for people and an object for programs."""
    assert [line.split()[0] for line in CliRunner().invoke(main, ["schema", "--list"]).stdout.splitlines()] == list(
        KINDS
    )
    listed = json.loads(CliRunner().invoke(main, ["schema", "--list", "--format", "json"]).stdout)
    assert [row["kind"] for row in listed] == list(KINDS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--version", "3"], "this release knows version 2"),
        (["portfolios"], "is not one of 'strategy', 'test'"),
        (["--output", "nowhere/it.json"], "cannot write the file"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], words: str, tmp_path: Path) -> None:
    """An unknown kind or version and a file that cannot be written end with 2 and words."""
    arguments = [str(tmp_path / argument) if "/" in argument else argument for argument in arguments]
    done = CliRunner().invoke(main, ["schema", *arguments])
    assert done.exit_code == 2
    assert words in done.stderr


def test_it_needs_no_models(tmp_path: Path) -> None:
    """Neither the models' library nor anything that computes is imported."""
    code = (
        "import sys\n"
        "from stratrun.cli import main\n"
        "main(['schema', 'test', '--output', sys.argv[1]], standalone_mode=False)\n"
        f"print([name for name in {HEAVY} if name in sys.modules])\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "it.json")], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
