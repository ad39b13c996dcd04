"""Orders by hand pass the limits of size that a strategy's own pass; what closes is never held up by them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import pytest

from stratrun.engine.language.deployment import Deployment
from stratrun.engine.language.strategy import Risk
from stratrun.engine.ledger.events_orders import OrderDenied
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.run.control.commands import PlaceManual
from stratrun.engine.run.live.hand_limits import _denial
from stratrun.engine.trading.by_hand import Judged
from stratrun.engine.trading.codes import Decision

from .stage import CROSS, Stage
from .test_controls import LIMIT, Operator, play

BTC, D = "BTC/USDT", Decimal
QUIET = LIMIT.replace("fast crosses above slow", "close < 0")
"""It never signals."""


@dataclass
class Limited(Stage):
    """With limits of the deployment."""

    risk: Risk = field(default_factory=Risk)

    def deployment(self) -> Deployment:
        return replace(super().deployment(), limits=self.risk)


def buy(quantity: str, **more: object) -> PlaceManual:
    return PlaceManual(BTC, Side.BUY, D(quantity), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("risk", "code"),
    [
        (Risk(max_position=0.2), "MAX_POSITION"),
        (Risk(max_exposure=0.2), "MAX_EXPOSURE"),
        (Risk(max_net_exposure=0.2), "MAX_NET_EXPOSURE"),
        (Risk(max_cost=900.0), "MAX_COST_PER_ORDER"),
        (Risk(heat=0.05), "PORTFOLIO_HEAT"),
        (Risk(stop_required=True), "STOP_REQUIRED"),
        (Risk(), "LEVERAGE_MAX"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_nobodys_order_passes_the_deployments_limits(tmp_path: Path, risk: Risk, code: str) -> None:
    """10,000 USDT: 25 of 100 and 120 of 100 break each limit, which is named with its numbers; a close never does."""

    async def act(operator: Operator) -> None:
        world = operator.world
        if risk == Risk(max_position=0.2):
            assert (await operator.ask(buy("8"))).done
            resting = buy("8", type=OrderType.LIMIT, price=D(97))
            assert (await operator.ask(resting)).done
        refused = await operator.ask(buy("120" if risk == Risk() else "25"))
        assert (refused.done, refused.code) == (False, code)
        if risk == Risk(max_position=0.2):
            assert "limit 0.2" in refused.words
            assert "actual 0.4" in refused.words
            assert (await operator.ask(buy("8"))).code == code  # what rests counts
            sell = PlaceManual(BTC, Side.SELL, D(8), reduce_only=True, strategy="by hand")
            assert (await operator.ask(sell)).done
            await world.clock.sleep(5)
            assert not world.live.ledger.state.position(BTC, "by hand")

    play(Limited(tmp_path, {"cross": QUIET}, history=20, minutes=3, risk=risk), act)


def test_a_strategys_own_limits_hold_for_what_is_bought_for_it(tmp_path: Path) -> None:
    """An order that names a strategy passes that strategy's rows; a strategy or symbol that is not there is refused."""
    text = QUIET + "risk: {max_cost: 500 USDT}\n"

    async def act(operator: Operator) -> None:
        await operator.world.clock.sleep(61)
        assert (await operator.ask(buy("6", strategy="cross"))).code == "MAX_COST_PER_ORDER"
        assert (await operator.ask(buy("6", strategy="crss"))).code == "UNKNOWN"
        assert (await operator.ask(buy("4", strategy="cross"))).done
        await operator.world.clock.sleep(5)
        assert operator.world.live.book.portfolio.members[0].quantity_of(BTC) == pytest.approx(4.0, abs=0.01)
        assert (await operator.ask(buy("6"))).done  # nobody's: the deployment has no limit

    play(Limited(tmp_path, {"cross": text}, history=20, minutes=3), act)


def test_a_strategy_is_held_back_by_what_was_bought_by_hand(tmp_path: Path) -> None:
    """What was bought by hand fills the account's exposure: the strategy's entries are denied by the same code."""
    stage = Limited(tmp_path, {"cross": CROSS}, minutes=60, risk=Risk(max_exposure=0.6))

    async def act(operator: Operator) -> None:
        await operator.until(lambda: not operator.held())
        assert (await operator.ask(buy("30"))).done

    world = play(stage, act, brief=False)
    reader = open_reader(tmp_path / "ledger.db")
    codes = {entry.event.code for entry in reader.entries() if isinstance(entry.event, OrderDenied)}
    assert codes == {"MAX_EXPOSURE"}
    assert not world.live.book.portfolio.members[0].quantity_of(BTC)
    assert not [row for row in reader.trades() if row.strategy == "cross" and row.entry_quantity]


def test_losses_that_nobody_knows_yet_are_not_called_reached() -> None:
    """Before the first close there is no figure to hold against the limit, and that is what is said."""
    unknown = _denial(Judged(Decision.DAILY_LOSS, 0.03, math.nan))
    assert unknown is not None
    assert unknown.code.startswith("NOT_READY: no candle has closed")
    reached = _denial(Judged(Decision.DAILY_LOSS, 0.03, 0.04))
    assert reached is not None
    assert (reached.code, dict(reached.numbers)) == ("DAILY_LOSS", {"actual": D("0.04"), "limit": D("0.03")})
