"""An operator's orders on paper: the Book follows the recorded command, here it is only told what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ...ledger.values import OrderState, OrderType, Role, Scope
from ...trading.live_portfolio import PaperAccount
from ...trading.wants import Wants
from ..control.commands import Cancel, Close, PlaceManual
from ..control.controlled import Ordered, Outcome
from ..control.views import OrderView
from .exact import TYPES, exact, optional, side_of
from .paper_book import order_name

if TYPE_CHECKING:
    from .paper_session import PaperSession


class PaperActs:
    note = "on paper: orders are simulated and fill once the next candle has closed"

    def __init__(self, session: PaperSession) -> None:
        self._session = session

    def orders(self) -> Sequence[OrderView]:
        book = self._session.book
        named = zip(book.names, book.portfolio.members, strict=True)
        return [view for name, member in named for view in _views(name, member.wants())]

    def price(self, symbol: str) -> Decimal | None:
        for member, s in self._places(symbol):
            mark = float(member.book.positions[s].mark)
            if mark > 0.0:
                return exact(mark)
        return None

    def stop(self, strategy: str, symbol: str) -> Decimal | None:
        book = self._session.book
        if strategy not in book.names:
            return None
        levels = book.portfolio.members[book.names.index(strategy)].wants().levels
        return next((optional(one.stop) for one in levels if one.symbol == symbol), None)

    def cancel_entries(self, scope: Scope, name: str, why: str) -> int:
        return 0  # the Book takes them off at the next close

    async def flatten(self, scope: Scope, name: str, why: str) -> Outcome:
        return Outcome(True, "OK", f"{name} is closed at the next open; entries stay paused until it is resumed")

    async def cancel(self, action: Cancel, why: str) -> Outcome:
        waiting = [one for one in self.orders() if one.role is Role.ENTRY]
        if action.order_id and action.order_id in [one.order_id for one in self.orders()]:
            return Outcome(False, "NOT_POSSIBLE", "on paper only entry orders can be canceled")
        if any(action.symbol in ("", one.symbol) for one in waiting) and not action.order_id:
            return Outcome(False, "NOT_RECORDED", "the orders stand: what is not recorded has no effect on paper")
        return Outcome(True, "OK", "no such entry order waits any more")

    async def close(self, action: Close, why: str) -> Outcome:
        rows = self._session.ledger.state.positions(action.symbol)
        if not [row for row in rows if action.strategy in ("", row.strategy)]:
            return Outcome(False, "NO_POSITION", f"nothing is held of {action.symbol}")
        return Outcome(True, "OK", f"{action.symbol} is closed at the next open")

    async def place(self, action: PlaceManual, ordered: Ordered) -> Outcome:
        words = "a session on paper takes no orders by hand: its fills are those of its candles"
        return Outcome(False, "NOT_POSSIBLE", words)

    def _places(self, symbol: str) -> Iterator[tuple[PaperAccount, int]]:
        for member in self._session.book.portfolio.members:
            if symbol in member.strategy.symbols:
                yield member, member.strategy.symbols.index(symbol)


def _views(strategy: str, wants: Wants) -> Iterator[OrderView]:
    """What stands in the Book, as a venue would show it."""

    def view(
        symbol: str, role: Role, side: int, kind: OrderType, quantity: float, price: float | None,
        trigger: float | None, created: int,
    ) -> OrderView:  # fmt: skip
        return OrderView(
            order_name(strategy, symbol, role), strategy, symbol, role, side_of(side), kind,
            exact(quantity), Decimal(0), optional(price), optional(trigger), OrderState.OPEN, created,
        )  # fmt: skip

    for one in wants.entries:
        kind = TYPES[one.kind]
        stop = kind in (OrderType.STOP, OrderType.STOP_LIMIT)
        price = one.limit if stop else one.price
        yield view(
            one.symbol, Role.ENTRY, one.side, kind, one.quantity, price, one.price if stop else None, one.placed
        )  # fmt: skip
    for leaving in wants.exits:
        yield view(
            leaving.symbol, Role.EXIT, -leaving.side, OrderType.MARKET, leaving.quantity, None, None, leaving.decided
        )  # fmt: skip
    for level in wants.levels:
        if optional(level.stop) is not None:
            yield view(
                level.symbol, Role.STOP, -level.side, OrderType.STOP, level.quantity, None, level.stop,
                level.entry_time,
            )  # fmt: skip
        if optional(level.target) is not None:
            yield view(
                level.symbol, Role.TARGET, -level.side, OrderType.LIMIT, level.target_quantity, level.target, None,
                level.entry_time,
            )  # fmt: skip
