"""States that nobody commands: what the limits came to, orders rejected in a row, stale data, a liquidation.

Each is a StateChanged, so that it outlives a restart and shows in `status`; one that an operator set is never loosened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ...language.deployment import Deployment
from ...language.strategy import LossLimit, OnLoss
from ...ledger.events import Entry, Event
from ...ledger.events_account import Filled
from ...ledger.events_control import StateChanged
from ...ledger.events_orders import OrderAccepted, OrderRejected
from ...ledger.events_session import CandlesSeen
from ...ledger.rows import StateRow
from ...ledger.values import Scope, Side, TradingState
from ...trading.codes import Decision, State
from ...trading.standing import Standing
from .book import FAILED, LIMITS
from .history import symbols_of

if TYPE_CHECKING:
    from .session import Session

WHO = "stratrun"
STALE, REJECTS, LIQUIDATED, REMOVED = "DATA_STALE", "REJECTS", "LIQUIDATION", "REMOVED"
_STATES = {State.ACTIVE: TradingState.ACTIVE, State.REDUCING: TradingState.REDUCING, State.HALTED: TradingState.HALTED}
_ORDER = (TradingState.ACTIVE, TradingState.REDUCING, TradingState.HALTED)
_NEAR = 0.03
"""How far from the price of liquidation a fill of nobody's order still counts as one, as a part of it."""


def stands_from_before(row: StateRow, begun: int, now: int) -> bool:
    """Whether a limit of losses was reached before the present sessions began: their Book knows nothing of it, and a
    restart, an end in order or changed files must not let go what only time or an operator does. Times ms UTC."""
    return row.who == LIMITS and row.since < begun and (row.until is None or now < row.until)


def next_day(now: int, zone: str) -> int:
    """When the day of `now` ends in a timezone, ms UTC."""
    here = datetime.fromtimestamp(now / 1_000, ZoneInfo(zone))
    midnight = datetime.combine(here.date() + timedelta(days=1), time(), ZoneInfo(zone))
    return int(midnight.timestamp() * 1_000)


def failed(strategy: str, words: str) -> StateChanged:
    """A strategy whose evaluation raised: it alone is halted, and not evaluated until an operator resumes it."""
    return StateChanged(Scope.STRATEGY, strategy, TradingState.HALTED, FAILED, WHO, words[:1_000])


def _removal(strategy: str) -> StateChanged:
    why = "it left the deployment: what it holds is watched until nothing is held or ordered"
    return StateChanged(Scope.STRATEGY, strategy, TradingState.REDUCING, REMOVED, WHO, why)


