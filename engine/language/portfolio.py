"""A checked `kind: portfolio` file: several strategies on one account."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from ..market.timeframe import Timeframe
from .strategy import Param, Risk, Strategy

WEIGHT = "weight"
"""What a member's share is called beside its parameters; one of this name is set in `set:` alone."""


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
    """`weight`: its share of the account as a fraction; `strategy` is checked, with the member's parameters set.
    `declared`: the weight as a parameter, with its range if the file gives it one."""

    name: str
    weight: float
    strategy: Strategy
    declared: Param | None = None

    @property
    def params(self) -> dict[str, Param]:
        """Its parameters and its weight, by the names that `--set` takes."""
        found = {f"{self.name}.{name}": param for name, param in self.strategy.params.items()}
        weight = self.declared or Param("weight", self.weight, "%", "file")
        found[f"{self.name}.{WEIGHT}"] = weight
        return {name: replace(param, name=name) for name, param in found.items()}


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
    def params(self) -> dict[str, Param]:
        """The parameters and weights of all members, by the names that `--set` takes: MEMBER.PARAM."""
        return {name: param for member in self.members for name, param in member.params.items()}

    @property
    def timeframes(self) -> tuple[Timeframe, ...]:
        """The members', each once, the fastest first."""
        found = {member.strategy.timeframe for member in self.members}
        return tuple(sorted(found, key=lambda timeframe: timeframe.ms))
