"""What is known of an order when a fill of it arrives: whose it is, and what for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ...ledger.codec import VERSIONS, decode, encode
from ...ledger.events import KIND_OF, Event
from ...ledger.events_orders import OrderAdopted, OrderDenied, OrderSubmitted
from ...ledger.events_session import DecisionMade, IntentPlanned
from ...ledger.values import OrderType, Role, Side
from ...trading.codes import Decision

_INTENT = KIND_OF[IntentPlanned]
_KEPT = 5_000
_ORDERED = frozenset(
    one.name for one in (Decision.APPROVED, Decision.ADDED, Decision.FUNDS_REDUCED, Decision.CLOSED_OPPOSITE)
)
"""Decisions that orders follow from."""


@dataclass(frozen=True, slots=True)
class Known:
    """`candle`: open time (ms UTC) of the candle decided on; `reason`: an ExitReason's name for what leaves."""

    strategy: str
    symbol: str
    role: Role
    side: Side
    type: OrderType
    reason: str
    candle: int | None


_FIELDS = tuple(field.name for field in fields(Known))


class KnownOrders:
    """Follows intents and orders; the newest are kept, and every one that was asked for of late."""

    def __init__(self) -> None:
        self._intents: OrderedDict[str, IntentPlanned] = OrderedDict()
        self._orders: OrderedDict[str, Known] = OrderedDict()
        self._attempts: OrderedDict[str, int] = OrderedDict()
        self._decisions: OrderedDict[str, str] = OrderedDict()

    def take(self, event: Event) -> None:
        match event:
            case DecisionMade() if event.code in _ORDERED:
                self._decisions[decided_as(event.session_id, event.symbol, event.candle)] = event.decision_id
                _cut(self._decisions)
            case IntentPlanned():
                self._intents[event.intent_id] = event
                _cut(self._intents)
                name = attempts_of(event.strategy, event.symbol, event.role, event.candle, event.leg)
                self._attempts[name] = max(self._attempts.get(name, -1), event.attempt)
                _cut(self._attempts)
            case OrderSubmitted() | OrderDenied():
                intent = self._intents.pop(event.intent_id, None)
                if intent is not None:
                    self._orders[event.order_id] = Known(
                        intent.strategy, intent.symbol, intent.role, intent.side, event.type, intent.reason,
                        intent.candle,
                    )  # fmt: skip
                    _cut(self._orders)
            case OrderAdopted() if event.strategy and event.order_id not in self._orders:  # the kill switch's, say
                self._orders[event.order_id] = Known(
                    event.strategy, event.symbol, Role.EXTERNAL, event.side, event.type, "", None
                )  # fmt: skip
                _cut(self._orders)
            case _:
                pass

    def of(self, order_id: str | None) -> Known | None:
        """The order, if it is one of ours that is remembered."""
        found = self._orders.get(order_id or "")
        if found is not None:
            self._orders.move_to_end(str(order_id))
        return found

    def next_attempt(self, strategy: str, symbol: str, role: Role, candle: int | None, leg: int) -> int:
        """The number of the next attempt at what was decided on a candle: 0 where there was none."""
        return self._attempts.get(attempts_of(strategy, symbol, role, candle, leg), -1) + 1

    def decision(self, session: str, symbol: str, candle: int) -> str | None:
        """The decision on a candle that an order, or an exit for the other side's sake, follows from."""
        return self._decisions.get(decided_as(session, symbol, candle))

    def saved(self) -> dict[str, Any]:
        orders = {order_id: [getattr(one, name) for name in _FIELDS] for order_id, one in self._orders.items()}
        waiting = [encode(intent) for intent in self._intents.values()]
        return {
            "orders": orders, "attempts": dict(self._attempts), "decisions": dict(self._decisions), "intents": waiting,
        }  # fmt: skip

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Raises KeyError, TypeError, ValueError."""
        for text in kept["intents"]:
            intent = decode(_INTENT, VERSIONS[_INTENT], text)
            assert isinstance(intent, IntentPlanned)
            self._intents[intent.intent_id] = intent
        self._attempts, self._decisions = OrderedDict(kept["attempts"]), OrderedDict(kept["decisions"])
        for order_id, (strategy, symbol, role, side, kind, reason, candle) in kept["orders"].items():
            self._orders[order_id] = Known(
                strategy, symbol, Role(role), Side(side), OrderType(kind), reason, candle
            )  # fmt: skip


def attempts_of(strategy: str, symbol: str, role: Role, candle: int | None, leg: int) -> str:
    return f"{strategy}|{symbol}|{role.value}|{candle}|{leg}"


def decided_as(session: str, symbol: str, candle: int) -> str:
    return f"{session}|{symbol}|{candle}"


def _cut(kept: OrderedDict[str, Any]) -> None:
    while len(kept) > _KEPT:
        kept.popitem(last=False)
