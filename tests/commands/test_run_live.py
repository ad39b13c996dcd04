"""`stratrun run` and `preflight` with a venue on loopback: what is refused, what is asked, what is traded."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from stratrun.engine.commands import run_live
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.rows import OrderRow
from stratrun.engine.ledger.values import Role
from stratrun.engine.ledger.verify import verify

from .conftest import Run
from .served import KEY, SECRET, VenueThread, deployment, told, venue

pytest.importorskip("ccxt.pro")


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STRATRUN_MAIN_KEY", KEY)
    monkeypatch.setenv("STRATRUN_MAIN_SECRET", SECRET)
    monkeypatch.setenv("STRATRUN_KEYS_FILE", str(tmp_path / "no-keys.json"))
    monkeypatch.setenv("STRATRUN_STATE_FOLDER", str(tmp_path / "state"))
    monkeypatch.delenv("STRATRUN_LEDGER", raising=False)


@pytest.fixture(scope="module")
def still() -> Iterator[VenueThread]:
    """A venue for questions alone."""
    with venue() as found:
        yield found


def failed(result: Result) -> list[str]:
    checks = json.loads(result.output)["checks"]
    return [check["name"] for check in checks if check["verdict"] == "fail"]


def test_preflight_finds_nothing(run: Run, tmp_path: Path, still: VenueThread) -> None:
    """A table for people, data for programs, nothing changed anywhere and no secret in either."""
    file = deployment(tmp_path, still.address)
    text, data = run("preflight", file), run("preflight", file, "--format", "json")
    assert (text.exit_code, data.exit_code) == (0, 0), text.output
    assert "this is no real trading" in text.output
    assert json.loads(data.output)["ready"]
    assert not (tmp_path / "desk.db").exists()
    assert SECRET not in text.output + data.output + told(tmp_path)


def test_wrong_keys_are_refused(
    run: Run, tmp_path: Path, still: VenueThread, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """The venue's refusal is a failed check, and repeats neither key nor secret."""
    monkeypatch.setenv("STRATRUN_MAIN_SECRET", "another-secret-of-somebody")
    result = run("preflight", deployment(tmp_path, still.address), "--format", "json")
    assert result.exit_code == 1
    assert {"permissions", "money"} <= set(failed(result))
    assert KEY not in result.output
    assert "another-secret" not in result.output


