"""`stratrun test` as its users meet it: files and folders in, lines, JSON or JUnit and an exit code out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main

from .made import STRATEGY

TESTS = """stratrun: 2
kind: test
strategy: ./steps.yaml
tests:
  - name: goes up with the steps
    candles: {close: 100x3 105+5x3 110 100}
    expect:
      - {at: 4, signal: enter_long}
      - {trades: 1}
  - name: stays out of a fall
    candles: {close: 100-1x9}
    expect:
      - {from: 0, to: 9, signal: none}
"""
WRONG = TESTS.replace("at: 4", "at: 5").replace("./steps.yaml", "../steps.yaml")


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(main, ["test", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A strategy with tests that pass beside it, and one that fails in a folder below."""
    (tmp_path / "steps.yaml").write_text(STRATEGY)
    (tmp_path / "steps.test.yaml").write_text(TESTS)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "wrong.yaml").write_text(WRONG)
    return tmp_path


def test_all_pass(folder: Path) -> None:
    """A file whose tests pass: a line for each, a count, exit code 0."""
    result = run(folder / "steps.test.yaml")
    lines = result.stdout.splitlines()
    assert [line.strip() for line in lines[1:3]] == ["✓ goes up with the steps", "✓ stays out of a fall"]
    assert lines[-1] == "2 passed in 1 file"
    assert result.exit_code == 0


def test_a_failure_is_shown_with_its_place(folder: Path) -> None:
    """Folders are walked; a failure names file and line, what was expected and what happened, candles and rules."""
    result = run(folder)
    assert result.exit_code == 1
    assert "3 passed, 1 failed in 2 files" in result.stdout
    assert f"{folder / 'more' / 'wrong.yaml'}:8:9" in result.stdout
    assert "expected  enter_long at candle 5" in result.stdout
    assert "enter_long comes at candle 4" in result.stdout
    assert ">      5  2024-01-01 05:00" in result.stdout
    assert "long.enter\n" in result.stdout


