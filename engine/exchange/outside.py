"""What happens to an account without this program: a hand at the venue's own pages, or the venue itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..brokers.words import Status
from ..ledger.values import OrderType, Side
from .matching import end, liquidate
from .orders import Fill, Flow, Order, Request
from .refusal import Refusal, RefusedError
from .settlement import fund, need, settle
from .spec import ZERO

if TYPE_CHECKING:
    from .exchange import Exchange


class Outside:
    """The hand of somebody else. Accounts and symbols are named."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def order(self, account: str, request: Request) -> Order:
        """Somebody places an order by hand."""
        return self._exchange.place(self._exchange.accounts[account], request)

    def close(self, account: str, symbol: str) -> Order | None:
        """Somebody sells all of a position (spot: all that is free) at the market; None where there is nothing."""
        venue, owner = self._exchange, self._exchange.accounts[account]
        market = venue.market(symbol)
        held = owner.holding(symbol).quantity if market.spec.settle else owner.wallet(market.spec.base).free
        quantity = abs(held) // market.spec.step * market.spec.step
        if not quantity:
            return None
        side = Side.SELL if held > 0 else Side.BUY
        request = Request(symbol, side, OrderType.MARKET, quantity, reduce_only=bool(market.spec.settle))
        return venue.place(owner, request)

    def cancel(self, account: str, order: Order) -> None:
        """Somebody (or the venue) cancels an order."""
        venue, owner = self._exchange, self._exchange.accounts[account]
        venue.cancel(owner, owner.orders[order.order_id])

    def expire(self, account: str, order: Order) -> None:
        """The venue ends an order on its own."""
        venue, owner = self._exchange, self._exchange.accounts[account]
        end(owner, venue.market(order.symbol), owner.orders[order.order_id], Status.EXPIRED)

    def deposit(self, account: str, currency: str, amount: Decimal, reason: str = "deposit") -> None:
        """Money comes; below zero it leaves: first what is free, then what orders lock, which end for it."""
        owner = self._exchange.accounts[account]
        while owner.wallet(currency).free + amount < 0 and (order := _holder(owner.open.values(), currency)):
            self.expire(account, order)
        amount = max(amount, -owner.wallet(currency).free)
        now = self._exchange.clock.now()
        owner.wallet(currency).total += amount
        owner.flows.append(Flow(currency, amount, now, reason))
        owner.touched.add(currency)
        owner.tell_wallets(now)

    def withdraw(self, account: str, currency: str, amount: Decimal) -> None:
        self.deposit(account, currency, -amount, "withdrawal")

    def short(self, account: str, currency: str, part: Decimal = Decimal("0.02")) -> None:
        """A part of a wallet is missing, without a word of the stream."""
        owner = self._exchange.accounts[account]
        owner.mute, before = True, owner.mute
        self.deposit(account, currency, -owner.wallet(currency).total * part, "missing")
        owner.mute = before

    def liquidate(self, account: str, symbol: str) -> None:
        """The venue takes a position, whatever its price."""
        liquidate(self._exchange.accounts[account], self._exchange.market(symbol))

    def fund(self, symbol: str) -> None:
        """Funding is paid now, out of its usual turn. Raises RefusedError where nobody holds that contract."""
        market = self._exchange.market(symbol)
        if not any(holder.holding(symbol).quantity for holder in market.holders.values()):
            raise RefusedError(Refusal.NO_CHANGE, f"nobody holds a contract of {symbol}")
        fund(market, self._exchange.clock.now())

    def fill(self, account: str, order: Order, quantity: Decimal, price: Decimal | None = None) -> Fill:
        """A fill that nobody expects: late, after the order ended, or more than it asked for (overfill). What the
        account cannot pay is lent to it, as a deposit that says so, until it is there."""
        owner, venue = self._exchange.accounts[account], self._exchange
        market, mine = venue.market(order.symbol), owner.orders[order.order_id]
        price = price or mine.price or mine.trigger or market.price
        market.time = max(market.time, venue.clock.now())
        spec = market.spec
        missing, currency = need(owner, spec, mine.sign, quantity, price)
        lacking = missing - owner.wallet(currency).free - (mine.held if mine.currency == currency else ZERO)
        if lacking > 0:
            self.deposit(account, currency, lacking, "lent")
            owner.lent[currency] = owner.lent.get(currency, ZERO) + lacking
        fill = settle(owner, market, mine, quantity, price, maker=False)
        if mine.status is Status.OPEN and not mine.remaining:
            end(owner, market, mine, Status.CLOSED, fill)
        else:
            owner.tell_order(market.time, mine, fill)
        owner.tell_wallets(market.time)
        if spec.settle:
            owner.tell_holding(market.time, spec.symbol)
        return fill

    def hidden_fill(self, account: str, order: Order, part: Decimal = Decimal("0.5")) -> Fill | None:
        """A part of what remains of an order trades, and the stream does not say so."""
        owner = self._exchange.accounts[account]
        step = self._exchange.market(order.symbol).spec.step
        quantity = order.remaining * part // step * step
        if not quantity:
            return None
        owner.mute, before = True, owner.mute
        fill = self.fill(account, order, quantity)
        owner.mute = before
        return fill

    def respec(self, symbol: str, **terms: Any) -> None:
        """The venue changes a symbol's terms (`step=`, `tick=`, `min_cost=`, `fee_in_base=`, `trading=` …)."""
        market = self._exchange.market(symbol)
        market.spec = replace(market.spec, **terms)

    def delist(self, symbol: str) -> None:
        """The symbol stops trading; its open orders end."""
        self.respec(symbol, trading=False)
        market = self._exchange.market(symbol)
        for owner, order in tuple(market.resting.values()):
            end(owner, market, order, Status.EXPIRED)

    def revoke(self, account: str, revoked: bool = True) -> None:
        self._exchange.accounts[account].revoked = revoked

    def maintenance(self, on: bool = True) -> None:
        self._exchange.maintenance = on

    def leverage(self, account: str, symbol: str, leverage: Decimal, isolated: bool = True) -> None:
        """Leverage and margin mode as somebody set them by hand; a position's margin stays as it is."""
        owner = self._exchange.accounts[account]
        owner.leverages[symbol] = leverage
        (owner.cross.discard if isolated else owner.cross.add)(symbol)


def _holder(orders: Iterable[Order], currency: str) -> Order | None:
    for order in orders:
        if order.currency == currency and order.held > ZERO:
            return order
    return None
