"""The closed set of events: their kinds, their keys, and an event as it stands in the ledger."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import get_args

from .events_account import (
    AccountEvent,
    DriftFound,
    Filled,
    FundingPaid,
    PrefixMade,
    Transferred,
)
from .events_control import ControlEvent, OperatorCommanded
from .events_orders import (
    OrderAccepted,
    OrderAdopted,
    OrderCanceled,
    OrderDenied,
    OrderEvent,
    OrderExpired,
    OrderNeverPlaced,
    OrderRejected,
    OrderSubmitted,
)
from .events_session import DecisionMade, IntentPlanned, SessionClosed, SessionEvent, SessionOpened

Event = SessionEvent | OrderEvent | AccountEvent | ControlEvent


def _kind(event: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", event.__name__).lower()


KINDS: Mapping[str, type[Event]] = MappingProxyType({_kind(event): event for event in get_args(Event)})
"""Kind -> class; a kind never changes its meaning."""
KIND_OF: Mapping[type[Event], str] = MappingProxyType({event: kind for kind, event in KINDS.items()})


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in its place: `seq` counts from 1 without gaps, `time` is when it was recorded (ms UTC)."""

    seq: int
    time: int
    event: Event

    @property
    def kind(self) -> str:
        return KIND_OF[type(self.event)]


def key_of(event: Event) -> str | None:
    """What makes the event one that can happen once; None for those that may repeat."""
    match event:
        case SessionOpened(session_id=one):
            parts: tuple[object, ...] = ("session", one)
        case SessionClosed(session_id=one):
            parts = ("close", one)
        case DecisionMade(decision_id=one):
            parts = ("decision", one)
        case IntentPlanned(candle=None, intent_id=one):
            parts = ("intent", one)
        case IntentPlanned() as it:
            parts = ("intent", it.account, it.strategy, it.symbol, it.candle, it.role.value, it.leg, it.attempt)
        case OrderDenied(order_id=one) | OrderSubmitted(order_id=one):
            parts = ("order", one)
        case OrderAdopted() | OrderAccepted() | OrderRejected() | OrderNeverPlaced() | OrderCanceled() | OrderExpired():
            parts = (KIND_OF[type(event)], event.order_id)
        case Filled(account=account, market=market, fill_id=one):
            parts = ("fill", account, market, one)
        case FundingPaid(account=account, funding_id=one):
            parts = ("funding", account, one)
        case Transferred(account=account, transfer_id=one):
            parts = ("transfer", account, one)
        case DriftFound(finding_id=one):
            parts = ("finding", one)
        case PrefixMade(account=account, prefix=one):
            parts = ("prefix", account, one)
        case OperatorCommanded(command_id=one):
            parts = ("command", one)
        case _:
            return None
    return "|".join(str(part).replace("\\", "\\\\").replace("|", "\\|") for part in parts)
