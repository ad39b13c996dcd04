"""Another list of strategies while something is held: those that hold go on together until all is flat, and it is told;
where that is not possible the start is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.ledger.events_control import StateChanged
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.rows import StateRow
from stratrun.engine.ledger.values import Role, Scope, TradingState
from stratrun.engine.run.live.book import LIMITS
from stratrun.engine.run.replay.play import replay
from stratrun.engine.run.replay.recorded import chosen, sessions_of
from stratrun.engine.run.replay.subject import Files

from .stage import CROSS, START, LoopClock, M, World
from .test_reload import FILE, IDLE, FileStage

PAPER = pytest.mark.parametrize("paper", [False, True], ids=["live", "paper"])
CHANGES = {
    "removed": (["cross", "idle"], ["idle"], "cross left"),
    "added": (["cross"], ["cross", "idle"], "idle came"),
    "shares": (["cross: 60%", "idle: 40%"], ["cross: 40%", "idle: 60%"], "cross, idle changed"),
}


@dataclass
class Listed(FileStage):
    names: list[str] = field(default_factory=lambda: ["cross"])

    def __post_init__(self) -> None:
        super().__post_init__()
        (self.folder / "strategies" / "idle.yaml").write_text(IDLE.replace("BTC/USDT", "ETH/USDT"))
        self.lists(self.names)

    def lists(self, names: list[str]) -> None:
        parts = [name.partition(": ") for name in names]
        entries = [
            f"{{strategy: strategies/{one}.yaml, name: {one}{f', weight: {share}' if share else ''}}}"
            for one, _, share in parts
        ]
        (self.folder / "d.yaml").write_text(f"{FILE.partition('strategies:')[0]}strategies: [{', '.join(entries)}]\n")


class Both(World):
    """Its exchange lists what any of the lists trades."""

    def __init__(self, stage: Listed, clock: LoopClock, lists: list[list[str]]) -> None:
        stage.lists(max(lists, key=len))
        super().__init__(stage, clock)
        stage.lists(lists[0])


async def play(world: World, minutes: int, over: Callable[[], bool]) -> None:
    """Trade until something is so, at most for some minutes; the venue stands still then."""
    running = asyncio.create_task(world.session.run())
    moving = asyncio.create_task(world.exchange.run())
    for _ in range(minutes):
        await world.clock.sleep(60)
        if over():
            break
    world.session.ask_to_stop()
    await running
    moving.cancel()


async def until_held(world: World) -> None:
    await play(world, 200, lambda: bool(world.session.ledger.state.positions()))


def names(world: World) -> list[str]:
    return [run.name for run in world.session.runs]


@PAPER
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_list_waits_until_flat(tmp_path: Path, paper: bool, change: str) -> None:
    """The strategies of before go on with their shares, the removed one too, which enters nothing more; once all is
    flat the new list begins, and every session is decided the same by a replay."""
    before, after, words = CHANGES[change]
    stage = Listed(tmp_path, minutes=400, paper=paper, names=before)

    async def main(clock: LoopClock) -> None:
        world = Both(stage, clock, [before, after])
        await world.open()
        await until_held(world)
        held = {(row.strategy, row.quantity) for row in world.session.ledger.state.positions()}
        await world.end()
        stage.lists(after)
        await world.open()
        assert names(world) == [one.partition(":")[0] for one in before]
        assert {(row.strategy, row.quantity) for row in world.session.ledger.state.positions()} == held
        state = world.session.ledger.state.get(StateRow, Scope.STRATEGY, "cross")
        assert (state is not None and state.state is TradingState.REDUCING) == (change == "removed")
        assert any(words in told for _, told in stage.noticed), stage.noticed
        old = world.session.runs
        await play(world, 200, lambda: world.session.runs is not old)
        assert names(world) == [one.partition(":")[0] for one in after]
        await world.end()

    run_virtual(main, START + stage.history * M)
    reader = open_reader(tmp_path / "ledger.db")
    known, files = sessions_of(reader), Files([tmp_path / "d.yaml"])
    for group in chosen(reader, None, None):
        result = replay(reader, files.subject(group, known), lambda *told: None)
        assert result.equal, result.differences[:3]


@PAPER
def test_a_removed_strategy_may_come_back(tmp_path: Path, paper: bool) -> None:
    """Brought back before all was flat, it enters again."""
    stage = Listed(tmp_path, minutes=400, paper=paper, names=["cross", "idle"])

    async def main(clock: LoopClock) -> None:
        world = Both(stage, clock, [["cross", "idle"]])
        await world.open()
        await until_held(world)
        await world.end()
        for left, state in ((["idle"], TradingState.REDUCING), (["cross", "idle"], TradingState.ACTIVE)):
            stage.lists(left)
            await world.open()
            row = world.session.ledger.state.get(StateRow, Scope.STRATEGY, "cross")
            assert row is not None
            assert row.state is state
            await world.end()

    run_virtual(main, START + stage.history * M)


@PAPER
def test_without_a_copy_the_start_is_refused(tmp_path: Path, paper: bool) -> None:
    """One message with what holds, what changed and the mend; nothing is recorded, and the old list goes on."""
    stage = Listed(tmp_path, minutes=400, paper=paper, names=["cross", "idle"])

    async def main(clock: LoopClock) -> None:
        world = Both(stage, clock, [["cross", "idle"]])
        await world.open()
        await until_held(world)
        await world.end()
        for copy in (tmp_path / "ledger.db.strategies").iterdir():
            copy.unlink()
        stage.lists(["idle"])
        with pytest.raises(InputError) as refused:
            await world.open()
        assert "cross still holds" in str(refused.value)
        assert ("another ledger" if paper else "kill --flatten") in str(refused.value.help)
        world.writer.close()
        stage.lists(["cross", "idle"])
        await world.open()
        assert names(world) == ["cross", "idle"]
        await world.end()

    run_virtual(main, START + stage.history * M)


def test_a_changed_list_begins_at_once_where_nothing_is_held(tmp_path: Path) -> None:
    """Other shares alone are another Book, too."""
    stage = Listed(tmp_path, names=["cross: 60%", "idle: 40%"])
    stage.write(CROSS.replace("fast crosses above slow", "close < 0"))

    async def main(clock: LoopClock) -> None:
        world = Both(stage, clock, [["cross: 60%", "idle: 40%"]])
        for listed in (["cross: 60%", "idle: 40%"], ["cross: 40%", "idle: 60%"], ["idle: 60%"]):
            stage.lists(listed)
            await world.open()
            assert [f"{run.name}: {run.share:.0%}" for run in world.session.runs] == listed
            await world.trade(2)
            await world.end()
            await clock.sleep(1)

    run_virtual(main, START + stage.history * M)
    assert len(open_reader(tmp_path / "ledger.db").sessions()) == 5


@PAPER
def test_a_removed_strategy_may_come_back_while_the_session_runs(tmp_path: Path, paper: bool) -> None:
    """Its file read again before all was flat, it enters again at once."""
    stage = Listed(tmp_path, minutes=400, paper=paper, names=["cross", "idle"])

    async def main(clock: LoopClock) -> None:
        world = Both(stage, clock, [["cross", "idle"]])
        await world.open()
        await until_held(world)
        await world.end()
        stage.lists(["idle"])
        await world.open()
        stage.lists(["cross", "idle"])
        await world.session.reload()
        row = world.session.ledger.state.get(StateRow, Scope.STRATEGY, "cross")
        assert row is not None
        assert row.state is TradingState.ACTIVE
        assert world.session.reloading.waiting is None
        await world.end()

    run_virtual(main, START + stage.history * M)


@PAPER
def test_a_removed_strategy_stays_back_when_its_limit_ends(tmp_path: Path, paper: bool) -> None:
    """It left while a limit of its losses held it back: the end of that lets it enter nothing more."""
    stage = Listed(tmp_path, minutes=400, paper=paper, names=["cross", "idle"])
    limit = StateChanged(Scope.STRATEGY, "cross", TradingState.REDUCING, "DAILY_LOSS", LIMITS, "it lost enough")

    async def main(clock: LoopClock) -> None:
        world = Both(stage, clock, [["cross", "idle"]])
        await world.open()
        await until_held(world)
        await world.session.ledger.record(limit)
        await world.end()
        stage.lists(["idle"])
        await world.open()
        await play(world, 3, lambda: False)
        row = world.session.ledger.state.get(StateRow, Scope.STRATEGY, "cross")
        assert row is not None
        assert (row.state, row.code) == (TradingState.REDUCING, "REMOVED")
        await world.end()

    run_virtual(main, START + stage.history * M)


@PAPER
def test_an_entry_of_a_removed_strategy_waits_no_longer(tmp_path: Path, paper: bool) -> None:
    """An entry order that rests when its strategy leaves the list is taken off, and never fills."""
    stage = Listed(tmp_path, minutes=400, paper=paper, names=["cross", "idle"])
    stage.write(CROSS + "orders: {type: limit, offset: 3%, cancel_after: 200 candles}\n")

    async def main(clock: LoopClock) -> None:
        world = Both(stage, clock, [["cross", "idle"]])

        def waiting() -> bool:
            return any(one.role is Role.ENTRY for one in world.session.acts.orders())

        await world.open()
        await play(world, 200, waiting)
        assert waiting()
        await world.end()
        stage.lists(["idle"])
        await world.open()
        await play(world, 2, lambda: False)
        assert not waiting()
        await world.end()

    run_virtual(main, START + stage.history * M)
