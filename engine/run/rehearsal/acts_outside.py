"""What happens to the account without this program: strangers at the venue's own pages, and the venue itself."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ...brokers.words import Status
from ...exchange.exchange import is_stop
from ...exchange.orders import Request
from ...ledger.values import OrderType, Side
from .acts import Act, mine
from .stage import Stage


async def close(stage: Stage, words: Sequence[str]) -> None:
    """Somebody closes the position at the venue: on spot its orders first, as they lock the coins."""
    symbol = stage.symbol()
    for order in [one for one in stage.truth().open if one.symbol == symbol and ":" not in symbol]:
        stage.exchange.outside.cancel(stage.account, order)
    stage.exchange.outside.close(stage.account, symbol)


async def stranger_buys(stage: Stage, words: Sequence[str]) -> None:
    """Somebody buys for so much of the quote currency (default 50)."""
    symbol = stage.symbol()
    market = stage.exchange.market(symbol)
    quantity = Decimal(words[0] if words else 50) / market.price // market.spec.step * market.spec.step
    stage.exchange.outside.order(stage.account, Request(symbol, Side.BUY, OrderType.MARKET, quantity))


async def stranger_orders(stage: Stage, words: Sequence[str]) -> None:
    """Somebody leaves a limit order far below the price."""
    symbol = stage.symbol()
    market = stage.exchange.market(symbol)
    price = market.price * Decimal("0.8") // market.spec.tick * market.spec.tick
    quantity = max(50 / price // market.spec.step * market.spec.step, market.spec.min_quantity)
    stage.exchange.outside.order(stage.account, Request(symbol, Side.BUY, OrderType.LIMIT, quantity, price))


async def venue_cancels(stage: Stage, words: Sequence[str]) -> None:
    """The venue cancels our open orders of a role (default stop)."""
    for order in mine(stage, words[0] if words else "stop"):
        stage.exchange.outside.cancel(stage.account, order)


async def venue_fills(stage: Stage, words: Sequence[str]) -> None:
    """The venue fills our open orders of a role (default stop) at their price."""
    for order in mine(stage, words[0] if words else "stop"):
        if order.status is Status.OPEN:
            stage.exchange.outside.fill(stage.account, order, order.remaining)


async def flood(stage: Stage, words: Sequence[str]) -> None:
    """Our resting stop fills in so many parts (default 1200) within a moment."""
    orders = mine(stage, "stop")
    step = stage.exchange.market(orders[0].symbol).spec.step
    for _ in range(int(words[0]) if words else 1_200):
        stage.exchange.outside.fill(stage.account, orders[0], step)


async def amend(stage: Stage, words: Sequence[str]) -> None:
    """Somebody moves the trigger of our resting stop by a hundredth of the price."""
    for order in [one for one in stage.exchange.accounts[stage.account].open.values() if one.trigger is not None]:
        spec = stage.exchange.market(order.symbol).spec
        order.trigger = order.trigger * Decimal("0.99") // spec.tick * spec.tick if order.trigger else None


async def overfill(stage: Stage, words: Sequence[str]) -> None:
    """An order of ours that ended fills a hundredth more."""
    market = stage.exchange.market(stage.symbol())
    orders = [one for one in stage.truth().orders if one.filled and one.side is Side.BUY and not is_stop(one)]
    extra = max(orders[-1].quantity / 100 // market.spec.step * market.spec.step, market.spec.step)
    stage.exchange.outside.fill(stage.account, orders[-1], extra)


async def dust(stage: Stage, words: Sequence[str]) -> None:
    """All of the position but less than the venue trades is gone from the wallet."""
    symbol = stage.symbol()
    for order in [one for one in stage.truth().open if one.symbol == symbol]:
        stage.exchange.outside.cancel(stage.account, order)
    base = stage.exchange.market(symbol).spec.base
    wallet = stage.truth().wallets[base]
    stage.exchange.outside.withdraw(stage.account, base, wallet.total - Decimal("0.00005"))


async def deposit(stage: Stage, words: Sequence[str]) -> None:
    stage.exchange.outside.deposit(stage.account, words[0], Decimal(words[1]))


async def withdraw(stage: Stage, words: Sequence[str]) -> None:
    stage.exchange.outside.withdraw(stage.account, words[0], Decimal(words[1]))


async def short(stage: Stage, words: Sequence[str]) -> None:
    """A part (default 2 %) of what is held is missing from the wallet."""
    base = stage.exchange.market(stage.symbol()).spec.base
    stage.exchange.outside.short(stage.account, base, Decimal(words[0] if words else "0.02"))


async def liquidate(stage: Stage, words: Sequence[str]) -> None:
    stage.exchange.outside.liquidate(stage.account, stage.symbol())


async def leverage(stage: Stage, words: Sequence[str]) -> None:
    """Somebody sets leverage, and cross margin, by hand."""
    stage.exchange.outside.leverage(stage.account, stage.symbol(), Decimal(words[0] if words else 50), isolated=False)


async def fund(stage: Stage, words: Sequence[str]) -> None:
    """Funding is paid at this moment for the contract that is held."""
    stage.exchange.outside.fund(stage.symbol())


OUTSIDE: tuple[Act, ...] = (
    close, stranger_buys, stranger_orders, venue_cancels, venue_fills, flood, amend, overfill, dust, deposit, withdraw,
    short, liquidate, leverage, fund,
)  # fmt: skip
