"""Recorded sessions decided again: the Book is made entry by entry, as theirs was, and what it decides is compared.

1. the deployment's account, with the capital and instruments that the sessions began from;
2. each entry of the ledger moves the Book; an order that was planned must be one that the Book wanted by then;
3. each close that the Book decides is held against the decisions that were recorded of it, row by row; on paper the
   fills, too;
4. at each close the Book's equity is held against the exact sum of the ledger's fills.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from ...ledger.events import Entry, Event
from ...ledger.events_account import Filled
from ...ledger.events_session import CandlesSeen, DecisionMade, IntentPlanned
from ...ledger.reader import Reader
from ...market.timeframe import Timeframe
from ...trading.live_portfolio import LivePortfolio
from ..live.book import Decided
from ..live.decided import decision_events
from ..live.opening import base_of
from ..money import Money
from .books import book_of
from .comparing import Row, decisions, fills
from .differing import Difference, Kind
from .subject import Subject
from .wanted import Wanting

MOST = 1_000
"""Differences kept; after the first ones all follows from them."""
_EXACTLY = 1e-9
"""Part of the money moved by which sums of floats may miss the exact one."""
Witness = Callable[[Entry, str], None]
"""Shown each entry and the strategy that it is about."""
Tell = Callable[[str, int, int], None]
"""Told what is done, how far, of how many."""


@dataclass(slots=True)
class Replayed:
    """What came of it. Times ms UTC; `equity` in quote units, at the first and the last close."""

    subject: Subject
    closes: int = 0
    candles: int = 0
    late: int = 0
    """Candles that came before the session decided, or too late to."""
    decisions: int = 0
    again: int = 0
    orders: int = 0
    unfollowed: int = 0
    fills: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    """How often each decision was recorded, by its code."""
    first: int | None = None
    last: int | None = None
    equity: tuple[float, float] | None = None
    unlike: int = 0
    differences: list[Difference] = field(default_factory=list)
    """The first of the `unlike` ones."""

    @property
    def equal(self) -> bool:
        return not self.unlike

    def differ(self, found: Iterable[Difference]) -> None:
        for one in found:
            self.unlike += 1
            if len(self.differences) < MOST:
                self.differences.append(one)


class Replay:
    """`take` the ledger's entries from the first session's opening on, then `finish`. Raises LedgerError where the
    ledger does not tell what the sessions began from."""

    def __init__(self, subject: Subject, openings: Iterable[Entry], witness: Witness | None = None) -> None:
        self._subject, self._runs = subject, subject.runs
        self._sessions = [session.name for session in subject.sessions]
        self._strategies = dict(zip(self._sessions, [run.name for run in self._runs], strict=True))
        opened = subject.sessions[0].opened
        self._account, names = opened.account, [run.name for run in self._runs]
        self._witness = witness
        self.base = base = base_of(openings, self._sessions)
        self.book = book_of(opened.mode, subject.deployment, self._account, base)
        self._money = Money(base.capital, subject.deployment.currency, names)
        portfolio = self.book.portfolio
        self._wanting = Wanting(portfolio, names, base.instruments) if isinstance(portfolio, LivePortfolio) else None
        self.result = Replayed(subject)
        self._decided: Decided | None = None
        self._rows: tuple[list[Row], list[Row]] = ([], [])
        """Decisions and fills that were recorded since the last close."""
        self._seq = self._decided_at = 0
        self._marks: dict[tuple[str, str], float] = {}
        """The last prices that the Book's equity was marked at."""
        self._astray = False
        self._fresh: dict[int, set[str]] = {}
        """The strategies of which candles came that closed then."""

    def take(self, entry: Entry) -> None:
        """The next entry of the ledger."""
        event = entry.event
        if getattr(event, "account", self._account) != self._account:
            return
        whose = self._whose(event)
        if self._witness is not None:
            self._witness(entry, whose)
        if isinstance(event, CandlesSeen):
            self._count(event)
        elif self._wanting is not None:
            self.book.flush()
            self._wanting.note()
        self.book.apply(entry)
        self._closed()
        self._seq = entry.seq
        self._money.take(event, whose)
        match event:
            case IntentPlanned() if self._wanting is not None:
                found = self._wanting.compare(entry.seq, event)
                self.result.differ([found] if found else [])
            case DecisionMade() if event.session_id in self._strategies:
                self._rows[0].append((entry.seq, event))
                self.result.codes[event.code] += 1
            case Filled() if whose in self._strategies.values():
                self._rows[1].append((entry.seq, event))
                self.result.fills += 1
            case _:
                pass

    def finish(self) -> Replayed:
        """What came of it, once there are no more entries."""
        self.book.flush()
        self._closed()
        self._compare()
        result = self.result
        if self._wanting is not None:
            result.orders, result.unfollowed = self._wanting.compared, self._wanting.unfollowed
        return result

    def _whose(self, event: Event) -> str:
        """The strategy that an event of the account is about, so far as is known."""
        known = self.book.orders.of(getattr(event, "order_id", None))
        return known.strategy if known is not None else str(getattr(event, "strategy", ""))

    def _count(self, event: CandlesSeen) -> None:
        if event.session_id in self._strategies:
            if not event.late:
                close = event.candles[-1].time + Timeframe.parse(event.timeframe).ms
                self._fresh.setdefault(close, set()).add(self._strategies[event.session_id])
            self.result.candles += len(event.candles)
            self.result.late += len(event.candles) if event.late else 0

    def _closed(self) -> None:
        """Whatever the Book decided by now: the close before it has all its rows."""
        while self.book.decided:
            self._compare()
            self._decided = self.book.decided.popleft()
            self._decided_at = self._seq
            time, equity = self._decided.time, float(self.book.portfolio.equity)
            result = self.result
            result.closes += 1
            result.first = time if result.first is None else result.first
            result.equity = (equity if result.equity is None else result.equity[0], equity)
            result.last = time
            for run, member in zip(self._runs, self.book.portfolio.members, strict=True):
                for position, symbol in zip(member.book.positions, run.strategy.symbols, strict=True):
                    self._marks[run.name, symbol] = float(position.mark)
            if self._wanting is not None:
                self._reckon(time, equity)

    def _compare(self) -> None:
        """The rows of the last close, against what the Book made of it."""
        decided, (made, filled) = self._decided, self._rows
        self._decided, self._rows = None, ([], [])
        again: list[Row] = []
        if decided is not None:
            events = decision_events(decided, self._runs, self._sessions)
            again = [(self._decided_at, event) for event in events]
        self.result.decisions += len(made)
        self.result.again += len(again)
        self.result.differ(decisions(made, again, self._strategies))
        if self._wanting is None:
            booked = [] if decided is None else [e for e in decided.events if isinstance(e, Filled)]
            self.result.differ(fills(filled, [(self._decided_at, one) for one in booked]))
            if decided is not None and self.result.equity is not None:
                self._reckon(decided.time, self.result.equity[1])

    def _reckon(self, time: int, equity: float) -> None:
        """Hold the Book's equity against the exact sum of the ledger's fills at the same prices.

        Only where every strategy closed: a slower one's part is worth what it was at its own last close.
        """
        if len(self._fresh.pop(time, ())) < len(self._runs):
            return
        exact = self._money.cash
        for key, held in self._money.held.items():
            exact += held * Decimal(repr(self._marks[key])) if held and key in self._marks else 0
        room = _EXACTLY * max(self._money.moved, abs(equity))
        if abs(float(exact) - equity) > room and not self._money.inexact and not self._astray:
            self._astray = True
            told = f"{equity:.10g}"
            self.result.differ([Difference(Kind.EQUITY, "", "", time, self._seq, f"{float(exact):.10g}", told)])


def replay(reader: Reader, subject: Subject, tell: Tell) -> Replayed:
    """Decide the sessions again, from the first one's opening to their end or the ledger's. Raises LedgerError."""
    return play(reader, subject, tell).finish()


def play(reader: Reader, subject: Subject, tell: Tell, witness: Witness | None = None) -> Replay:
    """The replay before its `finish`; `witness` sees each entry of the account, too."""
    first = min(session.seq for session in subject.sessions)
    ends = [session.closed for session in subject.sessions]
    last = reader.head().seq if None in ends else max(end for end in ends if end is not None)
    made = Replay(subject, reader.entries(first - 1, kinds={"session_opened"}), witness)
    for entry in reader.entries(first - 1):
        if entry.seq > last:
            break
        made.take(entry)
        if entry.seq % 256 == 0:
            tell("replaying", entry.seq - first, last - first + 1)
    return made
