"""A fill: what it makes of its order, the position, the trade and the balances; and a correction of its fee."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from .balances import book, plus, release, spend
from .events import Entry
from .events_account import FeeCorrected, Filled
from .exact import ZERO, add, multiply, subtract
from .positions import Move, move
from .project_orders import change, order_of
from .refusal import RefusedError, Rule
from .rows import FillRow, FindingRow, OrderRow, TradeRow
from .values import FindingKind, OrderState, Role, Side
from .view import Draft

_REVIVED = frozenset(OrderState) - {OrderState.FILLED, OrderState.CANCELED, OrderState.EXPIRED, OrderState.DENIED}


@dataclass(frozen=True, slots=True)
class Market:
    """What a symbol trades in: `settle` is None on spot, where base itself is held."""

    base: str
    quote: str
    settle: str | None


def market_of(symbol: str) -> Market:
    """`BTC/USDT` or `BTC/USDT:USDT`. Raises RefusedError."""
    pair, _, settle = symbol.partition(":")
    base, slash, quote = pair.partition("/")
    if not (base and slash and quote):
        raise RefusedError(Rule.PAYLOAD, f"'{symbol}' is not a symbol such as BTC/USDT")
    return Market(base, quote, settle or None)


def fill(draft: Draft, entry: Entry, it: Filled) -> None:
    """Raises RefusedError for a fill of no order we know, or not of its order's account, symbol and side."""
    market = market_of(it.symbol)
    if it.quantity <= 0 or it.price < 0:
        raise RefusedError(Rule.PAYLOAD, f"fill {it.fill_id}: {it.quantity} at {it.price}")
    order = _order(draft, it)
    strategy = order.strategy if order and order.strategy else it.strategy
    role = order.role if order else Role.EXTERNAL
    cost = multiply(it.quantity, it.price)
    signed = it.quantity if it.side is Side.BUY else -it.quantity
    held = subtract(signed, it.fee) if _in_base(market, it.fee_currency) else signed
    if held and (held > 0) != (signed > 0):
        raise RefusedError(Rule.PAYLOAD, f"fill {it.fill_id}: the fee is more than the quantity")
    session = order.session_id if order else None
    moved = move(
        draft, Move(it.account, it.symbol, strategy, held, cost, it.venue_time, role, entry.seq, session)
    )  # fmt: skip
    _add_fee(draft, moved.trade_id, it.fee_currency, it.fee)
    _settle(draft, it, market, cost, moved.realised)
    if order is not None:
        _fill_order(draft, entry, it, market, order, cost)
    draft.put(
        FillRow(
            it.account,
            it.market,
            it.fill_id,
            it.order_id,
            strategy,
            it.symbol,
            role,
            it.side,
            it.quantity,
            it.price,
            cost,
            it.fee,
            it.fee_currency,
            it.maker,
            it.venue_time,
            it.source,
            moved.trade_id,
            entry.seq,
        )
    )


def correct_fee(draft: Draft, entry: Entry, it: FeeCorrected) -> None:
    """Raises RefusedError."""
    row = draft.get(FillRow, it.account, it.market, it.fill_id)
    if row is None:
        raise RefusedError(Rule.UNKNOWN_FILL, f"there is no fill {it.fill_id}")
    market = market_of(row.symbol)
    held = ZERO
    for currency, change_ in ((row.fee_currency, -row.fee), (it.fee_currency, it.fee)):
        book(draft, it.account, currency, -change_)
        _add_fee(draft, row.trade_id, currency, change_)
        held = subtract(held, change_) if _in_base(market, currency) else held
    move(draft, Move(it.account, row.symbol, row.strategy, held, ZERO, entry.time, Role.ADJUST, entry.seq))
    draft.put(replace(row, fee=it.fee, fee_currency=it.fee_currency))


def state_after_fill(order: OrderRow, filled: Decimal) -> OrderState:
    """Complete, or partial unless it had ended at the venue; a fill proves that a rejected order lives."""
    if filled >= order.quantity:
        return OrderState.FILLED
    return OrderState.PARTIAL if order.state in _REVIVED else order.state


def _order(draft: Draft, it: Filled) -> OrderRow | None:
    if it.order_id is None:
        return None
    order = order_of(draft, it.order_id)
    if order.state is OrderState.DENIED:
        raise RefusedError(Rule.ILLEGAL_TRANSITION, f"order {order.order_id} was denied and never sent, it cannot fill")
    if (order.account, order.symbol, order.side) != (it.account, it.symbol, it.side):
        raise RefusedError(
            Rule.MISMATCH, f"fill {it.fill_id} is not of order {order.order_id}'s account, symbol and side"
        )
    return order


def _fill_order(draft: Draft, entry: Entry, it: Filled, market: Market, order: OrderRow, cost: Decimal) -> None:
    filled = add(order.filled, it.quantity)
    over = filled > order.quantity
    currency, spent = (market.quote, cost) if it.side is Side.BUY else (market.base, it.quantity)
    if it.fee_currency == currency:
        spent = add(spent, it.fee)
    left, released = spend(order.reserved, currency, spent) if market.settle is None else (order.reserved, ())
    release(draft, order.account, released)
    after = replace(
        order, filled=filled, cost=add(order.cost, cost), overfilled=over, reserved=left,
        state=state_after_fill(order, filled),
    )  # fmt: skip
    change(draft, entry, order, after)
    if over and not order.overfilled:
        words = f"order {order.order_id} filled for more than it asked"
        kind, name = FindingKind.OVERFILL, f"overfill:{order.order_id}"
        draft.put(
            FindingRow(name, order.account, kind, order.symbol, order.quantity, filled, words, entry.time)
        )  # fmt: skip


def _settle(draft: Draft, it: Filled, market: Market, cost: Decimal, realised: Decimal) -> None:
    sign = Decimal(1 if it.side is Side.BUY else -1)
    if market.settle is None:
        book(draft, it.account, market.base, multiply(it.quantity, sign))
        book(draft, it.account, market.quote, multiply(cost, -sign))
    else:
        book(draft, it.account, market.settle, realised)
    book(draft, it.account, it.fee_currency, -it.fee)


def _in_base(market: Market, currency: str) -> bool:
    """A fee in base reduces what is held, on spot."""
    return market.settle is None and currency == market.base


def _add_fee(draft: Draft, trade_id: int, currency: str, amount: Decimal) -> None:
    trade = draft.get(TradeRow, trade_id)
    if trade is not None:
        draft.put(replace(trade, fees=plus(trade.fees, currency, amount)))
