"""Whether the venue takes an order: every check before it exists, and what it locks."""

from __future__ import annotations

from decimal import Decimal

from ..ledger.values import OrderType, Side
from .accounts import Account
from .market import Market
from .matching import closable
from .orders import Order, Request
from .refusal import Refusal, RefusedError
from .settlement import need

_WITH_PRICE = (OrderType.LIMIT, OrderType.STOP_LIMIT)
_WITH_TRIGGER = (OrderType.STOP, OrderType.STOP_LIMIT)


def admit(account: Account, market: Market, request: Request, order_id: int, now: int) -> Order:
    """The order of a request, with its funds locked unless it trades at once at any price. Raises RefusedError."""
    _check_account(account, market)
    _check_shape(account, market, request)
    above = request.above if request.above is not None else request.side is Side.BUY
    order = Order(
        order_id, request.client_id or f"sim{order_id}", request.symbol, request.side, request.type, request.quantity,
        request.price, request.trigger, request.reduce_only, request.post_only, request.immediate, above, now, now,
        request.type in _WITH_TRIGGER,
    )  # fmt: skip
    _check_market(account, market, order)
    if takes(market, order) and not request.lenient:
        raise RefusedError(Refusal.WOULD_MATCH, "order would immediately match and take")
    _lock(account, market, order)
    return order


def _check_account(account: Account, market: Market) -> None:
    if account.revoked:
        raise RefusedError(Refusal.BAD_KEY, "invalid API-key, IP, or permissions for action")
    if not account.may_trade:
        raise RefusedError(Refusal.NO_PERMISSION, "this account may not place orders")
    if not market.spec.trading:
        raise RefusedError(Refusal.NOT_TRADING, f"{market.spec.symbol} is not trading")


def _check_shape(account: Account, market: Market, request: Request) -> None:
    if (request.price is None) == (request.type in _WITH_PRICE):
        raise RefusedError(Refusal.BAD_REQUEST, f"a {request.type} order with price {request.price}")
    if (request.trigger is None) == (request.type in _WITH_TRIGGER):
        raise RefusedError(Refusal.BAD_REQUEST, f"a {request.type} order with trigger {request.trigger}")
    if request.reduce_only and not market.spec.settle:
        raise RefusedError(Refusal.BAD_REQUEST, "reduce-only is for contracts")
    market.spec.check(request.quantity, request.price, request.trigger)
    reference = request.price or request.trigger or market.price
    if not request.reduce_only and request.quantity * reference < market.spec.min_cost:
        raise RefusedError(Refusal.SMALL_COST, f"cost {request.quantity * reference} is below {market.spec.min_cost}")
    if request.client_id and any(order.client_id == request.client_id for order in account.open.values()):
        raise RefusedError(Refusal.DUPLICATE, "duplicate order sent")


def _check_market(account: Account, market: Market, order: Order) -> None:
    price = market.price
    if order.waiting:
        assert order.trigger is not None
        if price >= order.trigger if order.above else price <= order.trigger:
            raise RefusedError(Refusal.WOULD_TRIGGER, "order would immediately trigger")
    elif order.reduce_only and not closable(account, order):
        raise RefusedError(Refusal.REDUCE_ONLY, "reduce-only order is rejected")


def takes(market: Market, order: Order) -> bool:
    """Whether it is post-only and would not rest."""
    if not order.post_only or order.price is None or order.waiting:
        return False
    return order.price >= market.ask if order.side is Side.BUY else order.price <= market.bid


def _lock(account: Account, market: Market, order: Order) -> None:
    if order.reduce_only:
        return
    reference = order.price or order.trigger
    if reference is not None:
        amount, currency = need(account, market.spec, order.sign, order.quantity, reference)
    else:
        amount, currency = _market_need(account, market, order)
    if amount > account.wallet(currency).free:
        raise RefusedError(Refusal.NO_FUNDS, "account has insufficient balance for requested action")
    if reference is not None:
        account.hold(order, amount, currency)


def relock(account: Account, market: Market, order: Order, quantity: Decimal, price: Decimal) -> None:
    """Give an order another quantity and price, and lock what that needs. Raises RefusedError."""
    amount, currency = need(account, market.spec, order.sign, quantity - order.filled, price)
    if not order.reduce_only and amount > account.wallet(currency).free + order.held:
        raise RefusedError(Refusal.NO_FUNDS, "account has insufficient balance for requested action")
    account.release(order)
    order.quantity, order.price = quantity, price
    if not order.reduce_only:
        account.hold(order, amount, currency)


def _market_need(account: Account, market: Market, order: Order) -> tuple[Decimal, str]:
    levels = tuple(market.levels(order.side is Side.BUY, order.quantity, None))
    quantity = sum((part for _, part in levels), Decimal(0))
    worst = levels[-1][0] if levels else market.price
    return need(account, market.spec, order.sign, quantity, worst)
