"""Why a live trade and its back-test differ, as a closed set, and a part of a difference in money."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """What made a part of a difference."""

    ENTRY_PRICE = "entry price"
    EXIT_PRICE = "exit price"
    ENTERED_LATER = "entered in another candle"
    LEVEL = "stop or target at the venue"
    LEFT_OTHERWISE = "left for another reason"
    FEE = "fee"
    FUNDING = "funding"
    PARTIAL_FILL = "partial fill"
    SIZE = "another size"
    DENIED = "denied"
    REJECTED = "rejected"
    NOT_ORDERED = "not ordered"
    NOT_FILLED = "not filled"
    CANDLE_LATE = "late candle"
    CANDLE_MISSING = "missing candle"
    DECIDED_OTHERWISE = "decided otherwise"
    OPERATOR = "operator"
    EXTERNAL = "outside fill"
    EMERGENCY = "emergency exit"
    ADJUSTED = "adjusted position"
    FOLLOWS = "follows from an earlier difference"
    AFTER = "after the last candle"
    UNKNOWN = "not known"


EXPLANATIONS: dict[Cause, str] = {
    Cause.ENTRY_PRICE: "the entry filled at another price than the candle's open or the order's level",
    Cause.EXIT_PRICE: "the exit filled at another price than the candle's open",
    Cause.ENTERED_LATER: "the entry filled in another candle",
    Cause.LEVEL: "a stop or target filled at the venue in another candle, or at another price, than candles tell",
    Cause.LEFT_OTHERWISE: "another exit came first",
    Cause.FEE: "the venue took another fee than the instrument's facts say",
    Cause.FUNDING: "funding was paid or received",
    Cause.PARTIAL_FILL: "the entry order ended before all of it was filled",
    Cause.SIZE: "the position was sized by another equity or price, or rounded",
    Cause.DENIED: "a row of the risk gate that only a real venue has said no",
    Cause.REJECTED: "the venue refused the order, or never got it",
    Cause.NOT_ORDERED: "the signal was approved and nothing was sent: another order was in its way, or it ended",
    Cause.NOT_FILLED: "the order ended without a fill",
    Cause.CANDLE_LATE: "the candle came after its close was decided, or while the session was down",
    Cause.CANDLE_MISSING: "the candle never came",
    Cause.DECIDED_OTHERWISE: "the live account was another one at that close, so its decision was",
    Cause.OPERATOR: "an operator's command",
    Cause.EXTERNAL: "a fill of an order that is not ours",
    Cause.EMERGENCY: "a position without a stop for too long was closed",
    Cause.ADJUSTED: "the position was set right by what the venue holds",
    Cause.FOLLOWS: "the trade before it was left at another time, or was not made",
    Cause.AFTER: "the live fill came after the last candle that was seen, where the back-test ends",
    Cause.UNKNOWN: "the ledger does not tell",
}


@dataclass(frozen=True, slots=True)
class Part:
    """`amount`: live less back-test, in quote units; `words`: what the ledger says of it."""

    cause: Cause
    amount: float
    words: str = ""
