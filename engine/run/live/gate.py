"""The rows of the risk gate that only a real venue has: states, age of data and signal, price, spread, rate; and the
limits of size for orders that no signal calls for.

Every order passes them, an operator's and an emergency's too. The first failure denies; an order that only reduces
passes all rows but those that say how many requests a venue takes, which never deny it either.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from ...brokers.words import Quote
from ...language.deployment import OrderRules
from ...ledger.rows import StateRow
from ...ledger.values import OrderType, Role, Scope, TradingState
from ...orders.state import State
from ...orders.wanted import Denial, Gate, Wanted
from .automatic import stands_from_before
from .book import LIMITS

DAY = 86_400_000
_QUOTE_AGE = 15_000
"""Ms after which a quote says nothing any more."""
REDUCING = frozenset({Role.EXIT, Role.STOP, Role.TARGET, Role.EMERGENCY})


@dataclass(slots=True)
class Surroundings:
    """What the gate looks at besides the ledger; the session keeps it up to date. Times ms UTC."""

    now: Callable[[], int]
    halted: Callable[[], str | None]
    """Why a kill switch forbids all but reducing, None where it does not."""
    confirmed: bool = False
    """Whether this session may send orders at all: it is no live one, or an operator confirmed it."""
    candle_ms: dict[str, int] = field(default_factory=dict)
    """Length of a strategy's candles, by its name."""
    valid_for: dict[str, int] = field(default_factory=dict)
    newest: Callable[[str], int | None] = lambda symbol: None
    """When the symbol's last candle closed."""
    quotes: dict[str, Quote] = field(default_factory=dict)
    liquidation: dict[str, Decimal] = field(default_factory=dict)
    """The price at which the venue would close a contract's position."""
    begun: Callable[[], int] = lambda: 0
    """When the oldest of the running sessions was opened."""
    sizes: Gate = lambda wanted, state: None
    """Why an order that adds would break a limit of size; what a strategy decided was asked for them already."""


class LiveGate:
    """A `Gate` of the order path."""

    def __init__(self, venue: str, rules: OrderRules, stale: int, around: Surroundings) -> None:
        self._venue, self._rules, self._stale, self._around = venue, rules, stale, around
        self._sent: deque[int] = deque()

    def __call__(self, wanted: Wanted, state: State) -> Denial | None:
        """The first reason against the order, with the numbers compared."""
        if not self._around.confirmed:
            return Denial("MODE_MISMATCH")
        if wanted.role in REDUCING or wanted.reduce_only:
            self._count()
            return None
        denial = (
            self._state(wanted, state) or self._age(wanted) or self._price(wanted)
            or self._around.sizes(wanted, state) or self._rate()
        )  # fmt: skip
        if denial is None:
            self._count()
        return denial

    def _state(self, wanted: Wanted, state: State) -> Denial | None:
        if self._around.halted() is not None:
            return Denial("TRADING_HALTED")
        names = {
            Scope.VENUE: self._venue,
            Scope.ACCOUNT: state.account,
            Scope.STRATEGY: wanted.strategy,
            Scope.SYMBOL: wanted.symbol,
        }
        for scope, name in names.items():
            row = state.get(StateRow, scope, name)
            if row is None or row.state is TradingState.ACTIVE:
                continue
            before = stands_from_before(row, self._around.begun(), self._around.now())
            if row.who == LIMITS and wanted.candle is not None and not before:
                continue  # the Book, which decided it, knows its own limits
            if row.until is not None and self._around.now() >= row.until:
                continue
            if row.code in ("MANUAL_HOLD", "DATA_STALE"):
                return Denial(row.code)
            return Denial("TRADING_HALTED" if row.state is TradingState.HALTED else "TRADING_REDUCING")
        return None

    def _age(self, wanted: Wanted) -> Denial | None:
        now = self._around.now()
        length = self._around.candle_ms.get(wanted.strategy)
        newest = self._around.newest(wanted.symbol)
        if length is None:  # an operator's order: it reads no candles
            return None
        if newest is None or now - newest > length + self._stale:
            return Denial("DATA_STALE", _numbers(age=now - (newest or 0), limit=length + self._stale))
        if wanted.candle is not None:
            age, limit = now - wanted.candle - length, self._around.valid_for.get(wanted.strategy, 0)
            if age > limit and wanted.attempt == 0:
                return Denial("SIGNAL_EXPIRED", _numbers(age=age, limit=limit))
        return None

    def _price(self, wanted: Wanted) -> Denial | None:
        quote = self._around.quotes.get(wanted.symbol)
        if quote is not None and self._around.now() - quote.time > _QUOTE_AGE:
            quote = None
        market = wanted.reference if quote is None or quote.last is None else quote.last
        at = wanted.price if wanted.price is not None else wanted.trigger
        if market is None or not market.is_finite() or market <= 0:
            return Denial("PRICE_COLLAR", _numbers(price=0 if market is None else market))
        collar = Decimal(repr(self._rules.price_collar))
        for price in (at, wanted.reference):
            if price is not None and abs(price - market) > collar * market:
                return Denial("PRICE_COLLAR", _numbers(limit=collar, price=price, market=market))
        if wanted.type is OrderType.MARKET and quote is not None and quote.bid and quote.ask:
            spread, widest = (quote.ask - quote.bid) / quote.bid, Decimal(repr(self._rules.spread_max))
            if spread > widest:
                return Denial("SPREAD_MAX", _numbers(limit=widest, spread=spread.quantize(Decimal("1e-8"))))
        return None

    def _rate(self) -> Denial | None:
        now = self._around.now()
        second = sum(1 for time in self._sent if time > now - 1_000)
        if second >= self._rules.per_second:
            return Denial("RATE_LIMIT", _numbers(limit=Decimal(repr(self._rules.per_second)), sent=second))
        if len(self._sent) >= self._rules.per_day:
            return Denial("RATE_LIMIT", _numbers(limit=self._rules.per_day, sent=len(self._sent)))
        return None

    def _count(self) -> None:
        now = self._around.now()
        self._sent.append(now)
        while self._sent and self._sent[0] <= now - DAY:
            self._sent.popleft()


def _numbers(**numbers: Decimal | int) -> tuple[tuple[str, Decimal], ...]:
    return tuple(sorted((name, Decimal(value)) for name, value in numbers.items()))
