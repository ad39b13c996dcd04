"""`stratrun ledger` on good, broken and absurd input."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main
from stratrun.engine.ledger.events import KINDS
from stratrun.engine.ledger.events_session import DecisionMade
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.values import Direction

from .story import Clock, closed, funds, opened, order, round_trips

Run = Callable[..., Result]


@pytest.fixture
def run(file: Path) -> Run:
    """`run(*arguments)`: the outcome of `stratrun ledger ...` on a ledger with 16 events."""
    with open_writer(file, Clock()) as writer:
        writer.append(opened(), funds(), DecisionMade("d1", "s1", "BTC/USDT", 1, Direction.LONG, "APPROVED"))
        writer.append(*round_trips(1), *order("held"), closed())

    def run(*arguments: object, place: object = file) -> Result:
        return CliRunner().invoke(main, ["ledger", *map(str, arguments), "--ledger", str(place)])

    return run


def test_a_sound_ledger_is_told_as_such(run: Run) -> None:
    """verify and replay-check end well and tell events and head, as words and as data."""
    for name in ("verify", "replay-check"):
        said = run(name)
        assert (said.exit_code, "is sound: 16 events, head 16:" in said.output) == (0, True)
        data = json.loads(run(name, "--format", "json").output)
        assert (data["sound"], data["events"], data["findings"]) == (True, 16, [])
    assert json.loads(run("replay-check", "--format", "json").output)["tables"]["fills"] == 3
    assert run("verify", "--expect", data["head"]).exit_code == 0
    assert run("verify", "--expect", f"3:{'0' * 64}").exit_code == 1


def test_findings_end_with_one(run: Run, file: Path) -> None:
    """A changed row is named, and the exit code says so."""
    connection = sqlite3.connect(file)
    connection.execute("UPDATE positions SET quantity = '7'")
    connection.commit()
    connection.close()
    said = run("replay-check")
    assert said.exit_code == 1
    assert "positions: the row main, BTC/USDT, dip differs: quantity is 7, the events say 1" in said.output
    assert json.loads(run("verify", "--format", "json").output)["findings"][0]["fault"] == "table"
    assert run("verify", "--no-replay").exit_code == 0


def test_an_order_tells_its_story(run: Run) -> None:
    """show NAME goes from the intent to the fill, for the order, its intent and its session."""
    kinds = ["intent_planned", "order_submitted", "order_accepted", "filled"]
    for name in ("held", "i-held"):
        data = json.loads(run("show", name, "--format", "json").output)
        assert [row["kind"] for row in data] == kinds
    assert "fill_id=f-held" in run("show", "held").output
    assert "decision_made" in run("show", "s1").output
    assert run("show", "nobody").exit_code == 2


def test_the_overview_tells_what_is_open(run: Run) -> None:
    """show tells head, positions, sessions and drift."""
    data = json.loads(run("show", "--format", "json").output)
    assert data["positions"] == [
        {"account": "main", "symbol": "BTC/USDT", "strategy": "dip", "quantity": "1", "cost": "100"}
    ]
    assert data["sessions"] == data["orders"] == data["drift"] == []
    assert data["head"] in run("show").output


def test_the_newest_events_come_last(run: Run) -> None:
    """tail prints so many, of the kinds asked for; a kind that is none is told with its neighbour."""
    assert len(run("tail", "-n", 3).output.splitlines()) == 3
    rows = [json.loads(line) for line in run("tail", "--kind", "filled", "--format", "json").output.splitlines()]
    assert [row["payload"]["order_id"] for row in rows] == ["b0", "x0", "held"]
    assert run("tail", "-n", 0).output == ""
    said = run("tail", "--kind", "filed")
    assert (said.exit_code, "did you mean 'filled'?" in said.stderr) == (2, True)
    assert "filled" in KINDS


def test_copies_are_made_and_refused(run: Run, tmp_path: Path) -> None:
    """backup, restore, export, retention and upgrade do what they say, and never overwrite."""
    copy, back = tmp_path / "copy.db", tmp_path / "back.db"
    assert run("backup", copy).exit_code == 0
    assert run("backup", copy).exit_code == 2
    assert run("restore", copy, place=back).exit_code == 0
    assert run("restore", copy, place=back).exit_code == 2
    assert len(run("export").output.splitlines()) == 16
    said = json.loads(run("export", "--output", tmp_path / "out.jsonl", "--format", "json").output)
    assert said["events"] == len((tmp_path / "out.jsonl").read_text().splitlines()) == 16
    assert "nothing is old enough" in run("retention", tmp_path / "old.db", "--days", 36_500).output
    assert run("upgrade", "--format", "json").exit_code == 0


@pytest.mark.parametrize("name", ["verify", "replay-check", "show", "tail", "export", "upgrade"])
def test_what_is_no_ledger_is_one_message(run: Run, tmp_path: Path, name: str) -> None:
    """A missing file, a text, a folder and a bad URL are told, with exit code 2 and nothing made."""
    (tmp_path / "text").write_text("hello")
    for place in (tmp_path / "none", tmp_path / "text", tmp_path, "mysql://h/d", "postgresql://me@127.0.0.1:1/x"):
        said = run(name, place=place)
        assert said.exit_code == 2, said.output
        assert said.stderr.startswith("error[SR600]")
    assert not (tmp_path / "none").exists()


def test_every_command_has_help_with_the_option() -> None:
    """Each command explains itself."""
    group = main.get_command(None, "ledger")  # type: ignore[arg-type]
    for name in group.commands:  # type: ignore[union-attr]
        said = CliRunner().invoke(main, ["ledger", name, "--help"])
        assert said.exit_code == 0
        assert "--ledger" in said.output