def test_the_current_folder_is_meant(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without paths, the tests of the current folder are run."""
    monkeypatch.chdir(folder)
    assert "in 2 files" in run().stdout


def test_names_choose(folder: Path) -> None:
    """-k runs the tests whose name or file holds it; none is an error that says so."""
    assert "2 passed in 2 files" in run(folder, "-k", "A FALL").stdout
    assert "1 passed, 1 failed in 1 file" in run(folder, "-k", "wrong").stdout
    nothing = run(folder, "-k", "moon")
    assert nothing.exit_code == 2
    assert "no test is called `moon`" in nothing.stderr


def test_fail_fast_stops(folder: Path) -> None:
    """--fail-fast ends at the first test that does not pass."""
    result = run(folder / "more", folder, "--fail-fast")
    assert "0 passed, 1 failed in 1 file" in result.stdout
    assert result.exit_code == 1


@pytest.mark.parametrize("content", [None, STRATEGY], ids=["empty", "strategies only"])
def test_no_tests_found(tmp_path: Path, content: str | None) -> None:
    """A folder without tests could not be run: exit code 2."""
    if content:
        (tmp_path / "steps.yaml").write_text(content)
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "no test files" in result.stderr


def test_a_path_that_is_not_there(folder: Path) -> None:
    """A test file that does not exist could not be run; the others are."""
    result = run(folder / "gone.test.yaml", folder / "steps.test.yaml")
    assert result.exit_code == 2
    assert "there is no such file" in result.stdout
    assert "2 passed, 1 could not be run in 2 files" in result.stdout


def test_a_strategy_is_no_test(folder: Path) -> None:
    """A strategy that is given as a test is told so."""
    result = run(folder / "steps.yaml")
    assert result.exit_code == 1
    assert "this is a strategy, not a test file" in result.stdout


def test_a_missing_strategy_is_told_once(folder: Path) -> None:
    """A mistake that all tests of a file share is shown once."""
    (folder / "steps.yaml").unlink()
    result = run(folder / "steps.test.yaml")
    assert result.exit_code == 1
    assert result.stdout.count("--> ") == 1
    assert "as above: there is no such file" in result.stdout


BROKEN = {
    "broken.test.yaml": b"stratrun: 2\nkind: test\ntests: [",
    "named.test.yaml": b"\xff\xfe not text",
    "future.yaml": b"stratrun: 9\nkind: test\n",
    "empty.test.yaml": b"",
    "typo.yaml": TESTS.replace("expect:", "expects:").encode(),
    "kind.yaml": b'{"stratrun": 2, "kind": "test"}',
}


@pytest.mark.parametrize("form", ["text", "json", "junit"])
@pytest.mark.parametrize("name", BROKEN)
def test_files_that_do_not_load(tmp_path: Path, name: str, form: str) -> None:
    """A test file with mistakes is found in its folder and told in every form, with exit code 1."""
    (tmp_path / name).write_bytes(BROKEN[name])
    result = run(tmp_path, "--format", form)
    assert result.exit_code == 1, result.output
    assert name in result.stdout
    if form == "json":
        content = json.loads(result.stdout)
        assert content["broken"] == 1
        assert content["cases"][0]["mistakes"]
    if form == "junit":
        (case,) = ElementTree.fromstring(result.stdout).iter("testcase")
        assert case.find("error") is not None


def test_hidden_and_other_files_are_left_alone(folder: Path) -> None:
    """Files that only mention tests, and hidden ones, are not run."""
    (folder / ".hidden.test.yaml").write_text("nonsense")
    (folder / "notes.yaml").write_text("# kind: test\nnotes: [see the tests]\n")
    (folder / "more" / "wrong.yaml").unlink()
    assert run(folder).stdout.endswith("2 passed in 1 file\n")


def test_json(folder: Path) -> None:
    """JSON holds the counts, every case, and each failure with candles and rules."""
    result = run(folder, "--format", "json")
    content = json.loads(result.stdout)
    assert (content["passed"], content["failed"], content["broken"]) == (3, 1, 0)
    failed = next(case for case in content["cases"] if case["outcome"] == "failed")
    assert failed["failures"][0]["line"] == 8
    assert failed["failures"][0]["spot"]["candles"][3]["close"] == 110.0
    assert failed["failures"][0]["spot"]["rules"]["long.enter"]["value"] is True


def test_junit(folder: Path) -> None:
    """JUnit XML has a suite for each file with counts that add up, and the failure's words."""
    root = ElementTree.fromstring(run(folder, "--format", "junit").stdout)
    assert root.tag == "testsuites"
    suites = root.findall("testsuite")
    assert [suite.get("tests") for suite in suites] == ["2", "2"]
    assert sum(int(suite.get("failures", "")) for suite in suites) == int(root.get("failures", "")) == 1
    (failure,) = root.iter("failure")
    assert "enter_long at candle 5" in failure.get("message", "")
    assert "2024-01-01 05:00" in (failure.text or "")


def test_junit_of_hostile_names(folder: Path) -> None:
    """Names with markup, control characters and halves of characters end as readable XML."""
    name = json.dumps('<b> & "q" \x07 ]]> \ud800 \uffff é')
    tests = (folder / "more" / "wrong.yaml").read_text().replace("goes up with the steps", name)
    path = folder / "hostile.test.yaml"
    path.write_text(tests.replace("../", "./").replace("name: ", "name: ", 1))
    result = run(path, "--format", "junit", "--output", folder / "out.xml")
    root = ElementTree.parse(folder / "out.xml").getroot()
    assert "\x07" not in result.stdout
    assert root.get("tests") in ("1", "2")


def test_output_goes_to_a_file(folder: Path) -> None:
    """--output writes the report there, and people still read what passed."""
    out = folder / "out" / "tests.xml"
    assert run(folder, "--format", "junit", "--output", out).exit_code == 2
    out.parent.mkdir()
    result = run(folder, "--format", "junit", "--output", out)
    assert result.exit_code == 1
    assert "3 passed, 1 failed" in result.stdout
    assert ElementTree.parse(out).getroot().get("failures") == "1"
    text = run(folder, "--output", folder / "out.txt")
    assert (folder / "out.txt").read_text("utf-8") == text.stdout


def test_interrupted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with 130 and tells what ran."""
    from stratrun.engine.testing import suite

    played = suite.Player.play

    def play(self: Any, case: Any) -> Any:
        if case.name == "stays out of a fall":
            raise KeyboardInterrupt
        return played(self, case)

    monkeypatch.setattr(suite.Player, "play", play)
    result = run(folder / "steps.test.yaml")
    assert result.exit_code == 130
    assert result.stdout.splitlines()[-1] == "1 passed in 1 file (interrupted)"
    assert json.loads(run(folder / "steps.test.yaml", "--format", "json").stdout)["interrupted"] is True


def test_small_tests_need_no_compiler(folder: Path) -> None:
    """Tests of some candles import neither Numba nor Polars, whatever happens."""
    code = (
        "import sys; from stratrun.cli import main\n"
        "try: main(['test', sys.argv[1]])\n"
        "except SystemExit: print('loaded', {'numba', 'polars', 'pydantic', 'ccxt'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"}, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "loaded set()"
