"""Live and back-test, trade by trade: paper makes the very same, and every cent of a difference has a cause."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main
from stratrun.engine.exchange.outside import Outside
from stratrun.engine.ledger.events_account import Filled
from stratrun.engine.research.portfolio import backtest_portfolio
from stratrun.engine.run.live.opening import as_portfolio, base_of
from stratrun.engine.run.live.paper_session import PaperSession
from stratrun.engine.run.parity.causes import EXPLANATIONS, Cause
from stratrun.engine.run.parity.compare import Parity, compare
from stratrun.engine.run.replay.seen import candles_seen
from stratrun.engine.trading.account import Account

from ..replay.drawn import drawn_stage, subject_of
from ..stage import CROSS, Stage, World


def silent(what: str, done: int, total: int) -> None:
    """Nobody looks on."""


def parity(stage: Stage) -> Parity:
    return compare(*subject_of(stage), silent)


def check(found: Parity) -> None:
    """The parts of each trade come to its difference, and the totals to that of all."""
    for pair in found.pairs:
        assert sum(part.amount for part in pair.parts) == pytest.approx(pair.difference, abs=1e-6)
    total = sum(amount for _, amount in found.totals.values())
    assert total == pytest.approx(found.profit(True) - found.profit(False), abs=1e-5)


@pytest.mark.parametrize("seed", [0, 1, 3, 5, 6, 20])
def test_paper_is_the_back_test(tmp_path: Path, seed: int) -> None:
    """A paper session of any strategy makes the trades of a back-test of its candles: no difference at all."""
    stage = drawn_stage(tmp_path, seed, paper=True)
    stage.play()
    found = parity(stage)
    assert found.pairs
    assert found.equal, found.totals


@pytest.mark.parametrize("seed", [0, 5])
def test_paper_fills_are_the_back_tests_to_the_bit(tmp_path: Path, seed: int) -> None:
    """Time, side, price and fee of each recorded fill are the back-test's own numbers, as are the decisions'."""
    stage = drawn_stage(tmp_path, seed, paper=True)
    stage.play()
    reader, subject = subject_of(stage)
    base = base_of(reader.entries(kinds={"session_opened"}), [one.name for one in subject.sessions])
    run, session = subject.runs[0], subject.sessions[0]
    candles = candles_seen(reader, session.name, run.strategy.timeframe)
    start = parity(stage).replayed.first
    assert start is not None
    tested = backtest_portfolio(
        as_portfolio(stage.deployment()), candles, account=base.account, instruments=base.instruments,
        start=start - run.strategy.timeframe.ms, machine_code=False,
    )  # fmt: skip
    fills = [e.event for e in reader.entries(kinds={"filled"}) if isinstance(e.event, Filled)]
    mine = [one for one in fills if one.strategy == run.name]
    theirs = tested.members[0].fills
    assert len(mine) > 1
    assert [one.venue_time for one in mine] == theirs.time.tolist()
    assert np.array([float(one.price) for one in mine]).tobytes() == theirs.price.tobytes()
    assert [float(one.quantity) for one in mine] == pytest.approx(theirs.quantity.tolist(), rel=1e-12)


def test_costs_of_paper_fills_are_in_the_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paper session with slippage is replayed and back-tested with that slippage."""
    made = PaperSession.__init__

    def dearer(self: PaperSession, *given: Any, **named: Any) -> None:
        made(self, *given, **{**named, "costs": Account(slippage=0.002)})

    monkeypatch.setattr(PaperSession, "__init__", dearer)
    stage = Stage(tmp_path, minutes=150, paper=True)
    stage.play()
    found = parity(stage)
    assert found.replayed.equal
    assert found.pairs
    assert found.equal
    assert sum(one.entry for one in found.shortfalls if one) > 0.0


@pytest.mark.parametrize("seed", [0, 3, 6, 18, 23])
def test_every_cent_has_a_cause(tmp_path: Path, seed: int) -> None:
    """Whatever the venue did, the parts come to the difference, and the ledger tells each cause."""
    stage = drawn_stage(tmp_path, seed, minutes=60)
    stage.play()
    found = parity(stage)
    check(found)
    assert Cause.UNKNOWN not in found.totals


def test_a_spread_is_the_prices(tmp_path: Path) -> None:
    """On a venue with a spread entries and exits by a rule cost half of it."""
    stage = Stage(tmp_path, minutes=120, spec={"spread": Decimal("0.10")})
    stage.play()
    found = parity(stage)
    check(found)
    assert found.totals[Cause.ENTRY_PRICE][1] < 0.0
    shortfalls = [one for one in found.shortfalls if one is not None]
    assert sum(one.entry for one in shortfalls) > 0.0


def test_what_the_gate_denied(tmp_path: Path) -> None:
    """Entries that a kill switch kept back are the back-test's alone, with the gate's code."""
    stage = Stage(tmp_path, minutes=120)

    async def halt(world: World) -> None:
        await world.clock.sleep(20 * 60)
        world.live.around.halted = lambda: "tried"

    stage.play(halt)
    found = parity(stage)
    check(found)
    denied = [part for pair in found.pairs for part in pair.parts if part.cause is Cause.DENIED]
    assert denied
    assert {part.words for part in denied} == {"TRADING_HALTED"}


def test_what_somebody_else_sold(tmp_path: Path) -> None:
    """A position that is sold at the venue by hand is an outside fill."""
    stage = Stage(tmp_path, minutes=120)

    async def sell(world: World) -> None:
        for _ in range(110):
            await world.clock.sleep(60)
            if world.live.desk.state.positions():
                outside = Outside(world.exchange)
                for order in list(world.account.open.values()):
                    outside.cancel("main", order)
                assert outside.close("main", "BTC/USDT")
                return

    stage.play(sell)
    found = parity(stage)
    check(found)
    assert Cause.EXTERNAL in found.totals


def test_the_command(tmp_path: Path) -> None:
    """Words, JSON and a page tell the same; only `--fail` makes a difference an exit code."""
    (tmp_path / "cross.yaml").write_text(CROSS)
    Stage(tmp_path, minutes=120, latency=0.5, spec={"spread": Decimal("0.10")}).play()
    page = tmp_path / "parity.html"

    def invoke(*more: object) -> Result:
        named = ["parity", tmp_path / "ledger.db", tmp_path / "cross.yaml", *more]
        return CliRunner().invoke(main, [str(one) for one in named])

    told = invoke("--html", page)
    assert told.exit_code == 0, told.output
    assert "entry price" in told.output
    assert "Shortfall" in told.output
    assert "entry price" in page.read_text("utf-8")
    assert invoke("--fail").exit_code == 1
    data = json.loads(invoke("--format", "json").output)
    report = data["reports"][0]
    assert report["live"] - report["backtest"] == pytest.approx(sum(one["difference"] for one in report["trades"]))
    assert invoke("--session", "x").exit_code == 2


def test_every_cause_is_explained() -> None:
    """Each has one sentence."""
    assert set(EXPLANATIONS) == set(Cause)


def test_a_session_without_a_close(tmp_path: Path) -> None:
    """Nothing can be compared yet, and that is said."""
    (tmp_path / "cross.yaml").write_text(CROSS)
    replace(Stage(tmp_path), minutes=0).play()
    told = CliRunner().invoke(main, ["parity", str(tmp_path / "ledger.db"), str(tmp_path / "cross.yaml")])
    assert told.exit_code == 2
    assert "no close yet" in told.output
