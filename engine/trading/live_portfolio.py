"""The strategies of one account that goes on for ever: live, where the venue fills, and on paper, where we do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from ..language.portfolio import Portfolio
from ..language.strategy import Strategy
from ..market.instrument import Instrument
from ..market.timeline import Chunk
from .account import Account
from .candle import cancel_order
from .codes import Decision
from .live import LiveAccount
from .portfolio import PortfolioSimulation
from .records import Decisions, Fills, Records
from .unending import UnendingAccount
from .venue import Venue
from .wants import Wants, wants_of

A = TypeVar("A", bound=UnendingAccount)


class UnendingPortfolio(PortfolioSimulation, Generic[A]):
    """One account; a single strategy is a portfolio of one. Interpreted, a close at a time."""

    members: list[A]  # type: ignore[assignment]  # every member was made by `_member`

    def __init__(self, portfolio: Portfolio, instruments: Mapping[str, Instrument], account: Account) -> None:
        super().__init__(portfolio, instruments, account, 1, False)

    def close(self, chunks: Sequence[Chunk]) -> list[Decisions]:
        """Candles of one close time, a chunk for each strategy; returns the decisions of each."""
        for member, chunk in zip(self.members, chunks, strict=True):
            member.load(chunk)
        self.closes.load(chunks)
        self._meetings()
        for time in sorted({int(time) for member in self.members for time in member.closes}):
            self._meet(time)
        self.closes.note_until()
        return [member.settle() for member in self.members]

    def catch_up(self, chunks: Sequence[Chunk]) -> None:
        """Candles from before the first close, or too late for theirs: nothing is decided."""
        for member, chunk in zip(self.members, chunks, strict=True):
            if self._seen < 0:
                member.warm(chunk)
            else:
                member.catch_up(chunk)
        self.closes.load(chunks)
        self.closes.note_until()

    @property
    def seen(self) -> int:
        """The last close, ms UTC; -1 before the first."""
        return self._seen

    def resume(self, idle: float, seen: int, account: Mapping[str, Any]) -> None:
        """Continue with what was saved of the account as a whole."""
        self.idle, self._seen = idle, seen
        self.state.restore(account)
        self._worth[:] = [member.equity for member in self.members]

    def pay(self, amount: float) -> None:
        """Money came into the account beside its strategies (above zero), or left it."""
        self.idle += amount
        self.state.transferred(amount)


class LivePortfolio(UnendingPortfolio[LiveAccount]):
    """What a venue did is told to its members."""

    def _member(
        self,
        strategy: Strategy,
        instruments: Mapping[str, Instrument],
        account: Account,
        capacity: int,
        machine_code: bool,
        venue: Venue | None,
    ) -> LiveAccount:
        return LiveAccount(strategy, instruments, account, portfolio=self.portfolio)


class PaperAccount(UnendingAccount):
    """Its orders are filled as in a back-test, once the next candle has closed."""

    filled: Fills
    """At the last close."""

    def settle(self) -> Decisions:
        self.unload()
        made, self.filled = self.records.last_decisions(), self.records.last_fills()
        self.records = Records(self.strategy.symbols)
        return made

    def wants(self) -> Wants:
        """What stands in the Book now."""
        return wants_of(self.book, self._rules, self.strategy.symbols)

    def cancel_entry(self, symbol: str, time: int) -> None:
        """Somebody takes the symbol's entry order off; nothing where there is none."""
        s = self._places[symbol]
        if self.book.orders[s].side != 0:
            cancel_order(self._rules, self.book, self._tape, s, int(Decision.ORDER_CANCELED), time)


class PaperPortfolio(UnendingPortfolio[PaperAccount]):
    """Simulated fills on candles as they close."""

    def _member(
        self,
        strategy: Strategy,
        instruments: Mapping[str, Instrument],
        account: Account,
        capacity: int,
        machine_code: bool,
        venue: Venue | None,
    ) -> PaperAccount:
        return PaperAccount(strategy, instruments, account, portfolio=self.portfolio)
