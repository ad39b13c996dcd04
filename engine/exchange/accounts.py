"""An account at the venue: wallets, contract positions, orders, fills, and the listeners of its user stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal

from .orders import Fill, Flow, Funding, Order
from .spec import ZERO


@dataclass(slots=True)
class Wallet:
    total: Decimal = ZERO
    locked: Decimal = ZERO

    @property
    def free(self) -> Decimal:
        return self.total - self.locked


@dataclass(slots=True)
class Holding:
    """A contract position: signed `quantity`, average `entry`, and the `margin` that is locked for it."""

    quantity: Decimal = ZERO
    entry: Decimal = ZERO
    margin: Decimal = ZERO

    def liquidation(self, maintenance: Decimal) -> Decimal | None:
        """The price at which the margin is down to its maintenance; None where no price above zero does that."""
        if not self.quantity:
            return None
        size, side = abs(self.quantity), 1 if self.quantity > 0 else -1
        level = (self.entry * size - side * self.margin) / (size * (1 - side * maintenance))
        return level if level > 0 else None


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """An order as it is after a change, and the fill that changed it."""

    order: Order
    fill: Fill | None


@dataclass(frozen=True, slots=True)
class WalletEvent:
    wallets: dict[str, Wallet]


@dataclass(frozen=True, slots=True)
class HoldingEvent:
    symbol: str
    holding: Holding


@dataclass(frozen=True, slots=True)
class Event:
    """One message of the user stream; `seq` counts from 1 for each account."""

    seq: int
    time: int
    body: OrderEvent | WalletEvent | HoldingEvent


@dataclass(frozen=True, slots=True)
class Truth:
    """What really is so in one account: copies, to be compared with what somebody believes."""

    orders: tuple[Order, ...]
    open: tuple[Order, ...]
    fills: tuple[Fill, ...]
    funding: tuple[Funding, ...]
    flows: tuple[Flow, ...]
    wallets: dict[str, Wallet]
    holdings: dict[str, Holding]


@dataclass(slots=True)
class Account:
    """`key` and `secret` are what a wire adapter checks; `mute` keeps changes out of the user stream;
    `touched`: currencies that changed since the stream told of wallets; `lent`: what a fill took that was not there."""

    name: str
    key: str = "key"
    secret: str = "secret"
    passphrase: str = ""
    may_trade: bool = True
    may_withdraw: bool = False
    revoked: bool = False
    wallets: dict[str, Wallet] = field(default_factory=dict)
    holdings: dict[str, Holding] = field(default_factory=dict)
    leverages: dict[str, Decimal] = field(default_factory=dict)
    cross: set[str] = field(default_factory=set)
    orders: dict[int, Order] = field(default_factory=dict)
    open: dict[int, Order] = field(default_factory=dict)
    by_client: dict[str, int] = field(default_factory=dict)
    fills: list[Fill] = field(default_factory=list)
    funding: list[Funding] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    lent: dict[str, Decimal] = field(default_factory=dict)
    listeners: list[Callable[[Event], None]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    seq: int = 0
    mute: bool = False

    def wallet(self, currency: str) -> Wallet:
        return self.wallets.setdefault(currency, Wallet())

    def holding(self, symbol: str) -> Holding:
        return self.holdings.setdefault(symbol, Holding())

    def leverage(self, symbol: str) -> Decimal:
        return self.leverages.get(symbol, Decimal(20))

    def hold(self, order: Order, amount: Decimal, currency: str) -> None:
        order.held, order.currency = amount, currency
        self.wallet(currency).locked += amount
        self.touched.add(currency)

    def release(self, order: Order, amount: Decimal | None = None) -> None:
        """Give back what an order holds, or a part of it."""
        if order.currency:
            part = order.held if amount is None else min(amount, order.held)
            order.held -= part
            self.wallet(order.currency).locked -= part
            self.touched.add(order.currency)

    def take(self, currency: str, amount: Decimal) -> Decimal:
        """Take from what is free, as much as there is; the rest is the venue's loss. Returns what was taken."""
        wallet = self.wallet(currency)
        taken = min(amount, max(wallet.free, ZERO))
        wallet.total -= taken
        return taken

    def repay(self, currencies: Iterable[str], time: int) -> None:
        """What was lent goes back as soon as it is there: no venue leaves it with the account."""
        for currency in currencies:
            taken = self.take(currency, self.lent.get(currency, ZERO))
            if taken:
                self.lent[currency] -= taken
                self.flows.append(Flow(currency, -taken, time, "paid back"))

    def forget(self, before: int) -> None:
        """Drop orders that ended before a time (ms), with their fills: a long run stays small."""
        gone = {one for one, order in self.orders.items() if one not in self.open and order.updated < before}
        self.orders = {one: order for one, order in self.orders.items() if one not in gone}
        self.by_client = {name: one for name, one in self.by_client.items() if one not in gone}
        self.fills = [fill for fill in self.fills if fill.order_id not in gone]

    def truth(self) -> Truth:
        return Truth(
            tuple(copy(order) for order in self.orders.values()), tuple(copy(order) for order in self.open.values()),
            tuple(self.fills), tuple(self.funding), tuple(self.flows),
            {name: copy(wallet) for name, wallet in self.wallets.items()},
            {name: copy(holding) for name, holding in self.holdings.items() if holding.quantity},
        )  # fmt: skip

    def tell_order(self, time: int, order: Order, fill: Fill | None = None) -> None:
        self._tell(time, OrderEvent(copy(order), fill))

    def tell_wallets(self, time: int) -> None:
        """Tell of the currencies that were touched."""
        names = tuple(sorted(self.touched))
        self.touched.clear()
        if names:
            self._tell(time, WalletEvent({name: copy(self.wallet(name)) for name in names}))

    def tell_holding(self, time: int, symbol: str) -> None:
        self._tell(time, HoldingEvent(symbol, copy(self.holding(symbol))))

    def _tell(self, time: int, body: OrderEvent | WalletEvent | HoldingEvent) -> None:
        self.seq += 1
        if not self.mute:
            event = Event(self.seq, time, body)
            for listener in tuple(self.listeners):
                listener(event)