class Automatic:
    """Looks at one session; what it finds is recorded by the session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rejected = 0

    def fresh(self, events: Sequence[Event]) -> list[Event]:
        """Symbols that were held back for stale data and have candles again: recorded before what they decide."""
        seen = {event.symbol for event in events if isinstance(event, CandlesSeen) and not event.late}
        return [
            StateChanged(Scope.SYMBOL, symbol, TradingState.ACTIVE, STALE, WHO, "its candles arrive again")
            for symbol in sorted(seen) if self._is(Scope.SYMBOL, symbol, WHO, STALE)
        ]  # fmt: skip

    def standings(self) -> list[Event]:
        """What the limits of losses came to at this close."""
        book, session = self._session.book, self._session
        left = self.left(session.reloading.waiting or session.deployment)
        found: list[Event] = []
        for name, member in zip(book.names, book.portfolio.members, strict=True):
            risk, zone = member.strategy.risk, member.strategy.timezone
            for event in self._standing(Scope.STRATEGY, name, member.standing, risk.daily_loss, zone):
                found.append(_removal(name) if name in left and event.state is TradingState.ACTIVE else event)
        whole = book.portfolio.portfolio
        standing = book.portfolio.state.standing
        return [*found, *self._standing(Scope.ACCOUNT, self._account, standing, whole.risk.daily_loss, whole.timezone)]

    def stale(self) -> list[StateChanged]:
        """Symbols whose candles have stopped to come."""
        session, found = self._session, []
        for run in session.runs:
            for symbol in symbols_of(run):
                newest = session.newest(symbol)
                limit = run.strategy.timeframe.ms + session.deployment.data.stale
                age = session.now() - (newest or 0)
                if newest is not None and age > limit and self._free(Scope.SYMBOL, symbol):
                    why = f"no candle for {age / 1_000:.0f} s"
                    found.append(StateChanged(Scope.SYMBOL, symbol, TradingState.REDUCING, STALE, WHO, why))
        return list({event.name: event for event in found}.values())

    def removed(self, deployment: Deployment) -> list[Event]:
        """Strategies that left the deployment while something is held: they enter nothing more, until they are back."""
        found, left = list[Event](), self.left(deployment)
        for name in (run.name for run in self._session.runs):
            if name in left and self._free(Scope.STRATEGY, name):
                found.append(_removal(name))
            elif name not in left and self._is(Scope.STRATEGY, name, WHO, REMOVED):
                why = "it is in the deployment again"
                found.append(StateChanged(Scope.STRATEGY, name, TradingState.ACTIVE, REMOVED, WHO, why))
        return found

    def left(self, deployment: Deployment) -> set[str]:
        """Strategies that run here and are no longer in the deployment."""
        return {run.name for run in self._session.runs} - {run.name for run in deployment.runs()}

    def after(self, entry: Entry) -> StateChanged | None:
        """What an entry of the ledger gives reason for."""
        match entry.event:
            case OrderRejected() as it:
                return self._reject(it)
            case OrderAccepted():
                self._rejected = 0
            case StateChanged(scope=Scope.ACCOUNT, state=TradingState.ACTIVE):
                self._rejected = 0
            case Filled(order_id=None) as it if it.strategy and ":" in it.symbol:
                return self._taken(it)
            case _:
                pass
        return None

    def _reject(self, event: OrderRejected) -> StateChanged | None:
        self._rejected += 1
        if self._rejected < self._session.deployment.orders.rejects or not self._free(Scope.ACCOUNT, self._account):
            return None
        why = f"{self._rejected} orders in a row were rejected, the last: {event.code}"
        return StateChanged(Scope.ACCOUNT, self._account, TradingState.REDUCING, REJECTS, WHO, why)

    def _taken(self, fill: Filled) -> StateChanged | None:
        """A contract's position that somebody else closed: the venue, where the price is that of liquidation."""
        level, sign = self._session.liquidation(fill.symbol), 1 if fill.side is Side.SELL else -1
        beyond = level is not None and sign * (float(fill.price) - float(level) * (1 + sign * _NEAR)) <= 0.0
        if not beyond:
            words = f"{fill.quantity:f} were closed at {fill.price:f} by no order of ours"
            self._session.hooks.noticed(fill.symbol, words)
            return None
        why = f"{fill.quantity:f} were liquidated at {fill.price:f}"
        return StateChanged(Scope.STRATEGY, fill.strategy, TradingState.HALTED, LIQUIDATED, WHO, why)

    def _standing(
        self, scope: Scope, name: str, found: Standing, daily: LossLimit | None, zone: str
    ) -> Iterator[StateChanged]:  # fmt: skip
        state, row = _STATES[found.state], self._row(scope, name)
        mine = row is not None and row.who == LIMITS
        now = TradingState.ACTIVE if row is None else row.state
        if state is now or not (mine or now is TradingState.ACTIVE):
            return
        looser = _ORDER.index(state) < _ORDER.index(now)
        if looser and row is not None and stands_from_before(row, self._session.begun(), self._session.now()):
            return
        day = daily is not None and daily.then is OnLoss.STOP_UNTIL_NEXT_DAY and found.code is Decision.DAILY_LOSS
        until = next_day(self._session.now(), zone) if day and state is not TradingState.ACTIVE else None
        yield StateChanged(scope, name, state, found.code.name, LIMITS, f"{found}", until)

    @property
    def _account(self) -> str:
        return self._session.account

    def _row(self, scope: Scope, name: str) -> StateRow | None:
        return self._session.ledger.state.get(StateRow, scope, name)

    def _is(self, scope: Scope, name: str, who: str, code: str) -> bool:
        row = self._row(scope, name)
        return row is not None and (row.who, row.code) == (who, code) and row.state is not TradingState.ACTIVE

    def _free(self, scope: Scope, name: str) -> bool:
        row = self._row(scope, name)
        return row is None or row.state is TradingState.ACTIVE
