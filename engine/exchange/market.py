"""One traded symbol: its price, the orders that rest on it, its candles, and its counters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ..market.timeframe import Timeframe
from .accounts import Account
from .market_data import CandleBook, Print
from .orders import Order
from .refusal import Refusal, RefusedError
from .spec import Spec


@dataclass(slots=True)
class Market:
    """`resting`: open orders with their accounts, oldest first. `holders`: accounts that ever held a contract."""

    spec: Spec
    base: Timeframe
    gaps: bool = False
    last: Decimal | None = None
    time: int = 0
    resting: dict[int, tuple[Account, Order]] = field(default_factory=dict)
    holders: dict[str, Account] = field(default_factory=dict)
    books: dict[str, CandleBook] = field(default_factory=dict)
    fill_id: int = 0
    funding_rate: Decimal = Decimal("0.0001")
    rolled: int = 0
    """Up to when candles were ended."""

    def __post_init__(self) -> None:
        self.books[self.base.name] = CandleBook(self.base, gaps=self.gaps)

    @property
    def price(self) -> Decimal:
        if self.last is None:
            raise RefusedError(Refusal.NOT_TRADING, f"{self.spec.symbol} has no price yet")
        return self.last

    @property
    def bid(self) -> Decimal:
        return self.price

    @property
    def ask(self) -> Decimal:
        return self.price + self.spec.spread

    def candles(self, timeframe: Timeframe) -> CandleBook:
        """Raises RefusedError for a timeframe that the base does not add up to."""
        book = self.books.get(timeframe.name)
        if book is None:
            if not timeframe.is_multiple_of(self.base):
                raise RefusedError(Refusal.BAD_REQUEST, f"no candles of {timeframe.name}")
            book = self.books[timeframe.name] = self.books[self.base.name].derive(timeframe)
            book.roll(self.rolled)
        return book

    def record(self, tick: Print) -> None:
        price, volume = float(tick.price), float(tick.volume)
        for book in self.books.values():
            book.add(tick.time, price, volume)

    def roll(self, time: int) -> None:
        self.rolled = time
        for book in self.books.values():
            book.roll(time)

    def shorten(self, kept: int) -> None:
        """Forget all but the newest closed candles of each timeframe."""
        for book in self.books.values():
            while len(book.closed) > kept:
                book.closed.popleft()

    def next_closes(self) -> Iterator[int]:
        """When candles end that somebody listens to."""
        for book in self.books.values():
            end = book.next_close()
            if book.listeners and end is not None:
                yield end

    def levels(self, buying: bool, quantity: Decimal, limit: Decimal | None) -> Iterator[tuple[Decimal, Decimal]]:
        """What the other side offers for `quantity`: prices with quantities, best first, none beyond `limit`."""
        price, spec = self.ask if buying else self.bid, self.spec
        for _ in range(spec.levels if spec.depth is not None else 1):
            if quantity <= 0 or price <= 0 or (limit is not None and (price > limit if buying else price < limit)):
                return
            part = quantity if spec.depth is None else min(quantity, spec.depth)
            yield price, part
            quantity -= part
            price += spec.tick if buying else -spec.tick
