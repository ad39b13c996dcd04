"""The session that the scenarios were written for: four trades in 80 minutes, one ended by a target, one by a rule,
two by stops, and a fifth position left open at the end."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from stratrun.engine.language.deployment import Deployed, Deployment, Shutdown
from stratrun.engine.language.document import loads
from stratrun.engine.language.strategy import Market
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.run.rehearsal.ground import Rehearsal
from stratrun.engine.run.rehearsal.outcome import Outcome
from stratrun.engine.run.rehearsal.play import play
from stratrun.engine.run.rehearsal.script import Script
from stratrun.engine.run.rehearsal.stage import Stage

M = 60_000
START = 1_700_000_100_000 // (60 * M) * 60 * M
HISTORY, MINUTES = 220, 80
SEED = 33
SPOT, PERP = "BTC/USDT", "BTC/USDT:USDT"
CROSS = """
stratrun: 2
name: Cross
symbols: [SYMBOL]
timeframe: 1m
indicators: {fast: "ema(close, 3)", slow: "ema(close, 8)"}
long:
  enter: fast crosses above slow
  exit: {when: fast crosses below slow, stop: 0.4%, target: 1%}
size: {equity: 50%}
"""
TRAIL = CROSS.replace("target: 1%", "target: 1%, trail: {by: 0.3%}")
"""Its stops move, so that they are replaced."""
TURN = CROSS.replace(
    "size:",
    "short:\n  enter: fast crosses below slow\n  exit: {when: fast crosses above slow, stop: 0.4%, target: 1%}\nsize:",
)
"""It takes both sides of a contract, one after the other, so that positions turn."""
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
FACTS = {"price_tick": 0.01, "quantity_step": 0.0001, "min_quantity": 0.0001, "min_cost": 5.0}


def wave(count: int, symbol: str = SPOT, seed: int = SEED) -> Candles:
    """Candles of one minute on ticks of 0.01 that swing, with gaps at some opens."""
    draw = np.random.default_rng(seed)
    steps = draw.normal(0, 0.0015, count) + 0.0012 * np.sin(np.arange(count) / 9)
    close = np.round(100 * np.exp(np.cumsum(steps)), 2)
    opens = np.round(np.concatenate([[100.0], close[:-1]]) * (1 + draw.normal(0, 0.0001, count)), 2)
    high = np.round(np.maximum(opens, close) + np.abs(draw.normal(0, 0.05, count)), 2)
    low = np.round(np.minimum(opens, close) - np.abs(draw.normal(0, 0.05, count)), 2)
    time = START + M * np.arange(count, dtype=np.int64)
    return Candles(symbol, Timeframe.parse("1m"), time, opens, high, low, close, np.full(count, 40.0))


def rehearsal(
    script: Script, *, perp: bool = False, text: str = CROSS, seed: int = SEED, minutes: int = MINUTES
) -> Rehearsal:
    symbol, market = (PERP, Market.PERP) if perp else (SPOT, Market.SPOT)
    written = text.replace("SYMBOL", symbol)
    if perp:
        written = written.replace("timeframe: 1m", "market: perp\ntimeframe: 1m")
    deployed = (Deployed("cross", 1.0, loads(written), 60_000),)
    deployment = Deployment(
        "d.yaml", "desk", "simulated", "main", market, "USDT", "", deployed, shutdown=Shutdown.KEEP,
        leverage=2.0 if perp else None,
    )  # fmt: skip
    count = HISTORY + minutes
    return Rehearsal(
        deployment, {symbol: wave(count, symbol, seed)}, {symbol: make_instrument(symbol, FACTS, 0.001)},
        START + HISTORY * M, START + count * M, script=script,
    )  # fmt: skip


def performed(what: Rehearsal, prepare: Callable[[Stage], None] = lambda stage: None) -> Outcome:
    """Played in a folder of its own, in memory where the machine has such a place."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        return play(what, Path(folder), prepare=prepare)


def recorded(what: Rehearsal) -> tuple[Outcome, tuple[str, ...]]:
    """Played, with every event of its ledger in words."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        outcome = play(what, Path(folder))
        entries = open_reader(Path(folder) / "ledger.db").entries()
        return outcome, tuple(f"{entry.time} {entry.event}" for entry in entries)


def check(outcome: Outcome) -> None:
    """No order twice, none forgotten, no drift, no leak, every invariant after every step, one truth in the end."""
    assert outcome.duplicates == 0
    assert outcome.orphans == 0
    assert not outcome.drift
    assert not outcome.violations
