"""An operator's commands on a running session, at the simulated venue and on paper."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

import pytest

from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.rows import OrderRow, StateRow
from stratrun.engine.ledger.values import OrderState, OrderType, Role, Scope, Side, TradingState
from stratrun.engine.run.control.commands import (
    Action,
    Cancel,
    Close,
    Flatten,
    Halt,
    Pause,
    PlaceManual,
    Resume,
    Shutdown,
)
from stratrun.engine.run.control.controlled import Ordered, Outcome
from stratrun.engine.run.control.server import commanded
from stratrun.engine.run.halt_marker import HaltMarker
from stratrun.engine.run.live.controls import Controls

from .stage import CROSS, START, LoopClock, M, Stage, World

LIMIT = CROSS + "orders: {type: limit, offset: 3%, cancel_after: 50 candles}\n"
KINDS = pytest.mark.parametrize("paper", [False, True], ids=["live", "paper"])


class Operator:
    """Asks as the control server does: recorded first, then carried out."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.marker = HaltMarker(world.stage.folder / "ledger.db.halt")
        self.controls = Controls(world.session, self.marker)
        self.asked = 0

    async def ask(self, action: Action) -> Outcome:
        self.asked += 1
        ordered = Ordered(f"c{self.asked}", "ann", "because", action)
        await self.world.session.ledger.record(commanded(ordered))
        return await self.controls.act(ordered)

    async def until(self, true: Callable[[], bool], minutes: int = 120) -> None:
        for _ in range(minutes):
            if true():
                return
            await self.world.clock.sleep(60)
        raise AssertionError("it never came")

    def held(self) -> bool:
        return bool(self.world.session.ledger.state.positions())

    def entries(self) -> int:
        return sum(trade.entry_quantity > 0 for trade in open_reader(self.world.stage.folder / "ledger.db").trades())


def play(stage: Stage, act: Callable[[Operator], Awaitable[None]], brief: bool = True) -> World:
    async def meddle(world: World) -> None:
        await act(Operator(world))

    world = stage.play(meddle, brief)
    if not stage.paper:
        assert not world.live.desk.violations()
    return world


@KINDS
def test_a_pause_lets_nothing_enter(tmp_path: Path, paper: bool) -> None:
    """A paused account only leaves positions until it is resumed, and says who paused it."""

    async def act(operator: Operator) -> None:
        await operator.until(operator.held)
        assert (await operator.ask(Pause())).done
        status = await operator.controls.status()
        assert [(one.scope, one.state, one.who, one.why) for one in status.states] == [
            (Scope.ACCOUNT, TradingState.REDUCING, "ann", "because")
        ]
        await operator.until(lambda: not operator.held())
        before = operator.entries()
        await operator.world.clock.sleep(60 * 60)
        assert operator.entries() == before
        outcome = await operator.ask(Resume())
        assert outcome.done
        assert "active" in outcome.words
        await operator.until(lambda: operator.entries() > before)

    play(Stage(tmp_path, minutes=400, paper=paper), act)


@KINDS
@pytest.mark.parametrize(
    "action", [Flatten(), Flatten(Scope.STRATEGY, "cross"), Flatten(Scope.SYMBOL, "BTC/USDT")],
    ids=["account", "strategy", "symbol"],
)  # fmt: skip
def test_flatten_leaves_nothing(tmp_path: Path, paper: bool, action: Flatten) -> None:
    """After a flatten nothing is held or rests, and nothing enters again."""

    async def act(operator: Operator) -> None:
        await operator.until(operator.held)
        assert (await operator.ask(action)).done
        await operator.world.clock.sleep(121)
        assert not operator.held()
        assert not await operator.controls.orders()
        before = operator.entries()
        await operator.world.clock.sleep(60 * 60)
        assert operator.entries() == before

    play(Stage(tmp_path, minutes=300, paper=paper), act)


@KINDS
def test_close_and_go_on(tmp_path: Path, paper: bool) -> None:
    """A closed position is gone, and the next signal enters again; what is not held cannot be closed."""

    async def act(operator: Operator) -> None:
        assert (await operator.ask(Close("BTC/USDT"))).code == "NO_POSITION"
        await operator.until(operator.held)
        [view] = await operator.controls.positions()
        assert view.strategy == "cross"
        assert view.stop is not None
        assert view.price is not None or not paper
        assert (await operator.ask(Close("BTC/USDT", "cross"))).done
        await operator.world.clock.sleep(121)
        before = operator.entries()
        assert not operator.held() or before > 1
        await operator.until(lambda: operator.entries() > before)

    play(Stage(tmp_path, minutes=400, paper=paper), act)


