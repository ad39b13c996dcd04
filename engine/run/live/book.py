"""The account as the ledger tells it: each entry, in order, moves candles and what happened into the Book.

A running session, a start after a crash and a replay are this one class: what was decided follows from the entries.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from ...ledger.events import Entry, Event
from ...ledger.events_control import StateChanged
from ...ledger.events_session import Candle, CandlesSeen, SessionOpened
from ...ledger.values import Scope, TradingState
from ...market.candles import Candles
from ...market.timeline import Chunk
from ...trading.live_portfolio import UnendingPortfolio
from ...trading.records import Decisions
from ...trading.saved import restore, saved
from ...trading.unending import UnendingAccount
from .known import KnownOrders
from .losses import Losses

A = TypeVar("A", bound=UnendingAccount)
LIMITS = "the limits"
"""Who changes a state that the Book itself came to: it is recorded for people, the Book needs no telling."""
BY_ITSELF = frozenset({"CLOCK_SKEW", "REMOVED"})
"""Codes of states that end by themselves: losses do not begin anew with that."""
FAILED = "FAILED"
"""Code of a strategy whose evaluation raised: its candles are left out until it is resumed."""
Group = tuple[int, bool]
"""A close time (ms UTC), and whether its candles came late."""


def releases(event: StateChanged) -> bool:
    """Whether an operator lets something trade again, with losses counted from then on."""
    return event.state is TradingState.ACTIVE and event.who != LIMITS and event.code not in BY_ITSELF


@dataclass(frozen=True, slots=True)
class Decided:
    """What the strategies, by their numbers, made of the close `time` (ms UTC); and, on paper, what it filled."""

    time: int
    decisions: tuple[Decisions, ...]
    events: tuple[Event, ...] = ()


class EvaluationError(Exception):
    """The evaluation of one strategy, by its number, raised; the Book is to be made again."""

    def __init__(self, member: int, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.member = member


class SessionBook(Generic[A]):
    """`names` are the strategies' names in the ledger, in the portfolio's order."""

    def __init__(self, portfolio: UnendingPortfolio[A], names: Sequence[str], account: str, quote: str) -> None:
        self.portfolio, self.names = portfolio, tuple(names)
        self.decided: deque[Decided] = deque()
        """Closes that were decided and not yet taken by whoever records them."""
        self.orders = KnownOrders()
        """What is known of the orders that were sent."""
        self._account, self._quote = account, quote
        self._sessions: dict[str, int] = {}
        self._first = [0] * len(self.names)
        self._last: dict[tuple[int, str], int] = {}
        self._failed: set[str] = set()
        self._group: Group | None = None
        self._pending: dict[tuple[int, str], list[Candle]] = {}

    def apply(self, entry: Entry) -> None:
        """The next entry of the ledger; those of other accounts move nothing."""
        event = entry.event
        if getattr(event, "account", self._account) != self._account:
            return
        if isinstance(event, CandlesSeen):
            if event.session_id in self._sessions:
                self._collect(event)
            return
        self.flush()
        self.orders.take(event)
        if isinstance(event, StateChanged):
            self._changed(event)
        if isinstance(event, SessionOpened) and event.strategy in self.names:
            m = self._sessions[event.session_id] = self.names.index(event.strategy)
            self._first[m] = event.first_candle
            self._go_on(m, event)
        self.follow(entry)

    def _go_on(self, m: int, event: SessionOpened) -> None:
        """Losses from before the session count on."""
        before = Losses.of(event)
        if before is not None:
            self.portfolio.members[m].go_on(before.strategies[event.strategy])
            self.portfolio.state.go_on(before.account)

    def _changed(self, event: StateChanged) -> None:
        """A strategy that failed is left out; an operator lets it trade again, or what a limit of losses stopped."""
        mine = event.scope is Scope.STRATEGY and event.name in self.names
        if event.code == FAILED and mine and event.state is not TradingState.ACTIVE:
            self._failed.add(event.name)
        if not releases(event):
            return
        if mine:
            self._failed.discard(event.name)
            self._member(event.name).release()
        if event.scope is Scope.ACCOUNT and event.name == self._account:
            self.portfolio.state.release()

    def follow(self, entry: Entry) -> None:
        """What anything but a candle means for the Book."""

    def flush(self) -> None:
        """The candles of one close are complete: let them be decided, or only seen where they are late."""
        if self._group is None:
            return
        (close, late), self._group = self._group, None
        chunks = [self._chunk(m, member) for m, member in enumerate(self.portfolio.members)]
        self._pending = {}
        try:
            if late:
                self.portfolio.catch_up(chunks)
            else:
                self.decided.append(self._close(close, chunks))
        except Exception as error:  # whatever a strategy fails with stops it alone; what is nobody's is raised
            if (m := self._culprit(error)) is None:
                raise
            raise EvaluationError(m, error) from error

    def _culprit(self, error: Exception) -> int | None:
        """The strategy in whose own work an error came up; None where it was nobody's."""
        trace, found = error.__traceback__, None
        while trace is not None:
            who = trace.tb_frame.f_locals.get("self")
            found = next((m for m, one in enumerate(self.portfolio.members) if one is who), found)
            trace = trace.tb_next
        return found

    def _close(self, close: int, chunks: Sequence[Chunk]) -> Decided:
        return Decided(close, tuple(self.portfolio.close(chunks)))

    def last(self, m: int, symbol: str) -> int:
        """Open time (ms UTC) of the newest candle that strategy `m` has seen of a symbol; before all of them where it
        has seen none."""
        return self._last.get((m, symbol), self._first[m] - 1)

    def saved(self) -> dict[str, Any]:
        """All of it as JSON values, between two entries."""
        self.flush()
        last = [[m, symbol, time] for (m, symbol), time in self._last.items()]
        return {
            "portfolio": saved(self.portfolio),
            "orders": self.orders.saved(),
            "sessions": dict(self._sessions),
            "first": list(self._first),
            "last": last,
            "failed": sorted(self._failed),
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Raises ValueError where it is of other strategies, another release, or damaged."""
        try:
            restore(self.portfolio, kept["portfolio"])
            self.orders.restore(kept["orders"])
            self._sessions = {str(one): int(m) for one, m in kept["sessions"].items()}
            self._first = [int(one) for one in kept["first"]]
            self._failed = {str(one) for one in kept["failed"]}
            self._last = {(int(m), str(symbol)): int(time) for m, symbol, time in kept["last"]}
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"the state is damaged or of another release: {error!r}") from error

    def _member(self, strategy: str) -> A:
        return self.portfolio.members[self.names.index(strategy)]

    def _collect(self, event: CandlesSeen) -> None:
        m = self._sessions[event.session_id]
        close = event.candles[-1].time + self.portfolio.members[m].strategy.timeframe.ms
        group = (0 if event.late else close, event.late)
        if self._group is not None and self._group != group:
            self.flush()
        self._group = group
        self._pending.setdefault((m, event.symbol), []).extend(event.candles)
        self._last[m, event.symbol] = event.candles[-1].time

    def _chunk(self, m: int, member: A) -> Chunk:
        strategy = member.strategy

        def rows(symbol: str) -> Candles:
            found = [] if self.names[m] in self._failed else self._pending.get((m, symbol), [])
            time = np.array([one.time for one in found], np.int64)
            columns = [
                np.array([float(getattr(one, name)) for one in found], np.float64)
                for name in ("open", "high", "low", "close", "volume")
            ]
            return Candles(symbol, strategy.timeframe, time, *columns)

        return Chunk(
            tuple(rows(symbol) for symbol in strategy.symbols),
            {name: rows(symbol) for name, symbol in strategy.feeds.items()},
        )
