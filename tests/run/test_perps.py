"""Sessions on a simulated perpetual: leverage, shorts, funding, a liquidation, and two strategies in one position."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.language.deployment import Deployment
from stratrun.engine.language.strategy import Market
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.rows import OrderRow, StateRow
from stratrun.engine.ledger.values import Direction, Role, Scope, TradingState
from stratrun.engine.market.venue import Kind
from stratrun.engine.run.live.leverage import set_leverage

from .stage import CROSS, Stage, World

PERP = "BTC/USDT:USDT"
SHORT = "short: {enter: fast crosses below slow, exit: {when: fast crosses above slow, stop: 0.4%, target: 1%}}\n"
BOTH = (
    CROSS.replace("BTC/USDT", PERP).replace("size:", f"{SHORT}size:").replace("timeframe:", "market: perp\ntimeframe:")
)
OTHER = BOTH.replace("ema(close, 3)", "ema(close, 5)").replace("ema(close, 8)", "ema(close, 21)")


@dataclass
class PerpStage(Stage):
    leverage: float = 3.0

    def deployment(self) -> Deployment:
        return replace(super().deployment(), market=Market.PERP, leverage=self.leverage)


@pytest.fixture(autouse=True)
def contracts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stage's broker trades contracts, with the leverage that the launch would have set."""

    def broker(exchange: Any, account: str, **more: Any) -> DirectBroker:
        return DirectBroker(exchange, account, Kind.PERP, **more)

    monkeypatch.setattr(f"{World.__module__}.DirectBroker", broker)


def test_a_session_trades_both_ways(tmp_path: Path) -> None:
    """Longs and shorts with leverage and funding: venue, ledger and Book hold the same at the end."""
    stage = PerpStage(tmp_path, {"cross": BOTH}, minutes=600)

    async def act(world: World) -> None:
        await set_leverage(world.broker, stage.deployment())

    world = stage.play(act)
    reader = open_reader(tmp_path / "ledger.db")
    assert {trade.direction for trade in reader.trades(closed=True)} == {Direction.LONG, Direction.SHORT}
    exits = [row for row in reader.rows(OrderRow) if row.role in (Role.EXIT, Role.STOP, Role.TARGET)]
    assert all(row.reduce_only for row in exits)
    held = sum((row.quantity for row in reader.positions()), Decimal(0))
    assert world.session.book.portfolio.members[0].quantity_of(PERP) == pytest.approx(float(held))
    assert any(entry.kind == "funding_paid" for entry in reader.entries())
    assert not world.live.desk.violations()
    assert not stage.noticed


def test_a_liquidation_halts_the_strategy(tmp_path: Path) -> None:
    """A position that the venue liquidates is booked, its strategy halted, and an operator told."""
    stage = PerpStage(tmp_path, {"cross": BOTH}, minutes=200)

    async def act(world: World) -> None:
        while not world.live.ledger.state.positions():
            await world.clock.sleep(20)
        [row] = world.live.ledger.state.positions()
        mark = Decimal(repr(float(world.session.book.portfolio.members[0].book.positions[0].mark)))
        world.live.around.liquidation[PERP] = mark
        world.exchange.outside.liquidate("main", PERP)
        await world.clock.sleep(90)
        assert not world.live.ledger.state.position(PERP, row.strategy)
        state = world.live.ledger.state.get(StateRow, Scope.STRATEGY, "cross")
        assert state is not None
        assert (state.state, state.code) == (TradingState.HALTED, "LIQUIDATION")
        assert world.session.book.portfolio.members[0].quantity_of(PERP) == 0.0

    stage.play(act)
    assert any("liquidated" in words for _, words in stage.noticed)


def test_two_strategies_in_one_position(tmp_path: Path) -> None:
    """On a venue that nets, each strategy's part is its own row; together they are what the venue holds."""
    stage = PerpStage(tmp_path, {"one": BOTH, "two": OTHER}, minutes=300)
    seen: list[tuple[Decimal, Decimal]] = []

    async def act(world: World) -> None:
        for _ in range(280):
            await world.clock.sleep(60)
            rows = world.live.ledger.state.positions(PERP)
            if len(rows) == 2 and not any(row.state != "open" for row in world.live.ledger.state.live()):
                [there] = await world.broker.positions([PERP])
                seen.append((there.quantity, sum((row.quantity for row in rows), Decimal(0))))

    world = stage.play(act)
    assert seen
    assert sum(ours == theirs for ours, theirs in seen) >= 0.9 * len(seen)
    assert not world.live.desk.violations()
