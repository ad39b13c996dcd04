"""A recorded session decided again comes to the same; whatever was changed in the record is found."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.language.deployment import Shutdown
from stratrun.engine.language.document import load_deployment
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.retention import retain
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.run.replay.play import Replayed, replay
from stratrun.engine.run.replay.recorded import sessions_of
from stratrun.engine.run.replay.seen import candles_seen

from ..stage import CROSS, START, LoopClock, M, Stage, World
from .drawn import drawn_stage, subject_of

DESK = """
stratrun: 2
kind: deployment
name: desk
venue: binance
account: main
ledger: ledger.db
capital: 5000 USDT
limits: {max_open: 1}
strategies:
  - strategy: cross.yaml
"""


def silent(what: str, done: int, total: int) -> None:
    """Nobody looks on."""


def again(stage: Stage) -> Replayed:
    return replay(*subject_of(stage), silent)


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["replay", *map(str, arguments)])


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the ledger of a session of `CROSS`, and its file."""
    folder = tmp_path_factory.mktemp("played")
    (folder / "cross.yaml").write_text(CROSS)
    Stage(folder, minutes=120, latency=0.2).play()
    return folder


@pytest.fixture
def copied(played: Path, tmp_path: Path) -> Path:
    """The same, to be meddled with."""
    for name in ("ledger.db", "cross.yaml"):
        (tmp_path / name).write_bytes((played / name).read_bytes())
    return tmp_path


def change(ledger: Path, kind: str, nth: int, edit: Any) -> None:
    """Rewrite the payload of the nth event of a kind, or drop it where `edit` gives None."""
    with sqlite3.connect(ledger) as connection:
        rows = connection.execute("SELECT seq, payload FROM events WHERE kind = ? ORDER BY seq", (kind,)).fetchall()
        seq, payload = rows[nth]
        after = edit(json.loads(payload))
        if after is None:
            connection.execute("DELETE FROM events WHERE seq = ?", (seq,))
        else:
            text = json.dumps(after, separators=(",", ":"), sort_keys=True)
            connection.execute("UPDATE events SET payload = ? WHERE seq = ?", (text, seq))
    connection.close()


@pytest.mark.parametrize("seed", [1, 3, 6, 10, 23])
def test_drawn_sessions_decide_the_same(tmp_path: Path, seed: int) -> None:
    """Any strategy at a venue with delays, partial fills and failing calls: its replay finds no difference."""
    stage = drawn_stage(tmp_path, seed, faults=0.02, minutes=60)
    stage.play()
    found = again(stage)
    assert not found.differences
    assert found.closes >= 59


@pytest.mark.parametrize("seed", [0, 1, 5, 20])
def test_drawn_paper_sessions_decide_the_same(tmp_path: Path, seed: int) -> None:
    """On paper the fills are made again, too."""
    stage = drawn_stage(tmp_path, seed, paper=True)
    stage.play()
    found = again(stage)
    assert not found.differences
    assert found.fills


def test_a_session_that_went_on_after_restarts(tmp_path: Path) -> None:
    """Candles that came while it was down are seen and not decided, in the replay as in the session."""
    stage = Stage(tmp_path, minutes=200, latency=0.1)

    async def live(clock: LoopClock) -> None:
        world = World(stage, clock)
        for minutes in (40, 31, 60):
            await world.open()
            await world.trade(minutes)
            await world.end()
            await clock.sleep(7 * 60)

    run_virtual(live, START + stage.history * M)
    found = again(stage)
    assert not found.differences
    assert found.late > 0
    assert found.decisions


def test_a_session_is_replayed_while_it_writes(tmp_path: Path) -> None:
    """A reader beside the writer comes to the same, as far as the ledger goes by then."""
    stage, seen = Stage(tmp_path, minutes=60), []

    async def look(world: World) -> None:
        for _ in range(3):
            await world.clock.sleep(17 * 60 + 0.07)
            seen.append(again(stage))

    stage.play(look)
    assert [found.unlike for found in seen] == [0, 0, 0]
    assert seen[0].closes < seen[1].closes < seen[2].closes


def test_equal_is_told(played: Path) -> None:
    """The command ends with 0, says what was compared, and as JSON is one document."""
    told = invoke(played / "ledger.db", played / "cross.yaml")
    assert told.exit_code == 0, told.output
    assert "Equal: " in told.output
    data = json.loads(invoke(played / "ledger.db", played / "cross.yaml", "--format", "json").output)
    assert data["equal"]
    assert data["replays"][0]["decisions"]["recorded"] == data["replays"][0]["decisions"]["again"] > 0
    assert data["replays"][0]["orders"]["compared"] > 0


def test_a_changed_decision_is_found(copied: Path) -> None:
    """The first difference names the decision both ways, the rules at that candle, and that the ledger was changed."""

    def less(payload: dict[str, Any]) -> dict[str, Any]:
        payload["numbers"]["quantity"] = "0.5"
        return payload

    change(copied / "ledger.db", "decision_made", 1, less)
    told = invoke(copied / "ledger.db", copied / "cross.yaml")
    assert told.exit_code == 1, told.output
    assert "quantity 0.5" in told.output
    assert "the ledger was changed" in told.output
    assert "crosses above" in told.output
    data = json.loads(invoke(copied / "ledger.db", copied / "cross.yaml", "--format", "json").output)
    assert data["replays"][0]["differences"]["count"] == 1
    assert data["replays"][0]["clues"]["rules"]["long.enter"]["value"] is True


