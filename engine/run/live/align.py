"""Brings what is at the venue into line with what the Book wants: entries, exits, levels.

After every close and every entry of the ledger the strategies that it touched are looked at again. What is missing is
placed, what is no longer wanted is canceled; each symbol's entry and exit is a task of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from ...ledger.rows import IntentRow, OrderRow
from ...ledger.values import Command, Role
from ...orders.desk import Desk
from ...orders.wanted import Wanted
from ...trading.live import LiveAccount
from ...trading.rules import LIMIT, STOP, STOP_LIMIT
from ...trading.trades import ExitReason
from ...trading.wants import EntryWanted, ExitWanted, LevelsWanted
from .exact import TYPES, exact, optional, side_of
from .live_book import LiveBook
from .work import Work

_AGAIN = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before the next attempt at an exit, by how many there were."""


class Alignment:
    """`book` gives the Book as it is now, `sessions` the strategies' sessions; `leverage` is their contracts'."""

    def __init__(
        self, desk: Desk, book: Callable[[], LiveBook], sessions: Sequence[str], work: Work, leverage: Decimal
    ) -> None:
        self._desk, self._made, self._sessions, self._work = desk, book, sessions, work
        self._leverage = leverage

    @property
    def _book(self) -> LiveBook:
        return self._made()

    def look(self, m: int) -> None:
        """Begin whatever strategy `m` needs at the venue now."""
        member, name = self._book.portfolio.members[m], self._book.names[m]
        wants = member.wants()
        orders = [row for row in self._desk.state.live(None, name) if row.ours]
        leaving = {one.symbol for one in wants.exits}
        for entry in wants.entries:
            if entry.symbol not in leaving and not self._against(name, entry):
                self._entry(m, member, name, entry, orders)
        for row in orders:
            if row.role is Role.ENTRY and not any(self._is(row, member, entry) for entry in wants.entries):
                self._cancel(row, "it is no longer wanted")
        for one in wants.exits:
            self._exit(m, member, name, one, orders)
        for level in wants.levels:
            self._level(m, name, level)
        for symbol in member.strategy.symbols:
            if not member.quantity_of(symbol):
                self._work.forget(name, symbol)

    def _against(self, name: str, entry: EntryWanted) -> bool:
        """Whether the other side is still held: a reversal enters when the exit's last fill is known."""
        return float(self._desk.state.position(entry.symbol, name)) * entry.side < 0.0

    def _is(self, row: OrderRow, member: LiveAccount, entry: EntryWanted) -> bool:
        """Whether the order at the venue is the one that is wanted."""
        return (
            row.symbol == entry.symbol
            and row.side is side_of(entry.side)
            and self._candle_of(row) == entry.placed - member.strategy.timeframe.ms
            and row.type is TYPES[entry.kind]
        )

    def _candle_of(self, row: OrderRow) -> int | None:
        intent = self._desk.state.get(IntentRow, row.intent_id)
        return None if intent is None else intent.candle

    def _entry(self, m: int, member: LiveAccount, name: str, entry: EntryWanted, orders: list[OrderRow]) -> None:
        there = [row for row in orders if row.role is Role.ENTRY and row.symbol == entry.symbol]
        if there or self._work.busy(name, entry.symbol, Role.ENTRY):
            return  # it stands there, or ends first: `look` cancels what is another
        candle, leg = entry.placed - member.strategy.timeframe.ms, self._leg(member, entry)
        attempt = self._book.orders.next_attempt(name, entry.symbol, Role.ENTRY, candle, leg)
        wanted = Wanted(
            strategy=name, symbol=entry.symbol, role=Role.ENTRY, side=side_of(entry.side),
            quantity=exact(entry.quantity), type=TYPES[entry.kind],
            price=optional(entry.price if entry.kind == LIMIT else entry.limit),
            trigger=optional(entry.price) if entry.kind in (STOP, STOP_LIMIT) else None, post_only=entry.post_only,
            reason="entry", session_id=self._sessions[m], candle=candle, leg=leg, attempt=attempt,
            decision_id=self._decision(m, entry.symbol, candle),
            reference=exact(self._mark(member, entry.symbol)), leverage=self._leverage,
        )  # fmt: skip
        self._work.begin(name, entry.symbol, Role.ENTRY, m, lambda: self._desk.place(wanted))

    def _decision(self, m: int, symbol: str, candle: int) -> str | None:
        return self._book.orders.decision(self._sessions[m], symbol, candle)

    def _leg(self, member: LiveAccount, entry: EntryWanted) -> int:
        """0 for an entry, its number for an addition."""
        position = member.book.positions[member.strategy.symbols.index(entry.symbol)]
        return int(position.additions) if entry.addition else 0

    def _exit(self, m: int, member: LiveAccount, name: str, one: ExitWanted, orders: list[OrderRow]) -> None:
        if self._work.busy(name, one.symbol, Role.EXIT):
            return
        if any(row.role in (Role.EXIT, Role.EMERGENCY) and row.symbol == one.symbol for row in orders):
            return
        quantity = abs(self._desk.state.position(one.symbol, name))
        if not quantity:
            return
        candle = one.decided - member.strategy.timeframe.ms
        attempt = self._book.orders.next_attempt(name, one.symbol, Role.EXIT, candle, 0)
        opposite = one.reason is ExitReason.OPPOSITE  # no other exit follows from the decision on a signal
        decision = self._decision(m, one.symbol, candle) if opposite else None
        wanted = Wanted(
            strategy=name, symbol=one.symbol, role=Role.EXIT, side=side_of(-one.side), quantity=quantity,
            reduce_only=True, reason=one.reason.name.lower(), session_id=self._sessions[m], candle=candle,
            attempt=attempt, decision_id=decision, reference=exact(self._mark(member, one.symbol)),
            leverage=self._leverage,
        )  # fmt: skip
        wait = _AGAIN[min(attempt, len(_AGAIN) - 1)]
        self._work.begin(name, one.symbol, Role.EXIT, m, lambda: self._desk.place(wanted), wait)

    def _level(self, m: int, name: str, level: LevelsWanted) -> None:
        stop, target = optional(level.stop), optional(level.target)
        keep = _kept(level)
        if stop is not None or target is not None:
            self._work.tell(
                name, level.symbol, m, (level.entry_time, stop, target, keep),
                lambda: self._desk.protect(name, level.symbol, stop, target, keep),
            )  # fmt: skip

    def _cancel(self, row: OrderRow, reason: str) -> None:
        if row.command is Command.NONE:
            m = self._book.names.index(row.strategy)
            self._work.begin(row.strategy, row.symbol, Role.ADJUST, m, lambda: self._desk.cancel(row.order_id, reason))

    def _mark(self, member: LiveAccount, symbol: str) -> float:
        return float(member.book.positions[member.strategy.symbols.index(symbol)].mark)


def _kept(level: LevelsWanted) -> Decimal:
    """Base units that stay when the target was taken; 0 where it takes all. Without the last digits of the Book's
    sums, which would cost a step."""
    left = level.quantity - level.target_quantity
    return Decimal(f"{left:.12g}") if left > level.quantity * 1e-9 else Decimal(0)
