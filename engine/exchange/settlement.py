"""What a fill does to an account: money and coins change hands, contract positions grow, shrink and turn."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from .accounts import Account, Holding
from .market import Market
from .orders import Fill, Funding, Order
from .refusal import Refusal, RefusedError
from .spec import ZERO, Spec

DUST = Decimal("1e-8")
"""Fees are cut to this."""


def settle(
    account: Account,
    market: Market,
    order: Order,
    quantity: Decimal,
    price: Decimal,
    *,
    maker: bool,
    rate: Decimal | None = None,
) -> Fill:
    """Book an execution of an order; `rate` overrules the fee. The caller made sure that it can be paid."""
    spec, time = market.spec, market.time
    market.fill_id += 1
    share = quantity / order.remaining if order.remaining else ZERO
    account.release(order, order.held * min(share, Decimal(1)))
    if rate is None:
        rate = spec.maker if maker else spec.taker
    book = _settle_contract if spec.settle else _settle_spot
    fee, currency, realized, touched = book(account, spec, order.sign, quantity, price, rate)
    if spec.settle:
        market.holders[account.name] = account
    fill = Fill(
        market.fill_id, order.order_id, order.client_id, order.symbol, order.side, quantity, price, fee, currency,
        maker, time, realized,
    )  # fmt: skip
    order.filled += quantity
    order.cost += quantity * price
    order.updated = time
    account.fills.append(fill)
    account.touched.update(touched)
    if account.lent:
        account.repay(touched, time)
    return fill


def _settle_spot(
    account: Account, spec: Spec, sign: int, quantity: Decimal, price: Decimal, rate: Decimal
) -> tuple[Decimal, str, Decimal, tuple[str, ...]]:
    base, quote = spec.base, spec.quote
    in_base = spec.fee_in_base and sign > 0
    currency = base if in_base else quote
    fee = _cut((quantity if in_base else quantity * price) * rate)
    account.wallet(base).total += sign * quantity
    account.wallet(quote).total -= sign * quantity * price
    account.wallet(currency).total -= fee
    return fee, currency, ZERO, (base, quote)


def _settle_contract(
    account: Account, spec: Spec, sign: int, quantity: Decimal, price: Decimal, rate: Decimal
) -> tuple[Decimal, str, Decimal, tuple[str, ...]]:
    settle = spec.settle or spec.quote
    wallet, holding = account.wallet(settle), account.holding(spec.symbol)
    closed, opened = split(holding, sign, quantity)
    realized = ZERO
    if closed:
        side = 1 if holding.quantity > 0 else -1
        size = abs(holding.quantity)
        freed = holding.margin if closed == size else holding.margin * closed / size
        realized = (price - holding.entry) * closed * side
        holding.margin -= freed
        holding.quantity -= side * closed
        wallet.locked -= freed
        if realized >= 0:
            wallet.total += realized
        else:
            realized = -account.take(settle, -realized)
        if not holding.quantity:
            holding.entry, holding.margin = ZERO, ZERO
    if opened:
        size = abs(holding.quantity)
        holding.entry = (holding.entry * size + price * opened) / (size + opened)
        holding.quantity += sign * opened
        margin = price * opened / account.leverage(spec.symbol)
        holding.margin += margin
        wallet.locked += margin
    fee = account.take(settle, _cut(quantity * price * rate))
    return fee, settle, realized, (settle,)


def split(holding: Holding, sign: int, quantity: Decimal) -> tuple[Decimal, Decimal]:
    """The parts of an order that close a position and that open one."""
    closed = min(quantity, abs(holding.quantity)) if holding.quantity * sign < 0 else ZERO
    return closed, quantity - closed


def need(account: Account, spec: Spec, sign: int, quantity: Decimal, price: Decimal) -> tuple[Decimal, str]:
    """What has to be free, and in which currency, before `quantity` can trade at `price`."""
    if spec.settle:
        opened = split(account.holding(spec.symbol), sign, quantity)[1]
        return opened * price * (1 / account.leverage(spec.symbol) + spec.taker), spec.settle
    if sign < 0:
        return quantity, spec.base
    fee = ZERO if spec.fee_in_base else spec.taker
    return quantity * price * (1 + fee), spec.quote


def fund(market: Market, time: int) -> None:
    """Longs pay shorts a part of their position's value (below zero: the other way about). What is not free comes
    out of the position's margin."""
    if market.last is None:
        return
    for account in market.holders.values():
        holding = account.holding(market.spec.symbol)
        amount = _cut(-holding.quantity * market.last * market.funding_rate)
        if not amount:
            continue
        currency = market.spec.settle or market.spec.quote
        wallet = account.wallet(currency)
        if amount > 0:
            wallet.total += amount
        else:
            paid = account.take(currency, -amount)
            extra = min(-amount - paid, holding.margin)
            holding.margin -= extra
            wallet.locked -= extra
            wallet.total -= extra
            amount = -(paid + extra)
        account.funding.append(Funding(len(account.funding) + 1, market.spec.symbol, amount, currency, time))
        account.touched.add(currency)
        account.tell_wallets(time)


def relever(account: Account, market: Market, leverage: Decimal, isolated: bool) -> None:
    """Set leverage and margin mode; an open position's margin follows. Raises RefusedError."""
    spec, holding = market.spec, account.holding(market.spec.symbol)
    if not 1 <= leverage <= spec.max_leverage or not spec.settle:
        raise RefusedError(Refusal.BAD_LEVERAGE, f"leverage {leverage} is not valid")
    if holding.quantity and isolated is (spec.symbol in account.cross):
        raise RefusedError(Refusal.BAD_LEVERAGE, "the margin mode cannot be changed with an open position")
    extra = holding.entry * abs(holding.quantity) / leverage - holding.margin
    wallet = account.wallet(spec.settle)
    if extra > wallet.free:
        raise RefusedError(Refusal.NO_FUNDS, "margin is insufficient")
    holding.margin += extra
    wallet.locked += extra
    account.leverages[spec.symbol] = leverage
    (account.cross.discard if isolated else account.cross.add)(spec.symbol)


def _cut(amount: Decimal) -> Decimal:
    return amount.quantize(DUST, ROUND_DOWN)
