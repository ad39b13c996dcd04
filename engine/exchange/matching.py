"""Orders meet prices: a new order against what is offered, resting ones against every move, and liquidations.

A move walks from the old price to the new one and meets triggers, limits and liquidations in that order. Where the
price moved through everything between, each of them acts at its own level; where it jumped, at the new price.
"""

from __future__ import annotations

from decimal import Decimal

from ..brokers.words import Status
from ..ledger.values import OrderType, Side
from .accounts import Account
from .market import Market
from .market_data import Print
from .orders import Fill, Order
from .settlement import need, settle
from .spec import ZERO


def work(account: Account, market: Market, order: Order) -> None:
    """Let an order that is no waiting stop take what is offered; then it rests or ends."""
    limit = order.limit_now()
    execute(account, market, order, limit)
    if order.status is not Status.OPEN:
        return
    if limit is None or order.immediate:
        end(account, market, order, Status.EXPIRED)


def execute(account: Account, market: Market, order: Order, limit: Decimal | None) -> None:
    """Trade an order as a taker, as far as prices, funds and (reduce-only) the position allow."""
    for price, offered in tuple(market.levels(order.side is Side.BUY, order.remaining, limit)):
        if not _trade(account, market, order, offered, price, maker=False):
            break


def _trade(account: Account, market: Market, order: Order, quantity: Decimal, price: Decimal, maker: bool) -> bool:
    """Trade a part of an order. False: it could not, and the order is over where it never will."""
    if order.reduce_only:
        quantity = min(quantity, closable(account, order))
    missing, currency = need(account, market.spec, order.sign, quantity, price)
    share = order.held * quantity / order.remaining if order.currency == currency and order.remaining else ZERO
    if not quantity or missing - share > account.wallet(currency).free:
        end(account, market, order, Status.EXPIRED)
        return False
    fill = settle(account, market, order, quantity, price, maker=maker)
    if order.remaining:
        account.tell_order(market.time, order, fill)
    else:
        end(account, market, order, Status.CLOSED, fill)
    _tell(account, market)
    return True


def closable(account: Account, order: Order) -> Decimal:
    held = account.holding(order.symbol).quantity
    return abs(held) if held * order.sign < 0 else ZERO


def end(account: Account, market: Market, order: Order, status: Status, fill: Fill | None = None) -> None:
    """Take an order off the book for good and free what it holds."""
    account.release(order)
    order.status, order.updated, order.waiting = status, market.time, False
    account.open.pop(order.order_id, None)
    market.resting.pop(order.order_id, None)
    account.tell_order(market.time, order, fill)
    account.tell_wallets(market.time)


def _tell(account: Account, market: Market) -> None:
    account.tell_wallets(market.time)
    if market.spec.settle:
        account.tell_holding(market.time, market.spec.symbol)


def move(market: Market, tick: Print) -> None:
    """The price goes to `tick`: everything on its way happens, nearest first."""
    start, market.time = market.last, tick.time
    if start is None or tick.jump:
        market.last = tick.price
    start = tick.price if start is None else start
    done: set[int | str] = set()
    while (hit := _nearest(market, start, tick.price, done)) is not None:
        level, account, order = hit
        if not tick.jump:
            market.last = level
        if order is None:
            done.add(account.name)
            liquidate(account, market)
        elif order.waiting:
            trigger(account, market, order)
        else:
            done.add(order.order_id)
            _rest_meets(account, market, order)
    market.last = tick.price


def _nearest(
    market: Market, start: Decimal, stop: Decimal, done: set[int | str]
) -> tuple[Decimal, Account, Order | None] | None:
    """What the price meets first between `start` and `stop`."""
    best: tuple[Decimal, Account, Order | None] | None = None
    distance = None
    for account, order in market.resting.values():
        if order.order_id not in done and (level := _level(market, order, stop)) is not None:
            far = abs(level - start) if (level - start) * (stop - start) > 0 else ZERO
            if distance is None or far < distance:
                best, distance = (level, account, order), far
    for account in market.holders.values():
        if account.name in done:
            continue
        holding = account.holding(market.spec.symbol)
        level = holding.liquidation(market.spec.maintenance)
        if level is not None and (stop - level) * holding.quantity <= 0:
            far = abs(level - start) if (level - start) * (stop - start) > 0 else ZERO
            if distance is None or far < distance:
                best, distance = (level, account, None), far
    return best


def _level(market: Market, order: Order, price: Decimal) -> Decimal | None:
    """The bid at which an order acts, where `price` is at or beyond it."""
    if order.waiting:
        assert order.trigger is not None
        return order.trigger if (price >= order.trigger if order.above else price <= order.trigger) else None
    if order.price is None:
        return None
    spec = market.spec
    if order.side is Side.BUY:
        level = order.price - spec.spread
        return level if price < level or (spec.touch and price == level) else None
    return order.price if price > order.price or (spec.touch and price == order.price) else None


def _rest_meets(account: Account, market: Market, order: Order) -> None:
    assert order.price is not None
    depth = market.spec.depth
    part = order.remaining if depth is None else min(order.remaining, depth)
    _trade(account, market, order, part, order.price, maker=True)


def trigger(account: Account, market: Market, order: Order) -> None:
    """A stop becomes the order it stands for."""
    order.waiting, order.updated, order.triggered = False, market.time, market.time
    account.tell_order(market.time, order)
    work(account, market, order)


def liquidate(account: Account, market: Market) -> None:
    """The venue closes a position at the price where its margin is used up, and takes the margin."""
    symbol = market.spec.symbol
    holding = account.holding(symbol)
    size, sign = abs(holding.quantity), 1 if holding.quantity > 0 else -1
    bankrupt = max(holding.entry - sign * holding.margin / size, market.spec.tick)
    number = 2_000_000_000 + len(account.orders)
    order = Order(
        number, f"autoclose-{number}", symbol, Side.SELL if sign > 0 else Side.BUY, OrderType.MARKET, size, None, None,
        True, False, False, False, market.time, market.time, False,
    )  # fmt: skip
    account.orders[order.order_id] = order
    fill = settle(account, market, order, size, bankrupt, maker=False, rate=ZERO)
    order.status = Status.CLOSED
    account.tell_order(market.time, order, fill)
    _tell(account, market)
