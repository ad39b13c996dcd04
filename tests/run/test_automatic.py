"""States that nobody commands: recorded with their reason, in force at once, and loosened by what they came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratrun.engine.exchange.faults import Faults, parse
from stratrun.engine.ledger.events_control import StateChanged
from stratrun.engine.ledger.events_session import DecisionMade
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.values import Scope, TradingState
from stratrun.engine.run.control.commands import Resume

from .stage import CROSS, Stage, World
from .test_controls import Operator, play

LOSING = CROSS.replace("size: {equity: 50%}", "size: {equity: 95%}") + (
    "risk: {daily_loss: {limit: 0.6%, then: stop_until_next_day}, drawdown: {limit: 0.8%, then: halt}}\n"
)


def states(folder: Path) -> list[StateChanged]:
    return [e.event for e in open_reader(folder / "ledger.db").entries() if isinstance(e.event, StateChanged)]


def test_rejects_in_a_row_hold_the_account(tmp_path: Path) -> None:
    """Orders that the venue refuses again and again are an operator's matter: the account only reduces until then."""
    faults = Faults(parse("submit 1..5 before_accept error -1021"))
    stage = Stage(tmp_path, minutes=400, faults=faults)

    async def act(operator: Operator) -> None:
        await operator.until(lambda: bool(states(tmp_path)), 200)
        [state] = (await operator.controls.status()).states
        assert (state.scope, state.state, state.code) == (Scope.ACCOUNT, TradingState.REDUCING, "REJECTS")
        assert "5 orders in a row" in state.why
        await operator.world.clock.sleep(60 * 60)
        assert not operator.entries()
        await operator.ask(Resume())
        await operator.until(lambda: bool(operator.entries()))

    play(stage, act)
    assert any(subject == "main" and "5 orders in a row" in words for subject, words in stage.noticed)


@pytest.mark.parametrize("paper", [False, True], ids=["live", "paper"])
def test_a_limit_of_losses_shows(tmp_path: Path, paper: bool) -> None:
    """What a strategy's limit came to is recorded at that close, shows in status, survives, and an operator ends it."""
    stage = Stage(tmp_path, {"cross": LOSING}, minutes=400, paper=paper)

    async def act(operator: Operator) -> None:
        await operator.until(lambda: any(e.state is not TradingState.ACTIVE for e in states(tmp_path)), 390)
        shown = (await operator.controls.status()).states
        assert {one.who for one in shown} == {"the limits"}
        assert (Scope.STRATEGY, "cross") in [(one.scope, one.name) for one in shown]
        assert all("below its highest" in one.why for one in shown)
        await operator.ask(Resume(Scope.STRATEGY, "cross"))
        assert operator.world.session.book.portfolio.members[0].standing.state == 0

    play(stage, act)


@pytest.mark.parametrize("paper", [False, True], ids=["live", "paper"])
def test_stale_data_holds_a_symbol(tmp_path: Path, paper: bool) -> None:
    """A symbol without candles lets nothing enter, says so, and trades again with its next close."""
    stage = Stage(tmp_path, minutes=60, paper=paper)

    async def act(world: World) -> None:
        await world.clock.sleep(600)
        newest = world.session.newest
        world.session.newest = lambda symbol: (newest(symbol) or 0) - 300_000  # type: ignore[method-assign]  # a fault put in its place
        await world.session.check_data()
        await world.session.check_data()
        world.session.newest = newest  # type: ignore[method-assign]  # a fault put in its place
        await world.clock.sleep(130)

    stage.play(act)
    found = [(it.scope, it.name, it.state, it.code) for it in states(tmp_path)]
    assert found == [
        (Scope.SYMBOL, "BTC/USDT", TradingState.REDUCING, "DATA_STALE"),
        (Scope.SYMBOL, "BTC/USDT", TradingState.ACTIVE, "DATA_STALE"),
    ]
    assert [subject for subject, _ in stage.noticed] == ["BTC/USDT"]
    decided = [e for e in open_reader(tmp_path / "ledger.db").entries() if isinstance(e.event, DecisionMade)]
    assert decided
