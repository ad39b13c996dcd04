"""The tutorial and the how-to of repositories, followed to the letter."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
TUTORIAL = DOCS / "tutorial.md"
HOW_TO = DOCS / "how-to" / "keep-strategies-in-a-repository.md"


def blocks(page: Path, kind: str) -> list[str]:
    found = re.findall(r"^```([^\n]*)\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [text for its, text in found if its == kind]


def stratrun(line: str) -> Result:
    return CliRunner().invoke(main, shlex.split(line, comments=True)[1:])


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_tutorials_test_passes_as_shown() -> None:
    """The tutorial's last strategy passes its test, and the words are those on the page."""
    *_, strategy, test = blocks(TUTORIAL, "yaml")
    Path("my-first.yaml").write_text(strategy, "utf-8")
    Path("my-first.test.yaml").write_text(test, "utf-8")
    done = stratrun("stratrun test .")
    assert done.exit_code == 0
    assert done.stdout == next(text for text in blocks(TUTORIAL, "text") if "passed" in text)


def test_the_tutorials_ready_made_one_is_written_and_told() -> None:
    """The commands of its last step end well, one after the other."""
    lines = next(text for text in blocks(TUTORIAL, "") if "stratrun new" in text).splitlines()
    assert [stratrun(line).exit_code for line in lines] == [0, 0]


def test_the_repository_of_the_how_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Laid out, added to and checked as the page says."""
    lines = [line for text in blocks(HOW_TO, "") for line in text.splitlines() if line.startswith("stratrun ")]
    first, *rest = lines
    assert stratrun(first).exit_code == 0
    monkeypatch.chdir("my-strategies")
    done = {line: stratrun(line) for line in rest if "diff" not in line}
    assert {line: result.output for line, result in done.items() if result.exit_code} == {}
    assert Path("strategies/slow_cross.test.yaml").is_file()
    named = re.findall(r"^\| `([^`]+)`", HOW_TO.read_text("utf-8"), re.MULTILINE)
    assert [name for name in named if not Path(name).exists()] == []
