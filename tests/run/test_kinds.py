"""Strategies that learn, that rank symbols, and portfolios of unlike timeframes: live, on paper and tested the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.language.deployment import Deployment
from stratrun.engine.language.document import load_deployment
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.rows import TradeRow
from stratrun.engine.research.portfolio import backtest_portfolio
from stratrun.engine.run.live.opening import as_portfolio
from stratrun.engine.run.replay.play import replay
from stratrun.engine.run.replay.recorded import chosen, sessions_of
from stratrun.engine.run.replay.subject import Subject
from stratrun.engine.trading.account import Account
from stratrun.engine.trading.trades import ExitReason

from .stage import CROSS, START, LoopClock, M, Stage, World

LEARNS = """
stratrun: 2
name: Learns
symbols: [BTC/USDT]
timeframe: 1m
models:
  drift:
    estimator: linear
    features: {pull: "close / ema(close, 8) - 1", momentum: "roc(close, 5)"}
    target: {predict: return, horizon: 5 candles}
    train: {window: 120 candles, every: 30 candles, min: 60 candles}
long:
  enter: drift.value > 0.05%
  exit: {when: drift.value < 0%, stop: 0.5%}
size: {equity: 50%}
"""
RANKS = """
stratrun: 2
name: Ranks
symbols: [BTC/USDT, ETH/USDT, SOL/USDT]
timeframe: 1m
universe: {members: [{symbol: BTC/USDT}, {symbol: ETH/USDT}, {symbol: SOL/USDT}]}
indicators: {momentum: "roc(close, 10)"}
long:
  enter: rank(momentum) == 1 and rank(momentum)[1] > 1
  exit: {when: rank(momentum) == 3, stop: 1%}
size: {equity: 30%}
"""
SELECTS = (
    RANKS[: RANKS.index("long:")].replace("Ranks", "Selects")
    + """
select: {score: rank(momentum), top: 1, every: day, exit: {stop: 0.3%, when: momentum < -0.5}}
size: {equal: slots}
"""
)
SLOW = CROSS.replace("1m", "5m").replace("ema(close, 8)", "ema(close, 5)").replace("Cross", "Slow")
OTHER = CROSS.replace("BTC/USDT", "ETH/USDT")
PORTFOLIO = """
stratrun: 2
kind: portfolio
name: Together
members:
  - {strategy: cross.yaml, weight: 40%}
  - {strategy: slow.yaml, weight: 30%}
  - {strategy: other.yaml, weight: 30%}
rebalance: day
conflicts: allow
risk: {max_open: 2, max_exposure: 30%, daily_loss: {limit: 0.5%, then: stop_until_next_day}}
"""
DESK = """
stratrun: 2
kind: deployment
name: desk
venue: binance
account: main
ledger: ./ledger.db
shutdown: keep
strategies: [{strategy: SUBJECT.yaml}]
"""
FILES = {
    "learns": LEARNS,
    "ranks": RANKS,
    "selects": SELECTS,
    "cross": CROSS,
    "slow": SLOW,
    "other": OTHER,
    "together": PORTFOLIO,
}
HISTORY = {"learns": 400, "ranks": 300, "selects": 1_300, "together": 1_300}
"""Minutes before the start; those that look at days pass a midnight."""
SUBJECTS = pytest.mark.parametrize("subject", ["learns", "ranks", "selects", "together"])


@dataclass
class FileStage(Stage):
    subject: str = ""

    def __post_init__(self) -> None:
        for name, text in FILES.items():
            (self.folder / f"{name}.yaml").write_text(text)
        (self.folder / "desk.yaml").write_text(DESK.replace("SUBJECT", self.subject))

    def deployment(self) -> Deployment:
        return load_deployment(self.folder / "desk.yaml")


def play(stage: FileStage, parts: tuple[int, ...]) -> World:
    """Sessions one after the other, of so many minutes each."""

    async def main(clock: LoopClock) -> World:
        world = World(stage, clock)
        for minutes in parts:
            await world.open()
            await world.trade(minutes)
            await world.end()
        return world

    return run_virtual(main, START + stage.history * M)


def of_the_ledger(row: TradeRow, frames: dict[str, int]) -> tuple[object, ...]:
    frame = frames[row.strategy]
    closed = row.closed or 0
    return row.strategy, row.symbol, row.opened // frame * frame, closed // frame * frame


@SUBJECTS
def test_paper_is_the_backtest(tmp_path: Path, subject: str) -> None:
    """Every trade of the back-test is one on paper, over a restart, in candles, quantity and reason; so is the end."""
    stage = FileStage(tmp_path, history=HISTORY[subject], minutes=300, paper=True, subject=subject)
    world = play(stage, (120, 180))
    deployment = stage.deployment()
    frames = {run.name: run.strategy.timeframe.ms for run in deployment.runs()}
    rows = open_reader(tmp_path / "ledger.db").trades(closed=True)
    end = world.equity[-1][0]
    candles = {name: one.rows(0, int(np.searchsorted(one.time, end))) for name, one in world.candles.items()}
    result = backtest_portfolio(
        as_portfolio(deployment), candles, account=Account(10_000.0), start=START + stage.history * M,
        instruments={name: Spec(name).instrument() for name in candles},
    )  # fmt: skip
    tested = []
    for name, part in zip(frames, result.members, strict=True):
        trades = part.trades.where(part.trades.reason != ExitReason.OPEN)
        tested += [
            (name, trades.symbols[int(trades.symbol[k])], int(trades.entry_time[k]), int(trades.exit_time[k]))
            for k in range(len(trades))
        ]
    assert len(tested) > (0 if subject == "selects" else 3)
    assert sorted(of_the_ledger(row, frames) for row in rows) == sorted(tested)
    assert world.equity[-1][1] == pytest.approx(float(result.equity[-1]), rel=1e-12)


@SUBJECTS
def test_live_replays_equal(tmp_path: Path, subject: str) -> None:
    """What was decided live is decided again from the ledger."""
    stage = FileStage(tmp_path, history=HISTORY[subject], minutes=300, latency=0.1, subject=subject)
    world = play(stage, (300,))
    reader = open_reader(tmp_path / "ledger.db")
    assert reader.trades(closed=True)
    found = replay(reader, Subject.of(stage.deployment(), chosen(reader, None, None)[0], sessions_of(reader)), _silent)
    assert not found.differences
    assert found.closes >= 299
    assert not world.live.desk.violations()


def _silent(what: str, done: int, total: int) -> None:
    """Nobody looks on."""
