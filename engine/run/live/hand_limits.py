"""Limits of size for what is traded by hand: the decision core's gate, asked with what stands beside the Book.

An order by hand passes the rows of the strategy it names and the account's; an entry that a strategy decided is asked
for the account's rows again while anything was traded by hand, because the Book that decided it holds none of that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from ...ledger.values import Role, Side
from ...orders.state import State
from ...orders.wanted import Denial, Wanted
from ...trading.by_hand import Asked, Held, Judged, judge, judge_again
from ...trading.codes import Decision

if TYPE_CHECKING:
    from .live_book import LiveBook

NOT_READY = "NOT_READY: the Book is not there yet; try again"
NO_CLOSE = "NOT_READY: no candle has closed since the session began, so what was lost is not known; try after the close"
_OF_LOSSES = frozenset({Decision.DAILY_LOSS, Decision.DRAWDOWN})


class HandLimits:
    """`book` gives the Book, None while it is not that of the ledger; `price` the newest of a symbol that is known."""

    def __init__(self, book: Callable[[], LiveBook | None], price: Callable[[str], Decimal | None]) -> None:
        self._book, self._price = book, price

    def __call__(self, wanted: Wanted, state: State) -> Denial | None:
        """Why an order that adds would break a limit; None where it would not."""
        by_hand = wanted.candle is None
        held = state.position(wanted.symbol, wanted.strategy)
        sign = 1 if wanted.side is Side.BUY else -1
        if by_hand and held * sign < 0 and wanted.quantity <= abs(held):
            return None  # it closes: no limit of size stands against that
        book = self._book()
        if book is None:
            return Denial(NOT_READY) if by_hand else None
        beside = tuple(self._beside(book, state, wanted))
        m = book.names.index(wanted.strategy) if wanted.strategy in book.names else None
        waits = [float(one) for one in (wanted.price, wanted.trigger) if one is not None]
        market = math.nan if wanted.reference is None else float(wanted.reference)
        asked = Asked(wanted.symbol, sign, float(wanted.quantity), max(waits, default=market))
        if by_hand:
            return _denial(judge(book.portfolio, asked, m, beside))
        return _denial(judge_again(book.portfolio, asked, m, beside)) if beside and m is not None else None

    def _beside(self, book: LiveBook, state: State, wanted: Wanted) -> Iterator[Held]:
        """What the Book knows nothing of: positions of none of its strategies, orders by hand that may still fill."""
        for row in state.positions():
            if row.strategy and row.strategy not in book.names:
                worth = self._worth(book, row.symbol, wanted) or abs(float(row.cost / row.quantity))
                yield Held(row.symbol, float(row.quantity), worth)
        for order in state.live():
            if not order.ours or order.role is not Role.ADJUST or order.reduce_only:
                continue
            left = float(order.quantity - order.filled) * (1 if order.side is Side.BUY else -1)
            at = order.price or order.trigger
            worth = float(at) if at is not None else self._worth(book, order.symbol, wanted) or math.nan
            if left:
                m = book.names.index(order.strategy) if order.strategy in book.names else None
                yield Held(order.symbol, left, worth, m)

    def _worth(self, book: LiveBook, symbol: str, wanted: Wanted) -> float | None:
        if symbol == wanted.symbol and wanted.reference is not None:
            return float(wanted.reference)
        if (price := self._price(symbol)) is not None:
            return float(price)
        marks = [
            float(member.book.positions[member.strategy.symbols.index(symbol)].mark)
            for member in book.portfolio.members if symbol in member.strategy.symbols
        ]  # fmt: skip
        return next((mark for mark in marks if mark > 0.0), None)


def _denial(judged: Judged) -> Denial | None:
    if judged.code is Decision.APPROVED:
        return None
    if judged.code in _OF_LOSSES and math.isnan(judged.actual):
        return Denial(NO_CLOSE)
    told = {"actual": judged.actual, "limit": judged.limit}
    return Denial(
        judged.code.name, tuple((n, Decimal(f"{v:.12g}")) for n, v in told.items() if math.isfinite(v))
    )  # fmt: skip
