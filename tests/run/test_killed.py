"""What the kill switch closed is closed for the strategy, too."""

from __future__ import annotations

from pathlib import Path

from stratrun.engine.brokers.words import Ticket
from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.ledger.values import OrderType, Side

from .stage import Stage
from .test_controls import Operator, play

BTC = "BTC/USDT"


def test_a_strategy_is_flat_after_the_kill_switch_and_enters_again(tmp_path: Path) -> None:
    """The Book follows an order of ours that the session did not send: the position is gone from it, and the next
    signal is traded."""

    async def act(operator: Operator) -> None:
        world, state = operator.world, operator.world.live.desk.state
        await operator.until(operator.held)
        account = world.live.book.portfolio.members[0]
        assert account.quantity_of(BTC)
        switch = DirectBroker(world.exchange, "main")
        await switch.open([BTC])
        world.exchange.cancel(world.account, next(iter(world.account.open.values())))  # the stop
        name = state.prefixes()[-1].ljust(18, "7")
        await switch.submit(
            switch.wire(Ticket(name, BTC, Side.SELL, OrderType.MARKET, state.position(BTC, "cross")))
        )  # fmt: skip
        await world.live.desk.reconcile("killed")
        await world.clock.sleep(5)
        assert not operator.held()
        assert not account.quantity_of(BTC)
        before = operator.entries()
        await operator.until(lambda: operator.entries() > before)

    play(Stage(tmp_path, minutes=150), act)
