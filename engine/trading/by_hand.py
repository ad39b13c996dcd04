"""An order that no signal calls for, asked of the gate that signals pass: the same rows, over a copy of the Book.

Asking changes nothing. What the Book does not hold and the account does, or may soon (positions of nobody's strategy,
orders by hand that wait), counts as held.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .account_gate import check_account
from .book import POOL_SIZE, Book, Order, Position, Wallet
from .codes import Decision
from .gate import check_entry
from .guard import Guard
from .pool import EQUITY, GROSS, HEAT, MOST_OPEN, NET, OPEN, SHARED
from .rules import NEVER
from .sizing import free_funds

if TYPE_CHECKING:
    from .live_portfolio import UnendingPortfolio


@dataclass(frozen=True, slots=True)
class Asked:
    """`side` is 1 or -1; `quantity` in base units, `price` in quote units."""

    symbol: str
    side: int
    quantity: float
    price: float


@dataclass(frozen=True, slots=True)
class Held:
    """Signed base units at a price (quote units); of the strategy with the number `member`, None for nobody's."""

    symbol: str
    quantity: float
    price: float
    member: int | None = None

    @property
    def cost(self) -> float:
        return abs(self.quantity) * self.price


@dataclass(frozen=True, slots=True)
class Judged:
    """`limit` and `actual` are what a refusal compared, NaN where it compared nothing."""

    code: Decision
    limit: float
    actual: float


def judge(portfolio: UnendingPortfolio[Any], asked: Asked, m: int | None, beside: Sequence[Held] = ()) -> Judged:
    """An order for the strategy `m`: its own rows of the gate and the account's; for nobody's (None) the account's."""
    if m is None:
        return _of_nobody(portfolio, asked, beside)
    member, (book, s) = portfolio.members[m], _copied(portfolio, asked.symbol, m, beside)
    position, rules = book.positions[s], member.rules
    free = free_funds(rules.policies[0], rules.instruments[s], book.wallets[0], book.positions, -1, len(book.orders), 0)
    adds = asked.side * position.quantity > 0.0
    distance = asked.side * (asked.price - position.stop) if adds else math.nan
    code = check_entry(member.signals, rules, book, s, asked.side, asked.quantity, asked.price, distance, free)
    return _judged(code, book)


def judge_again(portfolio: UnendingPortfolio[Any], asked: Asked, m: int, beside: Sequence[Held]) -> Judged:
    """An entry that the strategy `m` decided, as what was traded by hand stands beside it: the account's rows."""
    book, s = _copied(portfolio, asked.symbol, m, beside)
    order, distance = book.orders[s], book.orders[s].distance
    book.wallets[0].reserved -= order.reserved
    book.orders[s] = Order()  # it must not count beside itself
    code = check_account(
        portfolio.members[m].rules, book, s, asked.side, asked.quantity, asked.price, distance
    )  # fmt: skip
    return _judged(code, book)


def _of_nobody(portfolio: UnendingPortfolio[Any], asked: Asked, beside: Sequence[Held]) -> Judged:
    """As if it were a strategy's with no rules but the account's; the leverage is the strategies' own."""
    first, equity = portfolio.members[0], portfolio.equity
    mine = [held for held in beside if held.member is None and held.symbol == asked.symbol]
    others = [held for held in beside if held not in mine]
    costs, sides = _costs(portfolio, (asked.symbol,), None, others)
    place = portfolio.closes.symbols.index(asked.symbol)
    book = first.book._replace(
        wallets=[Wallet(equity, equity)],
        positions=[Position(quantity=sum(held.quantity for held in mine), mark=asked.price)],
        orders=[Order()],
        guards=first.book.guards._replace(rows=[Guard(equity)]),
        pool=_pool(portfolio, None, others), beside=costs, sides=sides, moves=portfolio.closes.moves,
        places=np.array([[0], [place]]),
    )  # fmt: skip
    limits = first.rules.account[0]
    most = max(member.strategy.risk.max_leverage for member in portfolio.members)
    rules = first.rules._replace(account=[replace(limits, max_leverage=min(limits.max_leverage, most))])
    return _judged(check_account(rules, book, 0, asked.side, asked.quantity, asked.price, math.nan), book)


def _copied(
    portfolio: UnendingPortfolio[Any], symbol: str, m: int, beside: Sequence[Held]
) -> tuple[Book, int]:  # fmt: skip
    """A strategy's Book with what it will hold besides, told what the others hold; and the symbol's number in it."""
    member = portfolio.members[m]
    symbols, book = member.strategy.symbols, member.book
    others = [held for held in beside if held.member != m]
    costs, sides = _costs(portfolio, symbols, m, others)
    wallet, positions = replace(book.wallets[0]), [replace(one) for one in book.positions]
    for held in (one for one in beside if one.member == m and one.symbol in symbols):
        position = positions[symbols.index(held.symbol)]
        if position.quantity * held.quantity >= 0.0:  # what would close does not make room before it did
            position.quantity += held.quantity
            position.mark = position.mark if position.mark > 0.0 else held.price
            wallet.reserved += held.cost if member.rules.policies[0].perp == 0 else 0.0
    copy = book._replace(
        wallets=[wallet], positions=positions, orders=[replace(one) for one in book.orders],
        guards=book.guards._replace(rows=[replace(book.guards.rows[0])]), pool=_pool(portfolio, m, others),
        beside=costs, sides=sides,
    )  # fmt: skip
    return copy, symbols.index(symbol)


def _pool(portfolio: UnendingPortfolio[Any], m: int | None, beside: Sequence[Held]) -> NDArray[np.float64]:
    """What others than the strategy `m` hold, by the names of `pool`; what has no stop may lose nobody knows what."""
    pool = np.zeros(POOL_SIZE)
    figures = [member.measured() for k, member in enumerate(portfolio.members) if k != m]
    for name in (GROSS, NET, HEAT, OPEN):
        pool[name] = sum(float(one[name]) for one in figures)
    pool[SHARED], pool[EQUITY] = 1.0, portfolio.equity
    pool[GROSS] += sum(held.cost for held in beside)
    pool[NET] += sum(held.quantity * held.price for held in beside)
    pool[OPEN] += len({(held.symbol, held.member) for held in beside})
    pool[HEAT] = math.nan if beside else pool[HEAT]
    most = portfolio.portfolio.risk.max_open
    pool[MOST_OPEN] = NEVER if most is None else most
    portfolio.state.write(pool)
    return pool


def _costs(
    portfolio: UnendingPortfolio[Any], symbols: Sequence[str], m: int | None, beside: Sequence[Held]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cost of what others hold of each symbol, long and short; and of how many the account's symbols' positions are."""
    costs, account = np.zeros((2, len(symbols))), portfolio.closes.symbols
    sides = np.zeros((2, len(account)))
    found = [(held.symbol, int(held.quantity < 0.0), held.cost) for held in beside]
    for other in (one for k, one in enumerate(portfolio.members) if k != m):
        other.measured()
        for s, symbol in enumerate(other.strategy.symbols):
            found += [(symbol, side, float(other.costs[side, s])) for side in (0, 1)]
    for symbol, side, cost in found:
        sides[side, account.index(symbol)] += cost > 0.0
        if symbol in symbols:
            costs[side, symbols.index(symbol)] += cost
    return costs, sides


def _judged(code: int, book: Book) -> Judged:
    guard = book.guards.rows[0]
    return Judged(Decision(code), float(guard.limit), float(guard.actual))
