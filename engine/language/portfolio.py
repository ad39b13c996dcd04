"""A checked `kind: portfolio` file: several strategies on one account."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ..market.timeframe import Timeframe
from .strategy import Risk, Strategy


class Conflict(StrEnum):
    """What an entry does where another member holds or has ordered the other side of its symbol."""

    ALLOW = "allow"
    DENY = "deny"


class Every(StrEnum):
    """When members' shares of the account are set back to their weights: at the first close of a new one, UTC."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Member:
    """`weight`: its share of the account as a fraction; `strategy` is checked, with the member's parameters set."""

    name: str
    weight: float
    strategy: Strategy


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All members trade one market in one currency, on timeframes that are multiples of the fastest. `risk` are the
    account's limits, which stand beside each member's own; what the weights leave of the account stays in cash."""

    path: str
    name: str
    members: tuple[Member, ...]
    risk: Risk = field(default_factory=Risk)
    rebalance: Every | None = None
    conflicts: Conflict = Conflict.DENY
    leverage: float | None = None
    """How large all positions together may be, as a multiple of the account's equity."""
    timezone: str = "UTC"
    """Of the day that `risk.daily_loss` looks at."""
    description: str = ""
    tags: tuple[str, ...] = ()

    @property
    def timeframes(self) -> tuple[Timeframe, ...]:
        """The members', each once, the fastest first."""
        found = {member.strategy.timeframe for member in self.members}
        return tuple(sorted(found, key=lambda timeframe: timeframe.ms))
