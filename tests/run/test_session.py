"""The live session on the simulated exchange: it trades, says what it does, and its Book is the venue's truth."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.language.document import loads
from stratrun.engine.ledger.events_session import DecisionMade, IntentPlanned
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.reader import Reader
from stratrun.engine.ledger.rows import FillRow, OrderRow, TradeRow
from stratrun.engine.ledger.values import Role
from stratrun.engine.research.backtest import backtest
from stratrun.engine.trading.account import Account
from stratrun.engine.trading.trades import ExitReason

from .stage import CROSS, START, LoopClock, M, Stage, World


def told(trade: TradeRow) -> tuple[object, ...]:
    """A trade without what differs from run to run."""
    left_out = {"trade_id", "seq", "opened_seq", "closed_seq"}
    return tuple(getattr(trade, field.name) for field in fields(trade) if field.name not in left_out)


def check(world: World, reader: Reader) -> None:
    """Venue, ledger and Book hold the same, and no rule of the order path is broken."""
    truth = world.truth
    assert not world.live.desk.violations()
    book = world.session.book.portfolio
    for symbol in world.candles:
        base = symbol.split("/")[0]
        there = float(sum(b.total for c, b in truth.wallets.items() if c == base))
        assert sum(float(row.quantity) for row in reader.positions() if row.symbol == symbol) == there
        assert sum(m.quantity_of(symbol) for m in book.members if symbol in m.strategy.symbols) == pytest.approx(
            there, abs=1e-12
        )
    worth = float(truth.wallets["USDT"].total) + sum(
        float(b.total) * float(world.exchange.market(f"{c}/USDT").last)
        for c, b in truth.wallets.items() if c != "USDT"
    )  # fmt: skip
    marked = sum(
        member.quantity_of(s) * (float(world.exchange.market(s).last) - member.book.positions[k].mark)
        for member in book.members for k, s in enumerate(member.strategy.symbols)
    )  # fmt: skip
    assert book.equity + marked == pytest.approx(worth, rel=1e-9)


def test_a_session_trades(tmp_path: Path) -> None:
    """Entries, exits, stops and targets reach the venue; the ledger, the Book and the venue agree."""
    stage = Stage(tmp_path, minutes=240)
    world = stage.play()
    reader = open_reader(tmp_path / "ledger.db")
    assert len(reader.trades(closed=True)) > 5
    assert {row.role for row in reader.rows(OrderRow)} >= {Role.ENTRY, Role.EXIT, Role.STOP, Role.TARGET}
    assert not stage.noticed
    assert not world.live.desk.alerts
    check(world, reader)
    events = [entry.event for entry in reader.entries()]
    made = {one.decision_id: one for one in events if isinstance(one, DecisionMade)}
    entered = [one for one in events if isinstance(one, IntentPlanned) and one.role is Role.ENTRY]
    assert entered
    for one in entered:
        decision = made[one.decision_id or ""]
        assert (decision.symbol, decision.candle, decision.code) == (one.symbol, one.candle, "APPROVED")


def test_a_restart_changes_nothing(tmp_path: Path) -> None:
    """A session that ends and begins again, positions kept, makes the trades of one that ran through."""
    through = Stage(tmp_path / "through", minutes=240)
    through.folder.mkdir()
    through.play()

    again = Stage(tmp_path / "again", minutes=240)
    again.folder.mkdir()

    async def main(clock: LoopClock) -> World:
        world = World(again, clock)
        for minutes in (50, 61, 129):
            await world.open()
            await world.trade(minutes)
            await world.end()
        return world

    world = run_virtual(main, START + again.history * M)
    readers = [open_reader(stage.folder / "ledger.db") for stage in (through, again)]
    first, second = ([told(trade) for trade in reader.trades(closed=True)] for reader in readers)
    assert len(first) > 5
    assert first[: len(second)] == second[: len(first)]
    check(world, readers[1])


def test_strategies_share_one_account(tmp_path: Path) -> None:
    """Two strategies on two symbols in one session: each has its own sessions, orders and positions."""
    other = CROSS.replace("BTC/USDT", "ETH/USDT").replace("ema(close, 3)", "ema(close, 5)")
    stage = Stage(tmp_path, {"one": CROSS, "two": other}, minutes=200)
    world = stage.play()
    reader = open_reader(tmp_path / "ledger.db")
    assert {trade.strategy for trade in reader.trades(closed=True)} == {"one", "two"}
    assert not stage.noticed
    check(world, reader)


@pytest.mark.parametrize("text", [CROSS, CROSS.replace("size: {equity: 50%}", "size: {risk: 1%}")])
def test_paper_is_the_backtest(tmp_path: Path, text: str) -> None:
    """On live candles, over two restarts, the trades of the ledger are those of a back-test of the same candles."""
    stage = Stage(tmp_path, {"cross": text}, minutes=240, paper=True)

    async def main(clock: LoopClock) -> World:
        world = World(stage, clock)
        for minutes in (50, 61, 129):
            await world.open()
            await world.trade(minutes)
            await world.end()
        return world

    world = run_virtual(main, START + stage.history * M)
    rows = open_reader(tmp_path / "ledger.db").trades(closed=True)
    strategy = loads(text)
    candles = world.candles["BTC/USDT"]
    seen = candles.rows(0, int(candles.time.searchsorted(world.equity[-1][0])))
    result = backtest(
        strategy, {"BTC/USDT": seen}, account=Account(10_000.0), start=START + stage.history * M,
        instruments={"BTC/USDT": Spec("BTC/USDT").instrument()},
    )  # fmt: skip
    closed = result.trades.where(result.trades.reason != ExitReason.OPEN)
    assert len(closed) > 5
    assert [row.opened for row in rows] == closed.entry_time.tolist()
    assert [row.closed for row in rows] == closed.exit_time.tolist()
    assert [float(row.entry_quantity) for row in rows] == pytest.approx(closed.quantity.tolist(), rel=1e-12)
    assert world.equity[-1][1] == pytest.approx(float(result.equity[-1]), rel=1e-12)


def test_a_ladder_leaves_in_parts(tmp_path: Path) -> None:
    """Each target sells its part of the position at the venue, the stop covers what is left, over a restart too."""
    ladder = CROSS.replace("target: 1%", "target: [{at: 0.2%, close: 40%}, {at: 0.5%, close: 30%}, {at: 3%}]")
    stage = Stage(tmp_path, {"cross": ladder}, minutes=240)

    async def main(clock: LoopClock) -> World:
        world = World(stage, clock)
        for minutes in (70, 170):
            await world.open()
            await world.trade(minutes)
            await world.end()
        return world

    world = run_virtual(main, START + stage.history * M)
    reader = open_reader(tmp_path / "ledger.db")
    shares = set()
    for trade in reader.trades(closed=True):
        fills = [f for f in reader.rows(FillRow) if f.trade_id == trade.trade_id and f.role is Role.TARGET]
        shares |= {round(float(fill.quantity / trade.entry_quantity), 2) for fill in fills}
    assert shares == {0.4, 0.3}
    assert not stage.noticed
    check(world, reader)
