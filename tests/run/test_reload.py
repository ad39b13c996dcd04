"""Changed files: taken up when nothing is held, left aside with mistakes, and never while a position needs the old."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from stratrun.engine.exchange.orders import Request
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.language.deployment import Deployment
from stratrun.engine.language.document import load_deployment
from stratrun.engine.language.identity import meaning_hash
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.run.live.kept import kept

from .stage import CROSS, START, LoopClock, M, Stage, World

OTHER = CROSS.replace("ema(close, 3)", "ema(close, 4)")
FILE = """
stratrun: 2
kind: deployment
name: desk
venue: binance
account: main
ledger: ./ledger.db
shutdown: keep
strategies: [{strategy: strategies/cross.yaml, name: cross}]
"""
PAPER = pytest.mark.parametrize("paper", [False, True], ids=["live", "paper"])


@dataclass
class FileStage(Stage):
    """Its deployment is a file, and its strategy another."""

    def __post_init__(self) -> None:
        (self.folder / "strategies").mkdir()
        (self.folder / "d.yaml").write_text(FILE)
        self.write(CROSS)

    def write(self, text: str) -> None:
        (self.folder / "strategies" / "cross.yaml").write_text(text)

    def deployment(self) -> Deployment:
        return load_deployment(self.folder / "d.yaml")


IDLE = CROSS.replace("fast crosses above slow", "close < 0").replace("name: Cross", "name: Idle")


@dataclass
class PairStage(FileStage):
    """Two strategies, the second of which never enters."""

    def __post_init__(self) -> None:
        super().__post_init__()
        (self.folder / "strategies" / "idle.yaml").write_text(IDLE)
        listed = "[{strategy: strategies/cross.yaml, name: cross}, {strategy: strategies/idle.yaml, name: idle}]"
        (self.folder / "d.yaml").write_text(f"{FILE.partition('strategies:')[0]}strategies: {listed}\n")


def hashes(folder: Path) -> list[tuple[str, bool]]:
    """Of each session: its strategy's, and whether it is closed."""
    rows = sorted(open_reader(folder / "ledger.db").sessions(), key=lambda row: row.opened_seq)
    return [(row.strategy_hash, row.closed is not None) for row in rows]


def running(world: World) -> str:
    return meaning_hash(world.session.runs[0].strategy)


@PAPER
def test_a_changed_file_waits_until_flat(tmp_path: Path, paper: bool) -> None:
    """With a position open the old strategy goes on; once flat the new one begins, without a restart."""
    stage = FileStage(tmp_path, minutes=400, paper=paper)
    old = meaning_hash(stage.deployment().strategies[0].subject)  # type: ignore[arg-type]

    async def act(world: World) -> None:
        while not world.session.ledger.state.positions():
            await world.clock.sleep(60)
        stage.write(OTHER)
        await world.clock.sleep(20)
        assert running(world) == old
        while running(world) == old:
            await world.clock.sleep(60)
        assert not world.session.ledger.state.positions()
        while not world.session.ledger.state.positions():
            await world.clock.sleep(60)

    stage.play(act, brief=True)
    new = meaning_hash(stage.deployment().strategies[0].subject)  # type: ignore[arg-type]
    assert hashes(tmp_path) == [(old, True), (new, False)]
    assert [words.split(" ")[-1] for _, words in stage.noticed] == ["ordered", "now"]


def test_a_file_with_mistakes_changes_nothing(tmp_path: Path) -> None:
    """The old strategy goes on, and an operator is told what is wrong."""
    stage = FileStage(tmp_path, minutes=30)

    async def act(world: World) -> None:
        old = running(world)
        await world.clock.sleep(60)
        stage.write(CROSS.replace("fast crosses above slow", "fasst crosses above slow"))
        await world.clock.sleep(120)
        assert running(world) == old
        assert "fasst" in await world.session.reload()

    stage.play(act)
    [(subject, words)] = stage.noticed
    assert subject == "reload"
    assert "mistakes" in words