def test_a_missing_key_is_refused(
    run: Run, tmp_path: Path, still: VenueThread, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Nothing is asked of the venue without keys."""
    monkeypatch.delenv("STRATRUN_MAIN_KEY")
    monkeypatch.delenv("STRATRUN_MAIN_SECRET")
    result = run("preflight", deployment(tmp_path, still.address), "--format", "json")
    assert (result.exit_code, failed(result)) == (1, ["keys"])


def test_no_network(run: Run, tmp_path: Path) -> None:
    """A venue that is not there fails one check and skips the rest."""
    with venue() as gone:
        address = gone.address
    result = run("preflight", deployment(tmp_path, address), "--format", "json")
    assert (result.exit_code, failed(result)) == (1, ["answers"])


def test_a_wrong_clock(run: Run, tmp_path: Path) -> None:
    """Two minutes off: nothing is started."""
    with venue(skew=120_000) as ahead:
        file = deployment(tmp_path, ahead.address)
        result = run("run", file, "--live", "--yes", "--format", "json")
        assert not ahead.exchange.accounts["main"].orders
    assert result.exit_code == 1
    first = json.loads(result.output.splitlines()[0])
    assert (first["event"], first["ready"]) == ("preflight", False)


def test_live_is_confirmed_by_name(
    run: Run, tmp_path: Path, still: VenueThread, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Nobody there, or another name: nothing is started."""
    file = deployment(tmp_path, still.address)
    alone = run("run", file, "--live")
    assert alone.exit_code == 2
    assert "give --yes" in alone.output
    monkeypatch.setattr(run_live, "somebody_there", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_, **__: "another")
    wrong = run("run", file, "--live")
    assert wrong.exit_code == 2
    assert "not the account's name" in wrong.output
    assert not list(open_reader(tmp_path / "desk.db").entries())


def test_live_with_a_file_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    """The file's own mistake is told, not that it is no deployment."""
    broken = tmp_path / "broken.yaml"
    broken.write_text("stratrun: 2\nkind: [deployment")
    for file, code in ((broken, "SR005"), (tmp_path / "none.yaml", "SR001")):
        result = run("run", file, "--live", "--yes", "--format", "json")
        assert result.exit_code != 0
        assert json.loads(result.output)["diagnostics"][0]["code"] == code


def test_the_second_instance_is_refused(run: Run, tmp_path: Path, still: VenueThread) -> None:
    """One writer a ledger: a clear message, before the venue is asked anything."""
    file = deployment(tmp_path, still.address)
    with open_writer(tmp_path / "desk.db", lambda: 1):
        result = run("run", file, "--live", "--yes")
    assert result.exit_code == 2
    assert "another process is writing to this ledger" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("desk.yaml",), "say which: --paper or --live"),
        (("desk.yaml", "--paper", "--live"), "exclude each other"),
        (("desk.yaml", "jump.yaml", "--paper"), "runs alone"),
        (("desk.yaml", "--paper", "--candles", "x.csv"), "--candles is not for a deployment"),
        (("desk.yaml", "--live", "--yes", "--account", "other"), "trades the account main, not other"),
        (("desk.yaml", "--live", "--yes", "--capital", "5"), "--capital is for paper"),
        (("jump.yaml", "--live"), "needs a deployment"),
        (("jump.yaml", "--venue", "nowhere"), "no venue called `nowhere`"),
        (("jump.yaml", "--venue", "binance", "--count", "3"), "--count does not go with"),
        (("jump.yaml", "--shutdown", "keep"), "--shutdown is for live candles"),
        (("jump.yaml", "jump.yaml"), "traded by one file"),
        (("none.yaml", "--paper"), "none.yaml"),
    ],
)
def test_what_the_command_line_gets_wrong(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    """One message, exit code 2, and no ledger is left behind."""
    deployment(tmp_path, "http://127.0.0.1:9")
    monkeypatch.chdir(tmp_path)
    result = run("run", *arguments)
    assert result.exit_code == 2, result.output
    assert words in result.output
    assert not list(tmp_path.glob("*.db*"))


def test_an_endpoint_elsewhere_is_refused(run: Run, tmp_path: Path) -> None:
    """A venue of one's own is on this machine, or it is none."""
    file = deployment(tmp_path, "http://example.com:80")
    for arguments in (("preflight", file), ("run", file, "--live", "--yes"), ("run", file, "--paper")):
        result = run(*arguments)
        assert result.exit_code in (1, 2)
        assert "machine" in result.output


def test_paper_needs_no_keys(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment on paper trades the venue's candles, and asks it nothing of an account."""
    monkeypatch.delenv("STRATRUN_MAIN_KEY")
    monkeypatch.delenv("STRATRUN_MAIN_SECRET")
    with venue(lead=9.0) as here:
        result = run("run", deployment(tmp_path, here.address), "--paper", "--once", "--format", "json")
        assert not here.exchange.accounts["main"].orders
    assert result.exit_code == 0, result.output
    events = [json.loads(line)["event"] for line in result.output.splitlines()]
    assert {"session_opened", "decision_made", "close_decided"} <= set(events)
    log = (tmp_path / "desk.db.log").read_text()
    assert '"event": "candles_seen"' in log


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_live_session_from_start_to_end(tmp_path: Path) -> None:
    """A process trades, ends in order on SIGTERM with its position kept, and the next one goes on and closes it; no
    secret is in anything that either of them wrote."""
    with venue(lead=9.0) as here:
        file = deployment(tmp_path, here.address)
        first = begun(file)
        waited(lambda: here.call(lambda: [o for o in here.exchange.accounts["main"].open.values() if o.trigger]))
        beside = begun(file)
        assert beside.wait(30) == 2
        first.send_signal(signal.SIGTERM)
        assert first.wait(30) == 0
        state = open_reader(tmp_path / "desk.db")
        assert [float(row.quantity) > 0 for row in state.positions()] == [True]
        second = begun(file, "--shutdown", "flatten")
        waited(lambda: (tmp_path / "desk.db.control").exists())
        second.send_signal(signal.SIGINT)
        assert second.wait(30) == 0
        truth = here.call(lambda: here.exchange.truth("main"))
    reader = open_reader(tmp_path / "desk.db")
    assert not reader.positions()
    assert not truth.open
    assert len(reader.trades(closed=True)) == 1
    assert {row.role for row in reader.rows(OrderRow)} == {Role.ENTRY, Role.STOP, Role.EXIT}
    assert len(reader.sessions()) == 1
    assert not verify(reader).findings
    said = "".join(process.communicate()[0] for process in (first, beside, second))
    assert "another process is writing to this ledger" in said
    assert "positions that stay: 1, orders: 1" in said
    everything = said + told(tmp_path)
    assert "desk" in everything
    assert KEY not in everything
    assert SECRET not in everything


def begun(file: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "stratrun", "run", file.name, "--live", "--yes", *more]
    return subprocess.Popen(
        command, cwd=file.parent, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )  # fmt: skip


def waited(true: object, seconds: float = 200.0) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)  # another process works meanwhile
