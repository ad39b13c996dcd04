"""`stratrun rehearse`: what it prints, its exit codes, and what it says to mistakes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main
from stratrun.engine.ledger.opening import open_reader

STRATEGY = """
stratrun: 2
name: Cross
symbols: [BTC/USDT]
timeframe: 1m
indicators: {fast: "ema(close, 3)", slow: "ema(close, 8)"}
long:
  enter: fast crosses above slow
  exit: {when: fast crosses below slow, stop: 0.4%, target: 1%}
size: {equity: 50%}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "cross.yaml"
    path.write_text(STRATEGY)
    return str(path)


def rehearse(*args: str) -> Result:
    return CliRunner().invoke(main, ["rehearse", *args])


def test_a_rehearsal_tells_what_it_came_to(file: str) -> None:
    """Orders, checks and the back-test's trades are told; nothing broke, so the exit code is 0."""
    done = rehearse(file, "--count", "300", "--faults", "heavy", "--seed", "2")
    assert done.exit_code == 0, done.output
    assert "no order twice, none forgotten, no drift" in done.output
    assert "back-test" in done.output


def test_two_processes_say_the_same(file: str, tmp_path: Path) -> None:
    """Equal seeds give equal rehearsals in any process, down to the last byte told and the last event recorded."""
    told: list[bytes] = []
    for hashes in ("1", "2"):  # orders of sets and names of orders are what could differ
        folder = tmp_path / hashes
        folder.mkdir()
        args = (file, "--count", "110", "--faults", "heavy", "--seed", "7", "--ledger", "kept", "--format", "json")
        done = subprocess.run(
            [sys.executable, "-m", "stratrun", "rehearse", *args], cwd=folder, check=True, capture_output=True,
            env=os.environ | {"PYTHONHASHSEED": hashes},
        )  # fmt: skip
        events = CliRunner().invoke(main, ["ledger", "export", "--ledger", str(folder / "kept" / "ledger.db")])
        told.append(done.stdout + events.stdout_bytes)
    assert json.loads(told[0].partition(b"\n}\n")[0] + b"}")["fills"]
    assert b"order_id" in told[0]
    assert told[0] == told[1]


def test_another_seed_names_orders_otherwise(file: str, tmp_path: Path) -> None:
    """The seed names the ledger, too, so that rehearsals of two seeds are never taken for one."""
    ids = set()
    for seed in ("1", "2"):
        folder = tmp_path / seed
        assert rehearse(file, "--count", "50", "--seed", seed, "--ledger", str(folder)).exit_code == 0
        ids.add(open_reader(folder / "ledger.db").identity())
    assert len(ids) == 2


def test_the_ledger_can_be_kept(file: str, tmp_path: Path) -> None:
    """With --ledger the rehearsal's ledger stays, to be looked into; a folder that is in use is refused."""
    folder = tmp_path / "kept"
    assert rehearse(file, "--count", "280", "--ledger", str(folder)).exit_code == 0
    assert open_reader(folder / "ledger.db").sessions()
    again = rehearse(file, "--ledger", str(folder))
    assert again.exit_code == 2
    assert "not empty" in again.output


@pytest.mark.parametrize(
    ("enter", "faults", "words"),
    [
        ("close < 0", "heavy", "no order was sent"),
        ("close < 0", None, "no order was sent"),
        ("fast crosses above slow", "submit 9000 before_accept drop", "none of the faults struck"),
        ("fast crosses above slow", "at 3000h crash", "none of the faults struck"),
    ],
)
def test_a_rehearsal_that_shows_nothing_says_so(tmp_path: Path, enter: str, faults: str | None, words: str) -> None:
    """Where nothing was traded or no fault struck, it is told with a mend; --strict makes it a finding."""
    path = tmp_path / "cross.yaml"
    path.write_text(STRATEGY.replace("enter: fast crosses above slow", f"enter: {enter}"))
    args = (str(path), "--count", "180", *(["--faults", faults] if faults else []))
    told = rehearse(*args)
    assert told.exit_code == 0
    assert words in told.output
    strict = rehearse(*args, "--strict", "--format", "json")
    assert strict.exit_code == 1
    data = json.loads(strict.stdout)
    assert data["good"] is True
    assert any(words in one for one in data["remarks"])
    assert not data["struck"] or not data["closed_trades"]


def test_strict_is_content_with_one_that_shows_something(file: str) -> None:
    """Trades were made and faults struck."""
    done = rehearse(file, "--count", "220", "--faults", "submit 1 after_accept drop", "--strict", "--format", "json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["remarks"] == []


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ("nonsense", "no such file or scenario"),
        ("submit 0 nowhere", "no fault"),
        ("sell 1 after_accept drop", "no call is called sell; there are submit"),
        ("at noon crash", "no length of time"),
        ("at 5m explode", "nothing is called explode"),
        ("when sleepy crash", "no state is called sleepy"),
        ("submit 1 before_accept delay long", "could not convert"),
        ("\0", "no such file or scenario"),
        ("submit 1 after_accept error teapot", "teapot is no answer of a venue"),
        ("submit 1 after_accept error would_trigger", "a venue refuses before it accepts"),
        ("submit 1 after_accept duplicate", "duplicate cannot strike a call"),
        ("user_stream 1 message html", "html cannot strike a message of a stream"),
        ("submit 1 before_accept delay -5", "-5 is no number"),
        ("at 300h deposit", "write `deposit USDT 10`"),
        ("at 300h deposit USDT much", "much is no number"),
        ("at 300h price much", "write `price 10`"),
        ("at 300h crash twice", "crash takes no words"),
        ("at 300h lock long", "long is no length of time"),
        ("at 300h venue_cancels all", "no order's role is called all"),
        ("at 300h short 2", "more than the whole"),
        ("at 300h flood 0", "no number from 1"),
        ("at 300h crash;at noon crash\n# mine\nat 300h explode", "2 mistakes"),
        ("at 300h crash;at noon crash\n# mine\nat 300h explode", "line 4: `at 300h explode`"),
    ],
)
def test_faults_that_are_none(file: str, faults: str, words: str) -> None:
    """A mistake in --faults is told at the start with its line and what is meant, even if it is never due."""
    done = rehearse(file, "--count", "100", "--faults", faults)
    assert done.exit_code == 2
    assert words in done.output


def test_what_cannot_happen_is_told(file: str) -> None:
    """A happening that finds nothing to happen to, or whose time never comes, is listed with why; it ends nothing."""
    done = rehearse(file, "--count", "60", "--faults", "at 0s dust;at 1m stranger_buys 0.0001;at 90h crash")
    assert done.exit_code == 0, done.output
    told = [line.partition("never came about: ")[2] for line in done.output.splitlines() if "never came" in line]
    assert told == [
        "at 0s dust: nothing was there that it could happen to",
        "at 1m stranger_buys 0.0001: quantity 0E-8 breaks the step or the limits",
        "at 90h crash",
    ]
    assert "30 closes from 2024-01-01T00:30Z to 2024-01-01T01:00Z, after 30 candles of history" in done.output


def test_nothing_to_rehearse() -> None:
    """Without a file it says what to name."""
    done = rehearse()
    assert done.exit_code == 2
    assert "nothing to rehearse" in done.output


def test_scenarios_are_listed() -> None:
    """--list names every scenario, for --faults."""
    listed = json.loads(rehearse("--list", "--format", "json").stdout)
    assert {"killed-after-send", "overfill", "two-instances"} <= {one["name"] for one in listed}