@pytest.mark.parametrize("nth", [0, 1, 2, 3])
def test_a_dropped_fill_is_found(copied: Path, nth: int) -> None:
    """Without one of its fills the account is another one."""
    change(copied / "ledger.db", "filled", nth, lambda payload: None)
    told = invoke(copied / "ledger.db", copied / "cross.yaml")
    assert told.exit_code == 1, told.output


def test_an_edited_candle_is_found(copied: Path) -> None:
    """Another price at a candle that was decided on is another decision."""
    ledger = copied / "ledger.db"
    with sqlite3.connect(ledger) as connection:
        first = connection.execute("SELECT payload FROM events WHERE kind = 'decision_made' ORDER BY seq").fetchone()
        seen = connection.execute("SELECT payload FROM events WHERE kind = 'candles_seen' ORDER BY seq").fetchall()
    connection.close()
    candle = json.loads(first[0])["candle"]
    place = [k for k, (payload,) in enumerate(seen) if json.loads(payload)["candles"][0][0] == candle]

    def higher(payload: dict[str, Any]) -> dict[str, Any]:
        payload["candles"][0][4] = payload["candles"][0][2]
        return payload

    change(ledger, "candles_seen", place[0], higher)
    assert invoke(ledger, copied / "cross.yaml").exit_code == 1


def test_candles_are_held_against_files(copied: Path) -> None:
    """The candles as a file has them are equal; one that was revised since is told both ways."""
    reader = open_reader(copied / "ledger.db")
    session = sessions_of(reader)[0].name
    seen = candles_seen(reader, session, Timeframe.parse("1m"))["BTC/USDT"]
    columns = (seen.time, seen.open, seen.high, seen.low, seen.close, seen.volume)
    rows = [",".join(map(repr, row)) for row in zip(*(c.tolist() for c in columns), strict=True)]
    file = copied / "BTCUSDT-1m.csv"
    for volume, code in (("40.0", 0), ("41.0", 1)):
        rows[90] = rows[90].rpartition(",")[0] + f",{volume}"
        file.write_text("time,open,high,low,close,volume\n" + "\n".join(rows) + "\n")
        told = invoke(copied / "ledger.db", copied / "cross.yaml", "--candles", f"BTC/USDT={file}")
        assert told.exit_code == code, told.output
    assert "volume 41" in told.output
    assert "has revised it" in told.output


def test_a_deployment_finds_the_strategy_as_it_was(tmp_path: Path) -> None:
    """The strategy was edited since: the session's own copy is found, or a file that lies beside the deployment."""
    for name, text in (("cross.yaml", CROSS), ("desk.yaml", DESK)):
        (tmp_path / name).write_text(text)
    stage = Stage(tmp_path, minutes=40, paper=True)
    stage.deployment = lambda: load_deployment(tmp_path / "desk.yaml")  # type: ignore[method-assign]  # a fault put in its place
    stage.play()
    desk, ledger = tmp_path / "desk.yaml", tmp_path / "ledger.db"
    told = invoke(ledger, desk)
    assert told.exit_code == 0, told.output
    assert "Note" not in told.output
    (tmp_path / "cross.yaml").write_text(CROSS.replace("8)", "9)"))
    told = invoke(ledger, desk)
    assert told.exit_code == 0, told.output
    shutil.rmtree(tmp_path / "ledger.db.strategies")
    told = invoke(ledger, desk)
    assert told.exit_code == 2
    assert "traded as" in told.output
    (tmp_path / "before.yaml").write_text(CROSS)
    told = invoke(ledger, desk)
    assert told.exit_code == 0, told.output
    assert "Note" not in told.output


def test_another_strategy_is_refused(copied: Path) -> None:
    """A file that is not what traded is named with both hashes, and nothing is compared."""
    (copied / "other.yaml").write_text(CROSS.replace("8)", "9)"))
    told = invoke(copied / "ledger.db", copied / "other.yaml")
    assert told.exit_code == 2
    assert "traded as " in told.output
    assert "other.yaml has " in told.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.db", "cross.yaml"], "there is no ledger"),
        (["ledger.db"], "no deployment and no strategy"),
        (["ledger.db", "none.yaml"], "none.yaml"),
        (["ledger.db", "cross.yaml", "--session", "x"], "no session 'x'"),
        (["ledger.db", "cross.yaml", "--strategy", "x"], "no session of 'x'"),
        (["cross.yaml", "cross.yaml"], "cross.yaml"),
        (["ledger.db", "ledger.db"], "ledger.db"),
    ],
)
def test_what_cannot_run(played: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str) -> None:
    """One message that names what is wrong, and exit code 2."""
    monkeypatch.chdir(played)
    told = invoke(*arguments)
    assert told.exit_code == 2, told.output
    assert words in told.output


def test_an_archived_session_is_replayed_from_its_archive(tmp_path: Path) -> None:
    """The ledger says where its older sessions went; there they are decided again."""
    stage = Stage(tmp_path, minutes=60, shutdown=Shutdown.FLATTEN)
    (tmp_path / "cross.yaml").write_text(CROSS)
    stage.play()
    writer = open_writer(tmp_path / "ledger.db", lambda: START + 10_000 * M)
    assert retain(writer, tmp_path / "old.db", START + 9_000 * M) > 0
    writer.close()
    told = invoke(tmp_path / "ledger.db", tmp_path / "cross.yaml")
    assert told.exit_code == 2
    assert "old.db" in told.output
    assert invoke(tmp_path / "old.db", tmp_path / "cross.yaml").exit_code == 0
    assert open_reader(tmp_path / "old.db").head().seq > 0
