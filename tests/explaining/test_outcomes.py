"""Codes of decisions, exits and alerts: each is told with what to do, and every one that the program uses is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from stratrun.cli import main
from stratrun.engine.explaining import outcomes
from stratrun.engine.explaining.alert_words import ALERTS
from stratrun.engine.explaining.outcome_words import EXITS, MENDS
from stratrun.engine.trading.codes import Decision
from stratrun.engine.trading.trades import ExitReason

ENGINE = Path(outcomes.__file__).parents[1]


def explain(*args: str) -> Result:
    return CliRunner().invoke(main, ["explain", *args])


def test_every_code_is_told() -> None:
    """No decision, exit reason or alert without its words, and none that is not there."""
    assert set(MENDS) == set(Decision)
    assert set(EXITS) == set(ExitReason)
    sources = [path.read_text("utf-8") for room in ("orders", "run") for path in (ENGINE / room).rglob("*.py")]
    used = {code for text in sources for code in re.findall(r"alert\(\s*\"([A-Z_]+)\"", text)}
    used |= {code for text in sources for code in re.findall(r"Alert\([^()]*\(\), \"([A-Z_]+)\"", text)}
    assert used | {"DRIFT_FOUND", "TRANSFERRED"} == set(ALERTS)


def test_what_is_to_be_done_can_be_done() -> None:
    """Every command that is named is one."""
    with click.Context(main) as context:
        for one in (told for name in outcomes.names() for told in outcomes.told(name)):
            assert one.meaning
            assert one.mend
            for command in re.findall(r"`stratrun (\S+?)[` ]", one.mend):
                assert main.get_command(context, command), one


@pytest.mark.parametrize("code", [Decision.FUNDS.name, "funds", "stop", "STOP", "TRANSFERRED"])
def test_a_code_is_explained(code: str) -> None:
    """Whatever its case, with meaning, when and what to do; as JSON and as Markdown, too."""
    told = explain(code)
    assert told.exit_code == 0, told.output
    assert "To do:" in told.stdout
    (row,) = outcomes.told(code)
    data = json.loads(explain(code, "--format", "json").stdout)
    assert (data["code"], data["meaning"], data["mend"]) == (row.code, row.meaning, row.mend)
    assert explain(code, "--format", "markdown").stdout.startswith(f"**{row.code}**")


def test_a_name_of_two_is_told_twice() -> None:
    """`external` is a reason of exits, and an alert."""
    assert len(json.loads(explain("EXTERNAL", "--format", "json").stdout)) == 2


@pytest.mark.parametrize(("wrong", "right"), [("FUND", "FUNDS"), ("FUNDS_SHORT", "FUNDS"), ("cost_mni", "COST_MIN")])
def test_a_near_miss_is_answered_with_the_code(wrong: str, right: str) -> None:
    """As that of a diagnostic is."""
    told = explain(wrong)
    assert told.exit_code == 2
    assert re.search(rf"did you mean {right}\w*\?", told.output)


def test_a_word_that_is_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said that it is neither a file nor a code; a file that is called like a code is a file."""
    monkeypatch.chdir(tmp_path)
    told = explain("qqqqq")
    assert told.exit_code == 2
    assert "no file and no code" in told.output
    Path("FUNDS").write_text("stratrun: 2\n")
    assert "error[SR103]" in explain("FUNDS").output


@pytest.mark.parametrize(("begun", "found"), [("sr20", "SR208"), ("FUNDS_", "FUNDS_REDUCED"), ("tar", "target")])
def test_codes_are_completed(begun: str, found: str) -> None:
    """A shell offers the codes that begin so, and files where none does."""
    shell = ShellComplete(main, {}, "stratrun", "_STRATRUN_COMPLETE")
    assert found in [one.value for one in shell.get_completions(["explain"], begun)]
    assert [one.type for one in shell.get_completions(["explain"], "dip.ya")] == ["file"]
