"""What a replay can find unlike the record, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What differs."""

    DECISION = "decision"
    ORDER = "order"
    FILL = "fill"
    EQUITY = "equity"
    CANDLE = "candle"


@dataclass(frozen=True, slots=True)
class Difference:
    """`recorded` and `again` in words, None where there is none; `candle`: its open, ms UTC; `seq`: the entry of the
    ledger that it showed at."""

    kind: Kind
    strategy: str
    symbol: str
    candle: int | None
    seq: int
    recorded: str | None
    again: str | None