def test_a_restart_keeps_those_beside_a_position(tmp_path: Path) -> None:
    """A strategy that is flat goes on as it was, too, while another holds something: what that one was allowed followed
    from both. Both then change at once, with the capital they began with until then."""
    (tmp_path / "first").mkdir()
    first = PairStage(tmp_path / "first", minutes=100)
    held: list[int] = []

    async def look(world: World) -> None:
        while not world.session.ledger.state.positions():
            await world.clock.sleep(60)
        held.append((world.clock.now() - START) // M - first.history)

    first.play(look, brief=True)
    stage = PairStage(tmp_path, minutes=600)
    old = [meaning_hash(run.strategy) for run in stage.deployment().runs()]

    async def until_changed(world: World) -> None:
        while meaning_hash(world.session.runs[1].strategy) == old[1]:
            await world.clock.sleep(60)

    async def main(clock: LoopClock) -> None:
        world = World(stage, clock)
        await world.open()
        await world.trade(held[0])
        await world.end()
        (tmp_path / "strategies" / "idle.yaml").write_text(IDLE.replace("close < 0", "close < 1"))
        await world.open()
        assert world.session.ledger.state.positions()
        assert [meaning_hash(run.strategy) for run in world.session.runs] == old
        await world.trade(200, until_changed, brief=True)
        assert meaning_hash(world.session.runs[1].strategy) != old[1]
        await world.end()

    run_virtual(main, START + stage.history * M)
    rows = sorted(open_reader(tmp_path / "ledger.db").sessions(), key=lambda row: row.opened_seq)
    assert [row.strategy for row in rows] == ["cross", "idle", "cross", "idle"]
    assert [row.closed is None for row in rows] == [False, False, True, True]


@PAPER
def test_a_restart_keeps_what_opened_the_position(tmp_path: Path, paper: bool) -> None:
    """A file that changed while nothing ran waits for the end of the position that the old strategy opened."""
    (tmp_path / "first").mkdir()
    first = FileStage(tmp_path / "first", minutes=200, paper=paper)
    held: list[int] = []

    async def look(world: World) -> None:
        while not world.session.ledger.state.positions():
            await world.clock.sleep(60)
        held.append((world.clock.now() - START) // M - first.history)

    first.play(look, brief=True)
    stage = FileStage(tmp_path, minutes=600, paper=paper)
    old = meaning_hash(stage.deployment().strategies[0].subject)  # type: ignore[arg-type]

    async def until_changed(world: World) -> None:
        while running(world) == old:
            await world.clock.sleep(60)

    async def main(clock: LoopClock) -> World:
        world = World(stage, clock)
        await world.open()
        await world.trade(held[0])
        await world.end()
        stage.write(OTHER)
        await world.open()
        assert running(world) == old
        await world.trade(200, until_changed, brief=True)
        assert running(world) != old
        await world.end()
        return world

    run_virtual(main, START + stage.history * M)
    new = meaning_hash(stage.deployment().strategies[0].subject)  # type: ignore[arg-type]
    assert hashes(tmp_path) == [(old, True), (new, False)]
    assert kept(tmp_path / "ledger.db.strategies", old, "cross")
    assert not kept(tmp_path / "ledger.db.strategies", "0" * 64, "cross")


def test_coins_of_no_strategy_keep_no_strategy(tmp_path: Path) -> None:
    """What somebody bought by hand at the venue holds up no changed file, neither while it runs nor at a start."""
    stage = FileStage(tmp_path, minutes=60)
    old = meaning_hash(stage.deployment().strategies[0].subject)  # type: ignore[arg-type]

    async def main(clock: LoopClock) -> None:
        world = World(stage, clock)
        await world.open()
        world.exchange.outside.order("main", Request("BTC/USDT", Side.BUY, OrderType.MARKET, Decimal("0.1")))

        async def change(world: World) -> None:
            while not world.session.ledger.state.positions():
                await world.clock.sleep(10)
            stage.write(OTHER)

        await world.trade(4, change)
        assert [row.strategy for row in world.session.ledger.state.positions()] == [""]
        assert running(world) != old
        await world.end()
        stage.write(CROSS)
        await world.open()
        assert running(world) == old
        await world.end()

    run_virtual(main, START + stage.history * M)
