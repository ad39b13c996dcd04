"""The Book on paper: candles fill its orders as in a back-test, and what they fill becomes entries of the ledger.

An operator's commands reach it through the ledger, too, so that a replay decides the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ...ledger.events import Entry, Event
from ...ledger.events_account import Filled
from ...ledger.events_control import OperatorCommanded, StateChanged
from ...ledger.events_orders import OrderAccepted, OrderSubmitted
from ...ledger.events_session import IntentPlanned
from ...ledger.values import OrderType, Role, Scope, Side, Source, TradingState
from ...market.symbol import parse_symbol
from ...market.timeline import Chunk
from ...trading.fills import ADDITION, ENTRY
from ...trading.live_portfolio import PaperAccount, PaperPortfolio
from ...trading.records import Fills
from ...trading.trades import ExitReason
from .book import LIMITS, Decided, SessionBook
from .exact import exact

_ROLES = {
    ExitReason.STOP: Role.STOP,
    ExitReason.TRAIL: Role.STOP,
    ExitReason.BREAKEVEN: Role.STOP,
    ExitReason.LIQUIDATION: Role.STOP,
    ExitReason.TARGET: Role.TARGET,
}


class PaperBook(SessionBook[PaperAccount]):
    """The Book of a session with simulated fills."""

    def __init__(self, portfolio: PaperPortfolio, names: Sequence[str], account: str, quote: str) -> None:
        super().__init__(portfolio, names, account, quote)
        self._held: dict[tuple[int, str], Decimal] = {}
        self._stopped: set[tuple[Scope, str]] = set()

    def follow(self, entry: Entry) -> None:
        match entry.event:
            case StateChanged(who=who) if who == LIMITS:
                pass
            case StateChanged() as it if it.scope is not Scope.ACCOUNT or it.name == self._account:
                active = it.state is TradingState.ACTIVE
                (self._stopped.discard if active else self._stopped.add)((it.scope, it.name))
            case OperatorCommanded(command="close") as it:
                told = dict(it.arguments)
                self._leave(told.get("symbol", ""), told.get("strategy", ""))
            case OperatorCommanded(command="flatten") as it:
                told = dict(it.arguments)
                scope, name = told.get("scope", ""), told.get("name", "")
                self._leave(name if scope == Scope.SYMBOL else "", name if scope == Scope.STRATEGY else "")
            case OperatorCommanded(command="cancel") as it:
                told = dict(it.arguments)
                self._cancel(told.get("symbol", ""), told.get("order_id", ""), entry.time)
            case _:
                pass

    def saved(self) -> dict[str, Any]:
        kept = super().saved()
        held = [[m, symbol, str(quantity)] for (m, symbol), quantity in self._held.items()]
        return {**kept, "held": held, "stopped": sorted([scope.value, name] for scope, name in self._stopped)}

    def restore(self, kept: Mapping[str, Any]) -> None:
        super().restore(kept)
        try:
            self._held = {(int(m), str(symbol)): Decimal(quantity) for m, symbol, quantity in kept["held"]}
            self._stopped = {(Scope(scope), str(name)) for scope, name in kept["stopped"]}
        except (KeyError, TypeError, ArithmeticError) as error:
            raise ValueError(f"the state is damaged or of another release: {error!r}") from error

    def _leave(self, symbol: str, strategy: str) -> None:
        """Let positions be closed at the next open."""
        for name, member in zip(self.names, self.portfolio.members, strict=True):
            for s, one in enumerate(member.strategy.symbols):
                position = member.book.positions[s]
                if position.quantity and symbol in ("", one) and strategy in ("", name):
                    position.exit_order = position.exit_order or int(ExitReason.EXTERNAL)

    def _cancel(self, symbol: str, order: str, time: int) -> None:
        """Take entries off the Book."""
        for name, member in zip(self.names, self.portfolio.members, strict=True):
            for one in member.strategy.symbols:
                if symbol in ("", one) and order in ("", order_name(name, one, Role.ENTRY)):
                    member.cancel_entry(one, time)

    def _close(self, close: int, chunks: Sequence[Chunk]) -> Decided:
        decisions = tuple(self.portfolio.close(chunks))
        events: list[Event] = []
        for m, member in enumerate(self.portfolio.members):
            events += self._filled(m, member, close)
            if self._held_back(m):
                member.stop(close, leave=False)
                member.settle_stop()
            for symbol in member.strategy.symbols:
                if (Scope.SYMBOL, symbol) in self._stopped:
                    member.cancel_entry(symbol, close)
        return Decided(close, decisions, tuple(events))

    def _held_back(self, m: int) -> bool:
        """Whether an operator lets the strategy enter nothing."""
        everything = any(scope in (Scope.VENUE, Scope.ACCOUNT) for scope, _ in self._stopped)
        return everything or (Scope.STRATEGY, self.names[m]) in self._stopped

    def _filled(self, m: int, member: PaperAccount, close: int) -> list[Event]:
        """Each fill of the close with the order it is of, as the venue would have told."""
        events: list[Event] = []
        fills = member.filled
        for k in range(len(fills)):
            symbol = member.strategy.symbols[int(fills.symbol[k])]
            quantity = self._quantity(m, member, symbol, fills, k)
            if quantity:
                events += self._events(m, symbol, fills, k, quantity, close)
        return events

    def _quantity(self, m: int, member: PaperAccount, symbol: str, fills: Fills, k: int) -> Decimal:
        """Base units on the steps, so that parts come to what was held."""
        held = self._held.get((m, symbol), Decimal(0))
        side = int(fills.side[k])
        if fills.position[k] == 0.0 and held:
            quantity = abs(held)
        else:
            quantity = _on_step(float(fills.quantity[k]), member.step_of(symbol))
        self._held[m, symbol] = held + side * self._kept(member, symbol, fills, k, quantity)
        return quantity

    def _kept(self, member: PaperAccount, symbol: str, fills: Fills, k: int, quantity: Decimal) -> Decimal:
        """What of a bought quantity is held after a fee in base."""
        if int(fills.side[k]) > 0 and member.fee_in_base(symbol):
            return quantity - self._base_fee(fills, k)
        return quantity

    @staticmethod
    def _base_fee(fills: Fills, k: int) -> Decimal:
        return exact(fills.fee[k] / fills.price[k])

    def _events(self, m: int, symbol: str, fills: Fills, k: int, quantity: Decimal, close: int) -> list[Event]:
        member, name = self.portfolio.members[m], self.names[m]
        session = next(one for one, number in self._sessions.items() if number == m)
        reason = int(fills.reason[k])
        role = Role.ENTRY if reason in (ENTRY, ADDITION) else _ROLES.get(ExitReason(reason), Role.EXIT)
        words = "entry" if role is Role.ENTRY else ExitReason(reason).name.lower()
        side = Side.BUY if fills.side[k] > 0 else Side.SELL
        time, price = int(fills.time[k]), exact(fills.price[k])
        one = f"{session}.{time}.{symbol}.{k}"
        in_base = side is Side.BUY and member.fee_in_base(symbol)
        base, quote, settle = parse_symbol(symbol)
        fee = self._base_fee(fills, k) if in_base else exact(fills.fee[k])
        limit = OrderType.LIMIT if fills.maker[k] else OrderType.MARKET
        return [
            IntentPlanned(
                f"i.{one}", session, self._account, name, symbol, role, side, quantity, words, candle=time, leg=k
            ),
            OrderSubmitted(f"o.{one}", f"i.{one}", 0, limit, quantity, (("paper", "simulated"),), close),
            OrderAccepted(f"o.{one}", f"o.{one}", time),
            Filled(
                self._account, symbol, one, symbol, side, quantity, price, fee, base if in_base else settle or quote,
                time, Source.SIMULATION, f"o.{one}", bool(fills.maker[k]), name,
            ),
        ]  # fmt: skip


def order_name(strategy: str, symbol: str, role: Role) -> str:
    """What an order that only the Book has is called."""
    return f"{strategy}:{symbol}:{role.value}"


def _on_step(quantity: float, step: float) -> Decimal:
    if step <= 0.0:
        return exact(quantity)
    unit = exact(step)
    return Decimal(round(quantity / step)) * unit
