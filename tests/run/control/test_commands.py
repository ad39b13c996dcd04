"""The control commands as an operator types them: words and JSON, with a session, without one, and refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main
from stratrun.engine.ledger.events_control import OperatorCommanded, StateChanged
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.values import OrderType, Scope, Side, TradingState
from stratrun.engine.run.beside import Beside
from stratrun.engine.run.control.commands import (
    Action,
    Cancel,
    Close,
    Flatten,
    Halt,
    Pause,
    PlaceManual,
    Resume,
)
from stratrun.engine.run.control.controlled import Outcome
from stratrun.engine.run.halt_marker import HaltMarker

from .fake import FakeSession, running

Run = Callable[..., Result]
ACTIONS: list[tuple[str, Action]] = [
    ("pause", Pause()),
    ("pause --symbol BTC/USDT", Pause(Scope.SYMBOL, "BTC/USDT")),
    ("halt --strategy dip", Halt(Scope.STRATEGY, "dip")),
    ("resume --why checked --yes", Resume()),
    ("flatten --why over --yes", Flatten()),
    ("cancel x1", Cancel("x1")),
    ("cancel --entries", Cancel()),
    ("cancel --symbol BTC/USDT", Cancel("", "BTC/USDT")),
    ("close BTC/USDT --strategy dip --why enough --yes", Close("BTC/USDT", "dip")),
    ("trade BTC/USDT buy 0.010 --why hedge --yes", PlaceManual("BTC/USDT", Side.BUY, Decimal("0.01"))),
    (
        "trade BTC/USDT sell 1 --limit 58000.50 --post-only --why hedge --yes",
        PlaceManual("BTC/USDT", Side.SELL, Decimal(1), OrderType.LIMIT, Decimal("58000.5"), post_only=True),
    ),
    (
        "trade BTC/USDT sell 1 --stop 50000 --reduce-only --strategy dip --why guard --yes",
        PlaceManual("BTC/USDT", Side.SELL, Decimal(1), OrderType.STOP, None, Decimal(50000), True, False, "dip"),
    ),
]


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Beside:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STRATRUN_LEDGER", raising=False)
    return Beside(tmp_path / "ledger.db")


@pytest.fixture
def session(beside: Beside) -> Iterator[FakeSession]:
    found = FakeSession()
    with running(beside, found):
        yield found


@pytest.fixture
def run() -> Run:
    return lambda line, **more: CliRunner().invoke(main, line.split(), **more)


@pytest.mark.parametrize(("line", "action"), ACTIONS, ids=[line for line, _ in ACTIONS])
def test_an_action_reaches_the_session(session: FakeSession, run: Run, line: str, action: Action) -> None:
    """Each command asks for exactly what was typed and tells the answer, in words and as JSON."""
    words = run(line)
    assert (words.exit_code, words.stdout) == (0, "done\n")
    data = run(f"{line} --format json")
    assert json.loads(data.stdout) == {"done": True, "code": "OK", "words": "done", "details": {"order_id": "abc1"}}
    assert session.actions == [action, action]


@pytest.mark.parametrize("line", [line for line, _ in ACTIONS])
def test_a_refusal_is_exit_code_1(session: FakeSession, run: Run, line: str) -> None:
    """What the session refuses is told with its code."""
    session.outcome = Outcome(False, "FUNDS", "120 USDT are needed, 80 are free")
    ran = run(line)
    assert ran.exit_code == 1
    assert ran.stderr == "refused (FUNDS): 120 USDT are needed, 80 are free\n"
    assert json.loads(run(f"{line} --format json").stdout)["code"] == "FUNDS"


@pytest.mark.parametrize("line", [line for line, _ in ACTIONS])
def test_without_a_session_nothing_is_done(beside: Beside, run: Run, line: str) -> None:
    """No session is exit code 2, with the way to the venue."""
    ran = run(line)
    assert ran.exit_code == 2
    assert "no session runs beside ledger.db in this folder" in ran.stderr
    assert "help: name the session's --deployment or --ledger; if none runs, start it" in ran.stderr
    assert "stratrun kill" in ran.stderr


@pytest.mark.parametrize("line", ["pause", "resume --why checked --yes"])
def test_a_named_session_that_does_not_run_is_to_be_started(beside: Beside, run: Run, line: str) -> None:
    """Where the operator said which session, only that it does not run is told."""
    ran = run(f"{line} --ledger desk.db")
    assert ran.exit_code == 2
    assert "no session runs beside desk.db\n" in ran.stderr
    assert "help: start it with `stratrun run`" in ran.stderr


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("trade BTC/USDT buy 1 --yes", "needs a reason"),
        ("resume --yes", "needs a reason"),
        ("flatten --yes --why ", "requires an argument"),
        ("close BTC/USDT --why x", "give --yes"),
        ("trade BTC/USDT buy 1 --why x", "give --yes"),
        ("trade BTC/USDT buy 0 --why x", "not a number above zero"),
        ("trade BTC/USDT buy nan --why x", "not a number above zero"),
        ("trade BTC/USDT buy 1e99 --why x", "not a number above zero"),
        ("trade BTC/USDT hold 1 --why x", "'hold' is not one of"),
        ("trade BTC/USDT buy 1 --post-only --why x --yes", "--post-only is for limit orders"),
        ("cancel", "which orders?"),
        ("cancel x1 --entries", "which orders?"),
        ("pause --symbol a --strategy b", "both given"),
        ("status --ledger postgresql://a@localhost:1/b", ""),
        ("pause --ledger postgresql://a@localhost:1/b", "give --deployment"),
    ],
)
def test_mistakes_are_told(session: FakeSession, run: Run, line: str, words: str) -> None:
    """A mistake of the operator's does nothing and says what to write."""
    ran = run(line)
    assert ran.exit_code == 2
    assert words in ran.stderr
    assert ran.exception is None or isinstance(ran.exception, SystemExit)
    assert session.log == []


