"""The entries of recorded sessions in, what a trade's difference can be explained with out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from ...ledger.events import Entry
from ...ledger.events_account import Filled, FundingPaid, PositionAdjusted
from ...ledger.events_control import OperatorCommanded, StateChanged
from ...ledger.events_orders import (
    OrderCanceled,
    OrderDenied,
    OrderExpired,
    OrderNeverPlaced,
    OrderQuarantined,
    OrderRejected,
    OrderSubmitted,
)
from ...ledger.events_session import Candle, CandlesSeen, DecisionMade, IntentPlanned
from ...ledger.values import Mode, Role, TradingState
from ...market.timeframe import Timeframe
from ..replay.subject import Subject
from .executions import Execution, of_ledger

Place = tuple[str, str, int]
"""Strategy, symbol, open of a candle (ms UTC)."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An order for an intent: what was asked for, and the event that ended it otherwise than by filling."""

    intent: IntentPlanned
    quantity: float
    price: float | None
    """Its limit, or a stop's trigger."""
    end: OrderDenied | OrderRejected | OrderNeverPlaced | OrderCanceled | OrderExpired | OrderQuarantined | None = None


@dataclass(slots=True)
class Facts:
    """`take` every entry of the account with the strategy it is about."""

    subject: Subject
    executions: list[Execution] = field(default_factory=list)
    orders: dict[str, Sent] = field(default_factory=dict)
    decisions: defaultdict[Place, list[DecisionMade]] = field(default_factory=lambda: defaultdict(list))
    candles: defaultdict[tuple[str, str], dict[int, Candle]] = field(default_factory=lambda: defaultdict(dict))
    late: set[Place] = field(default_factory=set)
    funding: list[tuple[str, str, int, float]] = field(default_factory=list)
    """Strategy, symbol, when, amount."""
    commands: list[tuple[int, str]] = field(default_factory=list)
    """When an operator did what."""
    held_back: list[tuple[int, int | None, str]] = field(default_factory=list)
    """From when to when what kept entries back."""
    tested: dict[Place, str] = field(default_factory=dict)
    """What the back-test decided, by its code."""
    _intents: dict[str, IntentPlanned] = field(default_factory=dict)

    def take(self, entry: Entry, whose: str) -> None:
        match entry.event:
            case Filled() as it:
                self._fill(it, whose)
            case IntentPlanned() as it:
                self._intents[it.intent_id] = it
            case OrderSubmitted() | OrderDenied() as it if it.intent_id in self._intents:
                price = None
                if isinstance(it, OrderSubmitted) and (it.price or it.trigger) is not None:
                    price = float(it.price or it.trigger or 0)
                end = it if isinstance(it, OrderDenied) else None
                self.orders[it.order_id] = Sent(self._intents[it.intent_id], float(it.quantity), price, end)
            case OrderRejected() | OrderNeverPlaced() | OrderCanceled() | OrderExpired() | OrderQuarantined() as it:
                sent = self.orders.get(it.order_id)
                if sent is not None:
                    self.orders[it.order_id] = Sent(sent.intent, sent.quantity, sent.price, it)
            case DecisionMade() as it:
                self.decisions[self._name(it.session_id), it.symbol, it.candle].append(it)
            case CandlesSeen() as it:
                self._see(it)
            case FundingPaid() as it:
                self.funding.append((it.strategy, it.symbol, it.venue_time, float(it.amount)))
            case PositionAdjusted() as it:
                self._adjust(entry.time, it)
            case OperatorCommanded() as it:
                self.commands.append((entry.time, f"{it.command} by {it.who}"))
            case StateChanged() as it:
                self._state(entry.time, it)
            case _:
                pass

    def timeframe(self, strategy: str) -> Timeframe:
        return next(run.strategy.timeframe for run in self.subject.runs if run.name == strategy)

    def _decided(self, intent: IntentPlanned) -> int | None:
        """The candle that an order was decided on; one on paper tells the candle that filled it."""
        if self.subject.sessions[0].opened.mode is not Mode.PAPER or intent.candle is None:
            return intent.candle
        return intent.candle - self.timeframe(intent.strategy).ms if intent.role in (Role.ENTRY, Role.EXIT) else None

    def _name(self, session: str) -> str:
        names = {s.name: run.name for s, run in zip(self.subject.sessions, self.subject.runs, strict=True)}
        return names.get(session, "")

    def _see(self, event: CandlesSeen) -> None:
        name = self._name(event.session_id)
        if not name:
            return
        self.candles[name, event.symbol].update((one.time, one) for one in event.candles)
        if event.late:
            self.late.update((name, event.symbol, one.time) for one in event.candles)

    def _fill(self, event: Filled, whose: str) -> None:
        if whose not in {run.name for run in self.subject.runs}:
            return
        sent = self.orders.get(event.order_id or "")
        intent = None if sent is None else sent.intent
        reason = "external" if intent is None else intent.reason
        if intent is not None and intent.role is Role.EMERGENCY:
            reason = "emergency"
        decided = None if intent is None else self._decided(intent)
        currency = self.subject.deployment.currency
        self.executions.append(of_ledger(event, whose, reason, decided, self.timeframe(whose), currency))

    def _adjust(self, time: int, it: PositionAdjusted) -> None:
        if it.strategy in {run.name for run in self.subject.runs}:
            candle = self.timeframe(it.strategy).floor(time)
            change = (float(it.quantity), float(it.price), 0.0)
            self.executions.append(Execution(it.strategy, it.symbol, *change, candle, time, "adjusted"))

    def _state(self, time: int, event: StateChanged) -> None:
        self.held_back = [(a, time if b is None else b, words) for a, b, words in self.held_back]
        if event.state is not TradingState.ACTIVE:
            self.held_back.append((time, event.until, f"{event.state} by {event.who}: {event.code}"))
