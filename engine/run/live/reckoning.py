"""What an account lost before its new sessions, from the ledger: its highest equity and the day's opening.

Reckoned from the candles, fills and payments of the sessions before, without any strategy: those may be gone, or be
others by now. It goes back to the last opening that tells of what was before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from ...language.deployment import Deployment, Run
from ...language.portfolio import Member, Portfolio
from ...language.strategy import Drawdown, LossLimit, OnLoss, Risk
from ...ledger.events import Entry
from ...ledger.events_account import Filled, PositionAdjusted, Transferred
from ...ledger.events_control import StateChanged
from ...ledger.events_session import CandlesSeen, SessionClosed, SessionOpened
from ...ledger.reader import Reader
from ...ledger.rows import SessionRow
from ...ledger.values import Mode, Scope
from ...market.timeframe import Timeframe
from ...trading.account_state import AccountState
from ...trading.standing import Stood
from ..money import Money
from .book import releases
from .known import KnownOrders
from .losses import TOLD, Losses
from .opening import SHARE, as_portfolio

_KINDS = frozenset(
    {"session_opened", "session_closed", "candles_seen", "intent_planned", "order_submitted", "order_adopted", "filled",
     "funding_paid", "position_adjusted", "transferred", "state_changed"}
)  # fmt: skip
_NOTING = Risk(daily_loss=LossLimit(1.0, OnLoss.REDUCE), drawdown=Drawdown(1.0, OnLoss.REDUCE))
"""Limits for which day and highest equity are noted; nothing ever comes of these."""


def limited(deployment: Deployment) -> bool:
    """Whether anything limits what may be lost."""
    risks = [as_portfolio(deployment).risk, *(run.strategy.risk for run in deployment.runs())]
    return any(risk.daily_loss is not None or risk.drawdown is not None for risk in risks)


def losses_before(reader: Reader, deployment: Deployment, mode: Mode, account: str) -> Losses:
    """How the sessions before left it, those of all strategies of the account. Raises LedgerError."""
    rows = [row for row in reader.sessions() if (row.mode, row.account) == (mode, account) and row.strategy_hash]
    if not rows:
        return Losses()
    found = _Reckoning(deployment, mode, account)
    for entry in reader.entries(_first(reader, rows) - 1, kinds=_KINDS):
        found.take(entry)
    return found.losses()


def _first(reader: Reader, rows: Sequence[SessionRow]) -> int:
    """The opening to reckon from: the last of a first session beside which none was open and that tells of those
    before it, else the first of all."""
    begun, over = [], 0
    for row in sorted(rows, key=lambda row: row.opened_seq):
        if row.opened_seq > over:
            begun.append(row.opened_seq)
        over = max(over, row.closed_seq or 1 << 62)
    openings = [(e.seq, e.event) for e in reader.entries(begun[0] - 1, kinds={"session_opened"})]
    told = [seq for seq, event in openings if isinstance(event, SessionOpened) and TOLD in dict(event.settings)]
    return max((seq for seq in begun if seq in told), default=begun[0])


class _Reckoning:
    """Entries in, in their order; equity is looked at where the Book did: at each close that was decided."""

    def __init__(self, deployment: Deployment, mode: Mode, account: str) -> None:
        self._deployment, self._name, self._paper = deployment, account, mode is Mode.PAPER
        self._mode = mode
        self._orders = KnownOrders()
        self._open: dict[str, str] = {}
        """Strategies by their open sessions."""
        self._made: dict[str, Money] = {}
        """What each strategy made since the account began, by its name."""
        self._marks: dict[tuple[str, str], Decimal] = {}
        self._close: int | None = None
        """A close that was seen and not yet looked at."""
        self._last: int | None = None
        self._whole = _Part(as_portfolio(deployment))
        self._parts = {run.name: _Part(_alone(run), run.share) for run in deployment.runs()}

    def take(self, entry: Entry) -> None:
        event = entry.event
        if getattr(event, "account", self._name) != self._name:
            return
        if isinstance(event, CandlesSeen):
            self._see(event)
            return
        if isinstance(event, StateChanged) and not releases(event):
            return
        if not self._paper or isinstance(event, StateChanged | SessionOpened | SessionClosed):
            self._look()  # on paper a close has its fills behind it
        self._orders.take(event)
        match event:
            case SessionOpened(mode=self._mode) as it if it.strategy_hash:
                self._begin(it)
            case SessionClosed():
                self._open.pop(event.session_id, None)
            case StateChanged():
                self._release(event)
            case Transferred(currency=self._deployment.currency):
                self._whole.transferred(float(event.amount))
            case _:
                known = self._orders.of(getattr(event, "order_id", None))
                strategy = known.strategy if known is not None else str(getattr(event, "strategy", ""))
                if strategy in self._made:
                    self._made[strategy].take(event, strategy)
                    if isinstance(event, Filled | PositionAdjusted):  # perhaps before any candle of the symbol
                        self._marks.setdefault((strategy, event.symbol), event.price)

    def losses(self) -> Losses:
        """As of the last entry."""
        self._settle()
        return Losses(self._whole.stood, {name: part.stood for name, part in self._parts.items()})

    def _begin(self, event: SessionOpened) -> None:
        settings, before = dict(event.settings), Losses.of(event)
        capital = float(settings["capital"])
        if not self._open:
            self._settle()
            self._made, self._marks = {}, {}
            self._whole.begin(capital, before.account if before else None)
        if event.strategy in self._parts:
            part = self._parts[event.strategy]
            own = capital * float(settings.get(SHARE, part.share))
            part.begin(own, before.strategies[event.strategy] if before else None)
        self._open[event.session_id] = event.strategy
        self._made.setdefault(event.strategy, Money(0.0, self._deployment.currency, (event.strategy,)))

    def _release(self, event: StateChanged) -> None:
        if event.scope is Scope.ACCOUNT and event.name == self._name:
            self._whole.release()
        if event.scope is Scope.STRATEGY and event.name in self._parts:
            self._parts[event.name].release()

    def _see(self, event: CandlesSeen) -> None:
        strategy = self._open.get(event.session_id)
        if strategy is None:
            return
        last = event.candles[-1]
        close = last.time + Timeframe.parse(event.timeframe).ms
        if close != self._close:
            self._look()
        self._marks[strategy, event.symbol] = last.close
        self._close = self._close if event.late else close

    def _look(self) -> None:
        if self._close is not None:
            self._note(self._close)
            self._last, self._close = self._close, None

    def _settle(self) -> None:
        """With what was filled since the last close: an end that leaves nothing has its costs."""
        self._look()
        if self._last is not None:
            self._note(self._last)

    def _note(self, time: int) -> None:
        made = {name: float(sum(self._worth(name, money), money.cash)) for name, money in self._made.items()}
        self._whole.note(time, sum(made.values()))
        for name in made.keys() & self._parts.keys():
            self._parts[name].note(time, made[name])

    def _worth(self, name: str, money: Money) -> Iterator[Decimal]:
        """What each position stands at."""
        return (held * self._marks[name, symbol] for (_, symbol), held in money.held.items() if held)


class _Part:
    """An account, or a strategy's part of one: equity close by close, over all of its beginnings."""

    def __init__(self, portfolio: Portfolio, share: float = 1.0) -> None:
        self.share = share
        self._portfolio, self._capital = replace(portfolio, risk=_NOTING), 1.0
        self._state = AccountState(self._portfolio, self._capital)

    def begin(self, capital: float, before: Stood | None) -> None:
        """With new capital; `before` is what its opening tells."""
        before = before or self.stood
        self._capital, self._state = capital, AccountState(self._portfolio, capital)
        self._state.go_on(before)

    def note(self, time: int, made: float) -> None:
        """A close; what was made since the beginning."""
        self._state.note(time, self._capital + made)

    def transferred(self, amount: float) -> None:
        self._capital += amount
        self._state.transferred(amount)

    def release(self) -> None:
        self._state.release()

    @property
    def stood(self) -> Stood:
        return self._state.stood


def _alone(run: Run) -> Portfolio:
    return Portfolio("", run.name, (Member(run.name, 1.0, run.strategy),), timezone=run.strategy.timezone)
