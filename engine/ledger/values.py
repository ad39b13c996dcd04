"""The closed sets of words that events and tables use."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

Amounts = tuple[tuple[str, Decimal], ...]
"""Numbers by name (or amounts by currency): each name once, in the order of the names."""
Texts = tuple[tuple[str, str], ...]
"""Words by name, likewise."""


class Mode(StrEnum):
    PAPER = "paper"
    LIVE = "live"
    REHEARSAL = "rehearsal"


class Side(StrEnum):
    BUY = "buy"
    SELL = "sell"


class Direction(StrEnum):
    LONG = "long"
    SHORT = "short"


class Role(StrEnum):
    """What an order is for."""

    ENTRY = "entry"
    EXIT = "exit"
    STOP = "stop"
    TARGET = "target"
    ADJUST = "adjust"
    EMERGENCY = "emergency"
    EXTERNAL = "external"
    """Somebody else's order or fill, found at the venue."""


class OrderType(StrEnum):
    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"


class OrderState(StrEnum):
    """Where an order is; what is asked of it meanwhile is a Command."""

    DENIED = "denied"
    SUBMITTING = "submitting"
    UNKNOWN = "unknown"
    OPEN = "open"
    PARTIAL = "partial"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    NEVER_PLACED = "never_placed"
    QUARANTINED = "quarantined"


IN_DOUBT = frozenset({OrderState.SUBMITTING, OrderState.UNKNOWN, OrderState.QUARANTINED})
"""Sent, and whether the venue has it is not known."""
LIVE = IN_DOUBT | {OrderState.OPEN, OrderState.PARTIAL}
"""May still fill as far as is known."""
ENDED = frozenset(OrderState) - LIVE
"""End states; a late fill may still add to all but `denied`."""


class Command(StrEnum):
    """What was asked of an open order and is not yet answered."""

    NONE = "none"
    CANCEL_SENT = "cancel_sent"
    CANCEL_UNKNOWN = "cancel_unknown"
    AMEND_SENT = "amend_sent"
    AMEND_UNKNOWN = "amend_unknown"


class Scope(StrEnum):
    """What a trading state is about."""

    VENUE = "venue"
    ACCOUNT = "account"
    STRATEGY = "strategy"
    SYMBOL = "symbol"


class TradingState(StrEnum):
    ACTIVE = "active"
    REDUCING = "reducing"
    HALTED = "halted"


class Source(StrEnum):
    """How a fact was learnt."""

    ANSWER = "answer"
    STREAM = "stream"
    POLL = "poll"
    RECONCILIATION = "reconciliation"
    SIMULATION = "simulation"
    OPERATOR = "operator"


class FindingKind(StrEnum):
    """How the venue and the ledger can differ."""

    POSITION = "position"
    BALANCE = "balance"
    ORDER = "order"
    OVERFILL = "overfill"
    OTHER = "other"