@KINDS
def test_entries_are_canceled(tmp_path: Path, paper: bool) -> None:
    """A waiting entry shows among the orders, and is gone when it is canceled."""

    async def act(operator: Operator) -> None:
        while not await operator.controls.orders():
            await operator.world.clock.sleep(60)
        [order] = await operator.controls.orders()
        assert (order.role, order.type) == (Role.ENTRY, OrderType.LIMIT)
        assert (await operator.ask(Cancel("nobody's"))).code in ("NO_ORDER", "OK")
        assert (await operator.ask(Cancel(order.order_id))).done
        assert not await operator.controls.orders()

    play(Stage(tmp_path, {"cross": LIMIT}, minutes=120, paper=paper), act)


def test_orders_by_hand(tmp_path: Path) -> None:
    """An order by hand passes the gate, is nobody's strategy's, and is sent once; a reducing one finds its position."""

    async def act(operator: Operator) -> None:
        world = operator.world
        await operator.until(lambda: not operator.held())
        buy = PlaceManual("BTC/USDT", Side.BUY, Decimal("1.5"))
        outcome = await operator.ask(buy)
        assert outcome.done, outcome
        await world.clock.sleep(5)
        assert world.live.ledger.state.position("BTC/USDT", "by hand") == Decimal("1.5")
        assert world.session.book.portfolio.members[0].quantity_of("BTC/USDT") == 0.0
        far = PlaceManual("BTC/USDT", Side.BUY, Decimal(1), OrderType.LIMIT, Decimal(500))
        assert (await operator.ask(far)).code.startswith("PRICE_COLLAR")
        assert not (await operator.ask(PlaceManual("XRP/USDT", Side.BUY, Decimal(1)))).done
        await operator.ask(Halt())
        assert (await operator.ask(buy)).code == "TRADING_HALTED"
        sell = PlaceManual("BTC/USDT", Side.SELL, Decimal("1.5"), reduce_only=True, strategy="by hand")
        outcome = await operator.ask(sell)
        assert outcome.done, outcome
        await world.clock.sleep(5)
        assert not world.live.ledger.state.position("BTC/USDT", "by hand")

    play(Stage(tmp_path, {"cross": LIMIT}, minutes=60), act)
    reader = open_reader(tmp_path / "ledger.db")
    filled = [row for row in reader.rows(OrderRow) if row.strategy == "by hand" and row.state is OrderState.FILLED]
    assert len(filled) == 2


@KINDS
def test_a_hold_outlives_a_restart(tmp_path: Path, paper: bool) -> None:
    """What an operator halted stays halted in the next session; a pause does not loosen it, a resume of all does."""

    async def hold(operator: Operator) -> None:
        assert (await operator.ask(Halt())).done
        assert "halted" in (await operator.ask(Pause())).words

    async def look(operator: Operator) -> None:
        [state] = (await operator.controls.status()).states
        assert (state.state, state.code) == (TradingState.HALTED, "OPERATOR")
        await operator.world.clock.sleep(60 * 60)
        assert operator.entries() == before[0]
        operator.marker.write("eve", "kill")
        assert (await operator.controls.status()).halt == "eve: kill"
        assert "marker is gone" in (await operator.ask(Resume())).words
        await operator.until(lambda: operator.entries() > before[0])

    before = [0]
    stage = Stage(tmp_path, minutes=400, paper=paper)

    async def both(world: World) -> None:
        await hold(Operator(world))

    async def main(clock: LoopClock) -> World:
        world = World(stage, clock)
        await world.open()
        await world.trade(20, both)
        await world.end()
        before[0] = len(open_reader(tmp_path / "ledger.db").trades())
        await world.open()
        await world.trade(300, lambda it: look(Operator(it)), brief=True)
        await world.end()
        return world

    run_virtual(main, START + stage.history * M)


@KINDS
def test_strangers_are_refused(tmp_path: Path, paper: bool) -> None:
    """A strategy, symbol or end that does not exist is refused with what there is, and changes nothing."""

    async def act(operator: Operator) -> None:
        for action in (Pause(Scope.STRATEGY, "cros"), Flatten(Scope.SYMBOL, "ETH/USDT"), Resume(Scope.STRATEGY, "x")):
            outcome = await operator.ask(action)
            assert outcome.code == "UNKNOWN"
            assert not outcome.done
            assert action.name in outcome.words
        assert not (await operator.ask(Shutdown("explode"))).done
        assert not (await operator.controls.status()).states

    play(Stage(tmp_path, minutes=5, paper=paper), act)
    assert not open_reader(tmp_path / "ledger.db").rows(StateRow)


def test_an_end_with_a_policy(tmp_path: Path) -> None:
    """A shutdown that flattens ends the session with nothing held, whatever the deployment says."""

    async def act(operator: Operator) -> None:
        await operator.until(operator.held)
        assert (await operator.ask(Shutdown("flatten"))).done
        await asyncio.sleep(1)  # of simulated time

    world = play(Stage(tmp_path, minutes=120), act)
    assert not world.truth.wallets.get("BTC") or not world.truth.wallets["BTC"].total
    assert all(row.closed for row in open_reader(tmp_path / "ledger.db").sessions())
