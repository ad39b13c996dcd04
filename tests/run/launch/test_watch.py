"""What the log has of a close: the ids that lead from its candles to what was decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.commands.run_view import Nothing
from stratrun.engine.orders.outbox import Outbox
from stratrun.engine.orders.wanted import Alert
from stratrun.engine.run.live.watch import Watch

from ..stage import CROSS, Stage, World


class Log:
    """Keeps the lines."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def info(self, event: str, **facts: Any) -> None:
        self.lines.append({"event": event, **facts})

    debug = warning = critical = info


async def nowhere(alert: Alert) -> None:
    """An alert that nobody reads."""


@pytest.mark.parametrize("paper", [False, True], ids=["live", "paper"])
def test_a_close_names_its_candles_and_decisions(tmp_path: Path, paper: bool) -> None:
    """Those that were recorded since the close before, each once; an order leads from them to its fill."""
    stage, log = Stage(tmp_path, {"one": CROSS, "two": CROSS}, minutes=90, paper=paper), Log()

    async def act(world: World) -> None:
        watch = Watch(log, Nothing(), Outbox(nowhere), world.clock.now)  # type: ignore[arg-type]  # all it asks
        watch.follow(world.session.ledger)
        world.session.hooks.decided = watch.decided

    stage.play(act)
    candles: list[dict[str, Any]] = []
    decisions: list[str] = []
    told: set[str] = set()
    for line in log.lines:
        if line["event"] == "candles_seen":
            candles.append({name: line[name] for name in ("session", "symbol", "candle")})
        elif line["event"] == "decision_made":
            decisions.append(line["decision"])
        elif line["event"] == "close_decided":
            assert (line["candles"], line["decisions"]) == (candles, decisions)
            assert len(candles) == 2
            assert {one["candle"] for one in candles} == {line["close"] - 60_000}
            told |= set(decisions)
            candles, decisions = [], []
    entries = [line["decision"] for line in log.lines if line["event"] == "filled" and "decision" in line]
    assert entries or paper
    assert set(entries) <= told
