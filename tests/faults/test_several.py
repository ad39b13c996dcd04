"""Several symbols and several strategies on one account: their ids, orders and coins are told apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stratrun.engine.exchange.faults import parse
from stratrun.engine.language.deployment import Deployed, Deployment, OrderRules, Shutdown
from stratrun.engine.language.document import loads
from stratrun.engine.language.strategy import Market
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.run.rehearsal.ground import Rehearsal
from stratrun.engine.run.rehearsal.outcome import Outcome
from stratrun.engine.run.rehearsal.play import play_wire, with_parity
from stratrun.engine.run.rehearsal.script import HEAVY, Script, at_random

from .ground import FACTS, HISTORY, START, M, check, performed, wave

NAMES = ("AAA", "BBB", "CCC")
BUSY = """
stratrun: 2
name: Busy
symbols: [{symbols}]
{market}timeframe: 1m
indicators: {{fast: "ema(close, 3)"}}
long:
  enter: {{when: {enter}, fire: every_candle}}
  exit: {{when: position.candles >= 2, stop: 4%}}
size: {{equity: 15%}}
"""


def several(perp: bool, minutes: int, script: Script | None = None) -> Rehearsal:
    """One strategy of three symbols, and one of two of them, on the same account: no minute without a trade."""
    symbols = [f"{name}/USDT:USDT" if perp else f"{name}/USDT" for name in NAMES]
    market = "market: perp\n" if perp else ""
    first = loads(BUSY.format(symbols=", ".join(symbols), market=market, enter="fast > 0"))
    second = loads(BUSY.format(symbols=", ".join(symbols[:2]), market=market, enter="fast > close"))
    deployment = Deployment(
        "d.yaml", "desk", "simulated", "main", Market.PERP if perp else Market.SPOT, "USDT", "",
        (Deployed("one", 0.5, first, 60_000), Deployed("two", 0.5, second, 60_000)), shutdown=Shutdown.KEEP,
        leverage=2.0 if perp else None,
    )  # fmt: skip
    count = HISTORY + minutes
    candles = {symbol: wave(count, symbol, seed) for seed, symbol in enumerate(symbols, 40)}
    instruments = {symbol: make_instrument(symbol, FACTS, 0.001) for symbol in symbols}
    return Rehearsal(
        deployment, candles, instruments, START + HISTORY * M, START + count * M, script=script or Script()
    )  # fmt: skip


def everything_traded(outcome: Outcome, what: Rehearsal) -> None:
    """Each strategy filled orders of each of its symbols."""
    mine = {(row.strategy, row.symbol) for row in outcome.orders if row.filled}
    assert mine >= {(run.name, symbol) for run in what.deployment.runs() for symbol in run.strategy.symbols}


@pytest.mark.parametrize("perp", [False, True], ids=["spot", "perp"])
def test_nothing_wrong_means_nothing_told(perp: bool) -> None:
    """Without faults no check finds anything and no alert is raised, though every market counts its fills from one."""
    what = several(perp, 15)
    outcome = performed(what)
    check(outcome)
    assert outcome.alerts == ()
    everything_traded(outcome, what)


def test_trades_of_equal_moments_stand_beside_the_back_tests() -> None:
    """Each trade has its own of the back-test, told apart by strategy and symbol."""
    what = several(False, 25)
    outcome = with_parity(performed(what), what)
    assert len(outcome.pairs) > 20
    lone = [pair for pair in outcome.pairs if pair.rehearsed is None or pair.tested is None]
    assert not lone


@pytest.mark.parametrize("perp", [False, True], ids=["spot", "perp"])
@pytest.mark.parametrize("seed", [1, 2])
def test_any_faults_end_in_agreement(perp: bool, seed: int) -> None:
    """With heavy faults, deaths and strangers the symbols still agree in the end."""
    check(performed(several(perp, 15, at_random(seed, 15, HEAVY))))


@pytest.mark.parametrize("perp", [False, True], ids=["spot", "perp"])
def test_over_the_wire(perp: bool, tmp_path: Path) -> None:
    """Through ccxt, too, nothing is taken for another symbol's: ids of orders and fills, coins, positions."""
    pytest.importorskip("ccxt.pro")
    script = Script(parse("submit 3 after_accept cut\nuser_stream 5 message duplicate"))
    what = several(perp, 5, script)
    patient = replace(what.deployment, orders=OrderRules(max_naked=3_600_000))  # time runs on while a machine is busy
    outcome = play_wire(replace(what, deployment=patient), tmp_path, speed=100.0)
    check(outcome)
    assert len({row.symbol for row in outcome.orders if row.filled}) == len(NAMES)
