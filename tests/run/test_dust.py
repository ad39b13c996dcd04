"""Fees in base leave dust that no venue sells: a trade that it outlives is a closed trade all the same."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from stratrun.engine.ledger.events_account import PositionAdjusted
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.trading.live import LiveAccount
from stratrun.engine.trading.trades import ExitReason

from .stage import CROSS, M, Stage, World

PAUSED = CROSS + "protections: [{cooldown: 20 candles}]\n"


def test_dust_ends_a_trade(tmp_path: Path) -> None:
    """Every trade that dust was left of is noted once, with the reason of its last exit, and cools down."""
    stage = Stage(tmp_path, {"cross": PAUSED}, minutes=400, spec={"fee_in_base": True})
    noted: list[tuple[int, ExitReason]] = []

    async def watch(world: World) -> None:
        member: LiveAccount = world.session.book.portfolio.members[0]
        settle = member.settle

        def settled() -> object:
            noted.extend((int(row[3]), ExitReason(int(row[12]))) for row in member.unnoted())
            return settle()

        member.settle = settled  # type: ignore[method-assign, assignment]  # a fault put in its place

    stage.play(watch)
    reader = open_reader(tmp_path / "ledger.db")
    trades = reader.trades(closed=True)
    dust = [entry for entry in reader.entries() if isinstance(entry.event, PositionAdjusted)]
    assert len(trades) > 3
    assert len(dust) > 3
    assert len(noted) == len(trades)
    assert {reason for _, reason in noted} <= {ExitReason.STOP, ExitReason.TARGET, ExitReason.RULE}
    for (time, _), trade in zip(noted, trades, strict=True):
        assert time == trade.closed // M * M
    for before, after in pairwise(trades):
        assert after.opened >= before.closed // M * M + 20 * M
