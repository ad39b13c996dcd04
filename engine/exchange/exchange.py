"""The simulated venue: markets and accounts, orders in, executions and events out, along a clock.

Everything that is due by the clock happens before a request is looked at, in the order of its time: prices, funding,
ends of candles. `run` does the same while nobody asks.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from ..brokers.clock import Clock
from ..brokers.words import Status
from ..ledger.values import OrderType
from ..market.timeframe import Timeframe
from .accounts import Account, Truth
from .admission import admit, relock, takes
from .market import Market
from .market_data import Print
from .matching import end, move, work
from .orders import Order, Request
from .outside import Outside
from .refusal import Refusal, RefusedError
from .settlement import fund, relever
from .spec import Spec

FUNDING_EVERY = 8 * 3_600_000


class Exchange:
    """`skew`: how many ms the venue's clock is ahead of `clock`. Calls raise RefusedError and then changed nothing."""

    def __init__(self, clock: Clock, skew: int = 0, name: str = "simulated") -> None:
        self.clock = clock
        self.skew = skew
        self.name = name
        self.markets: dict[str, Market] = {}
        self.accounts: dict[str, Account] = {}
        self.maintenance = False
        self.outside = Outside(self)
        self.tasks: set[asyncio.Task[None]] = set()
        self._feeds: list[tuple[int, int, Market, Print, Iterator[Print]]] = []
        self._order_id = 1_000
        self._funded = clock.now() // FUNDING_EVERY
        self._rolled = -1

    def now(self) -> int:
        """The venue's time, ms UTC."""
        return self.clock.now() + self.skew

    def list(
        self, spec: Spec, prices: Iterable[Print] = (), base: str = "1m", gaps: bool = False, frames: Iterable[str] = ()
    ) -> Market:
        """Open a market. Prints before the clock's time are its past; `frames`: longer timeframes whose candles are
        kept from the first print on, which reach further back than what the kept ones of `base` add up to."""
        market = self.markets[spec.symbol] = Market(spec, Timeframe.parse(base), gaps)
        for frame in frames:
            market.candles(Timeframe.parse(frame))
        self._follow(market, iter(prices))
        self._rolled = -1
        self.advance()
        return market

    def open_account(
        self, name: str, balances: Mapping[str, Decimal], key: str = "key", secret: str = "secret"
    ) -> Account:
        account = self.accounts[name] = Account(name, key, secret)
        for currency, amount in balances.items():
            self.outside.deposit(name, currency, amount)
        return account

    def market(self, symbol: str) -> Market:
        if symbol not in self.markets:
            raise RefusedError(Refusal.UNKNOWN_SYMBOL, f"there is no market {symbol}")
        return self.markets[symbol]

    def truth(self, account: str) -> Truth:
        self.advance()
        return self.accounts[account].truth()

    def place(self, account: Account, request: Request) -> Order:
        """Accept an order and let it trade; it may have ended when this returns."""
        self.advance()
        self.check_up()
        market = self.market(request.symbol)
        self._order_id += 1
        order = admit(account, market, request, self._order_id, self.clock.now())
        account.orders[order.order_id] = account.open[order.order_id] = order
        account.by_client[order.client_id] = order.order_id
        market.resting[order.order_id] = (account, order)
        market.time = max(market.time, self.clock.now())
        account.tell_order(market.time, order)
        if takes(market, order):
            end(account, market, order, Status.CANCELED)
        elif not order.waiting:
            work(account, market, order)
        account.tell_wallets(market.time)
        return order

    def cancel(self, account: Account, order: Order) -> Order:
        self.advance()
        self.check_up()
        if order.status is not Status.OPEN:
            raise RefusedError(Refusal.NO_ORDER, "unknown order sent")
        market = self.market(order.symbol)
        market.time = max(market.time, self.clock.now())
        end(account, market, order, Status.CANCELED)
        return order

    def replace(self, account: Account, order: Order, request: Request) -> Order:
        """Cancel an order and place another. When the new one is refused the old one is gone: RefusedError says so
        by following on a cancel, see `order.status`."""
        self.cancel(account, order)
        return self.place(account, request)

    def modify(self, account: Account, order: Order, quantity: Decimal, price: Decimal) -> Order:
        """Change a resting limit order where it stands; it keeps its ids and what was filled."""
        self.advance()
        self.check_up()
        if order.status is not Status.OPEN or order.waiting or order.price is None or quantity <= order.filled:
            raise RefusedError(Refusal.NO_ORDER, "the order cannot be modified")
        market = self.market(order.symbol)
        market.spec.check(quantity, price)
        relock(account, market, order, quantity, price)
        order.updated = market.time = max(market.time, self.clock.now())
        account.tell_order(market.time, order)
        work(account, market, order)
        account.tell_wallets(market.time)
        return order

    def set_leverage(self, account: Account, symbol: str, leverage: Decimal, isolated: bool) -> None:
        self.advance()
        self.check_up()
        relever(account, self.market(symbol), leverage, isolated)

    def check_key(self, account: Account) -> None:
        if account.revoked:
            raise RefusedError(Refusal.BAD_KEY, "invalid API-key, IP, or permissions for action")

    def check_time(self, sent: int, validity: int) -> None:
        """Refuse a request whose own time (the venue's, as its sender knows it) is ahead, or older than `validity`."""
        if sent > self.now() + 1_000 or self.now() - sent > validity:
            raise RefusedError(Refusal.STALE_REQUEST, "timestamp for this request is outside of the recvWindow")

    def check_up(self) -> None:
        if self.maintenance:
            raise RefusedError(Refusal.MAINTENANCE, "the venue is under maintenance")

    def find(self, account: Account, order_id: int | None = None, client_id: str | None = None) -> Order:
        """An order, open or ended: by the venue's id, or the latest one with a client id."""
        self.advance()
        number = order_id if order_id is not None else account.by_client.get(client_id or "")
        order = account.orders.get(number) if number is not None else None
        if order is None:
            raise RefusedError(Refusal.NO_ORDER, "order does not exist")
        return order

    def advance(self) -> None:
        """Let everything happen that is due by the clock."""
        now = self.clock.now()
        while self._feeds and self._feeds[0][0] <= now:
            time, _, market, tick, rest = self._feeds[0]
            self._fund(time)
            self._step(market, tick)
            upcoming = next(rest, None)
            if upcoming is None:
                heapq.heappop(self._feeds)
            else:
                heapq.heapreplace(self._feeds, (upcoming.time, self._feeds[0][1], market, upcoming, rest))
        self._fund(now)
        if now != self._rolled:  # many requests come at one moment, where nothing more can end
            self._rolled = now
            for market in self.markets.values():
                market.roll(now)

    def next_time(self) -> int | None:
        """When something is due next, ms; None where nothing ever is."""
        times = [self._feeds[0][0]] if self._feeds else []
        times += [end for market in self.markets.values() for end in market.next_closes()]
        return min(times, default=None)

    async def run(self) -> None:
        """Keep up with the clock until canceled."""
        while True:
            self.advance()
            due = self.next_time()
            wait = 1_000 if due is None else max(due - self.clock.now(), 0)
            await self.clock.sleep(wait / 1_000 if wait else 0.001)

    def print(self, symbol: str, price: Decimal, volume: Decimal = Decimal(1), jump: bool = True) -> None:
        """A price by hand, now."""
        self.advance()
        self._step(self.market(symbol), Print(self.clock.now(), price, volume, jump))

    def price_stops(self) -> None:
        """End every feed of prices: from now on they come by hand."""
        self._feeds.clear()

    def _follow(self, market: Market, prices: Iterator[Print]) -> None:
        first = next(prices, None)
        if first is not None:
            heapq.heappush(self._feeds, (first.time, len(self.markets), market, first, prices))

    def _step(self, market: Market, tick: Print) -> None:
        market.record(tick)
        if market.spec.trading and not self.maintenance:
            move(market, tick)
        else:
            market.last, market.time = tick.price, tick.time

    def _fund(self, time: int) -> None:
        while (self._funded + 1) * FUNDING_EVERY <= time:
            self._funded += 1
            for market in self.markets.values():
                if market.spec.settle:
                    fund(market, self._funded * FUNDING_EVERY)


def open_orders(account: Account, symbol: str | None = None) -> list[Order]:
    return [order for order in account.open.values() if symbol is None or order.symbol == symbol]


def is_stop(order: Order) -> bool:
    return order.type in (OrderType.STOP, OrderType.STOP_LIMIT)
