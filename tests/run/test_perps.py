"""Sessions on a simulated perpetual: leverage, shorts, funding, a liquidation, and two strategies in one position."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.diagnostics.diagnostic import DocumentError
from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.language.deployment import Deployment
from stratrun.engine.language.document import load_deployment
from stratrun.engine.language.strategy import Market
from stratrun.engine.ledger.events_session import DecisionMade, IntentPlanned
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.rows import OrderRow, StateRow
from stratrun.engine.ledger.values import Direction, Role, Scope, Side, TradingState
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


def test_no_two_stand_against_each_other(tmp_path: Path) -> None:
    """A venue that nets would hold the difference alone: an entry against another's position or order is denied
    by the Book, so that no order for it is ever planned."""
    stage = PerpStage(tmp_path, {"one": BOTH, "two": OTHER}, minutes=300)

    async def act(world: World) -> None:
        for _ in range(290):
            await world.clock.sleep(60)
            sides = {row.quantity > 0 for row in world.live.ledger.state.positions(PERP)}
            sides |= {row.side is Side.BUY for row in world.live.ledger.state.live(PERP) if row.role is Role.ENTRY}
            assert len(sides) < 2

    stage.play(act)
    reader = open_reader(tmp_path / "ledger.db")
    made = [e.event for e in reader.entries(kinds={"decision_made"}) if isinstance(e.event, DecisionMade)]
    against = {(it.session_id, it.candle) for it in made if it.code == "CONFLICT"}
    planned = [e.event for e in reader.entries(kinds={"intent_planned"}) if isinstance(e.event, IntentPlanned)]
    assert against
    assert not against & {(it.session_id, it.candle) for it in planned if it.role is Role.ENTRY}


@pytest.mark.parametrize("together", [False, True], ids=["two strategies", "a portfolio that allows it"])
def test_strategies_that_may_oppose_each_other_are_refused(tmp_path: Path, together: bool) -> None:
    """Before anything starts: by an error of the file that names both and the mend."""
    (tmp_path / "one.yaml").write_text(BOTH)
    (tmp_path / "two.yaml").write_text(OTHER.replace("name: Cross", "name: Other"))
    members = "[{strategy: one.yaml, name: one}, {strategy: two.yaml, name: two}]"
    listed = "[{strategy: p.yaml}]" if together else members
    weighed = members.replace("}", ", weight: 50%}")
    portfolio = f"stratrun: 2\nkind: portfolio\nname: P\nconflicts: allow\nmembers: {weighed}\n"
    (tmp_path / "p.yaml").write_text(portfolio)
    file = tmp_path / "d.yaml"
    head = "stratrun: 2\nkind: deployment\nname: D\nvenue: binance\naccount: main\nledger: ./l.db\nmarket: perp\n"
    file.write_text(f"{head}strategies: {listed}\n")
    with pytest.raises(DocumentError) as refused:
        load_deployment(file)
    [found] = [one for one in refused.value.diagnostics if one.code == "SR735"]
    assert "while" in found.message
    assert "another account" in str(found.help)
