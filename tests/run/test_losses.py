"""What was lost counts on over every way to end and begin again: reckoned from the ledger, told in the openings."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.language.deployment import Deployment, Shutdown
from stratrun.engine.language.strategy import Drawdown, LossLimit, OnLoss, Risk
from stratrun.engine.ledger.events_account import PositionAdjusted
from stratrun.engine.ledger.events_session import Candle, CandlesSeen, SessionOpened
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.values import Mode
from stratrun.engine.run.live.losses import Losses
from stratrun.engine.run.live.reckoning import losses_before
from stratrun.engine.run.replay.play import replay
from stratrun.engine.run.replay.recorded import chosen, sessions_of
from stratrun.engine.run.replay.subject import Subject
from stratrun.engine.trading.standing import Standing, Stood

from .stage import CROSS, START, LoopClock, M, Stage, World

WIDE = Risk(daily_loss=LossLimit(0.5, OnLoss.REDUCE), drawdown=Drawdown(0.5, OnLoss.HALT))
SLOW = CROSS.replace("ema(close, 3)", "ema(close, 5)").replace("name: Cross", "name: Slow")
PAPER = pytest.mark.parametrize("paper", [False, True], ids=["live", "paper"])
COUNT = pytest.mark.parametrize("texts", [{"cross": CROSS}, {"cross": CROSS, "slow": SLOW}], ids=["one", "two"])


@dataclass
class Limited(Stage):
    """With limits of the account and of each strategy that are never reached."""

    ends: Shutdown = Shutdown.KEEP

    def deployment(self) -> Deployment:
        made = super().deployment()
        strategies = tuple(replace(one, subject=replace(one.subject, risk=WIDE)) for one in made.strategies)
        return replace(made, strategies=strategies, limits=WIDE, shutdown=self.ends)


def standings(world: World) -> list[Standing]:
    """Of the account, and of each strategy."""
    portfolio = world.session.book.portfolio
    return [portfolio.state.standing, *(member.standing for member in portfolio.members)]


async def quiet(world: World) -> None:
    """Until something was lost and nothing is held nor ordered, a close after the last fill."""
    flat = 0
    for _ in range(140):
        await world.clock.sleep(60)
        if flat == 3:
            break
        state = world.session.ledger.state
        lost = standings(world)[0].lost
        flat = flat + 1 if not state.positions() and not state.live() and lost > 0.0 else 0
    world.session.ask_to_stop()


def equal(one: Standing, other: Standing) -> bool:
    return math.isclose(one.lost, other.lost, abs_tol=1e-9) and math.isclose(one.fallen, other.fallen, abs_tol=1e-9)


@PAPER
@COUNT
@pytest.mark.parametrize("ends", [Shutdown.KEEP, Shutdown.CANCEL], ids=["goes on", "begins anew"])
def test_losses_count_on(tmp_path: Path, paper: bool, texts: dict[str, str], ends: Shutdown) -> None:
    """A session that begins where another ended stands as far below its highest equity and its day's opening, the
    account and each strategy; and again after the next; what the ledger tells of it is what the Book had."""
    stage = Limited(tmp_path, texts, minutes=400, paper=paper, ends=ends)

    async def main(clock: LoopClock) -> None:
        world = World(stage, clock)
        for _ in range(2):
            await world.open()
            await world.trade(1)
            await world.trade(150, quiet)
            before, equity = standings(world), world.session.book.portfolio.equity
            await world.end()
            await world.clock.sleep(1)
            reader = open_reader(tmp_path / "ledger.db")
            found = losses_before(reader, stage.deployment(), world.session.mode, world.session.account)
            guard = world.session.book.portfolio.state.saved()["guard"]
            assert found.account.high * equity == pytest.approx(guard["high"], rel=1e-9)
            assert found.account.day * equity == pytest.approx(guard["day_equity"], rel=1e-9)
            await world.open()
            assert all(equal(*both) for both in zip(before, standings(world), strict=True)), (before, standings(world))
            await world.end()
            await world.clock.sleep(1)

    run_virtual(main, START + stage.history * M)
    reader = open_reader(tmp_path / "ledger.db")
    openings = [e.event for e in reader.entries(kinds={"session_opened"}) if isinstance(e.event, SessionOpened)]
    mine = [event for event in openings if event.strategy_hash]
    assert (len(mine) > len(texts)) == (ends is not Shutdown.KEEP)
    assert Losses.of(mine[0]) == Losses(strategies={mine[0].strategy: Stood()})
    known = sessions_of(reader)
    for group in chosen(reader, None, None):
        result = replay(reader, Subject.of(stage.deployment(), group, known), lambda *told: None)
        assert result.equal, result.differences[:3]


def test_a_position_is_worth_something_before_its_first_candle(tmp_path: Path) -> None:
    """What was taken over stands at its own price until a candle of its symbol was seen: a start never fails for it."""
    stage = Limited(tmp_path, {"cross": CROSS.replace("[BTC/USDT]", "[BTC/USDT, ETH/USDT]")})
    deployment = stage.deployment()
    with open_writer(tmp_path / "told.db", lambda: START) as writer:
        writer.append(
            SessionOpened("s", Mode.LIVE, "main", "cross", "hash", "desk", ("BTC/USDT", "ETH/USDT"), "1m", START, "1",
                          (("capital", "1000"),)),
            PositionAdjusted("main", "ETH/USDT", "cross", Decimal(2), Decimal(50), "taken over"),
            CandlesSeen("s", "BTC/USDT", "1m", (Candle(START, *[Decimal(100)] * 4, Decimal(1)),)),
        )  # fmt: skip
    found = losses_before(open_reader(tmp_path / "told.db"), deployment, Mode.LIVE, "main")
    assert (found.account.high, found.account.day) == (1.0, 1.0)