def test_a_session_is_shown(session: FakeSession, run: Run) -> None:
    """Status, orders and positions are what the session says, in words and as JSON."""
    ran = run("status")
    assert ran.exit_code == 0
    status = ran.stdout
    for words in ("desk: running", "reducing: symbol ETH/USDT (PAUSE; ann: news)", "open orders 1, positions 1"):
        assert words in status
    assert json.loads(run("status --format json").stdout)["sessions"][0]["strategy"] == "dip"
    assert run("orders").stdout.splitlines()[1].split() == [
        "x1", "dip", "BTC/USDT", "entry", "buy", "limit", "0.010", "0", "58000", "open", "2027-01-15", "08:00:00",
    ]  # fmt: skip
    (row,) = json.loads(run("positions --format json").stdout)["rows"]
    assert (row["quantity"], row["side"], row["profit"]) == ("0.5", "long", "-1.5")


def test_the_ledger_is_shown_where_no_session_runs(beside: Beside, run: Run) -> None:
    """Without a session the ledger's last word is told, and that it may be old."""
    with open_writer(beside.anchor, lambda: 1_800_000_000_000) as writer:
        writer.append(StateChanged(Scope.ACCOUNT, "main", TradingState.HALTED, "DRAWDOWN", "gate", "12 % lost"))
    status = run("status")
    assert status.exit_code == 2
    assert "not running" in status.stdout
    assert "halted: account main (DRAWDOWN; gate: 12 % lost)" in status.stdout
    data = run("status --format json")
    assert (data.exit_code, json.loads(data.stdout)["source"]) == (2, "ledger")
    for command in ("orders", "positions"):
        ran = run(command)
        assert (ran.exit_code, ran.stdout) == (0, f"no open {command}\n")
        assert "no session runs" in ran.stderr
        assert json.loads(run(f"{command} --format json").stdout) == {"source": "ledger", "rows": []}


def test_a_kill_is_taken_back_where_no_session_runs(beside: Beside, run: Run) -> None:
    """`resume` removes the marker after it is recorded who did it and why."""
    with open_writer(beside.anchor, lambda: 1_800_000_000_000):
        pass
    HaltMarker(beside.marker).write("ann", "test")
    assert "HALTED by ann: test" in run("status").stdout
    ran = run("resume --why checked --yes")
    assert ran.exit_code == 0
    assert not beside.marker.exists()
    (entry,) = open_reader(beside.anchor).entries(kinds=["operator_commanded"])
    assert isinstance(entry.event, OperatorCommanded)
    assert (entry.event.command, entry.event.why) == ("resume", "checked")


def test_a_deployment_leads_to_its_session(beside: Beside, run: Run, tmp_path: Path) -> None:
    """--deployment finds the session beside the file's ledger, from any folder."""
    folder = tmp_path / "desk"
    folder.mkdir()
    strategy = Path(__file__).parents[2] / "documents" / "members" / "trend.yaml"
    data = {"stratrun": 2, "kind": "deployment", "name": "d", "venue": "binance", "account": "main",
            "ledger": "./l.db", "strategies": [{"strategy": str(strategy)}]}  # fmt: skip
    (folder / "d.json").write_text(json.dumps(data))
    found = FakeSession()
    with running(Beside(folder / "l.db"), found):
        assert run("halt --deployment desk/d.json").exit_code == 0
        assert run("halt --deployment desk/d.json --ledger x.db").exit_code == 2
        (folder / "d.json").write_text(json.dumps(data | {"strategies": [{"strategy": "./gone.yaml"}], "limits": 7}))
        assert run("halt --deployment desk/d.json").exit_code == 0, "its other mistakes do not matter"
        (folder / "d.json").write_text("stratrun: 2")
        assert run("status --deployment desk/d.json").exit_code == 1
    assert found.actions == [Halt(), Halt()]


def test_help_has_an_example(run: Run) -> None:
    """Each command's help shows it at work, and says how it ends."""
    for name in ["status", "orders", "positions", "pause", "halt", "resume", "flatten", "cancel", "close", "trade"]:
        told = " ".join(run(f"{name} --help").stdout.split())
        assert f"Example: stratrun {name}" in told
        assert "Exit codes: 0" in told
