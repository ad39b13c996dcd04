"""One guarded position: the levels declared for it, what is remembered between two looks, and what its orders are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from decimal import Decimal

from ..ledger.exact import ZERO
from ..ledger.rows import OrderRow, PlanRow
from ..ledger.values import OrderState, Role, Texts
from .conditions import remaining
from .state import State

AT_VENUE = frozenset({OrderState.OPEN, OrderState.PARTIAL})


@dataclass(frozen=True, slots=True)
class Declared:
    """Levels for what a strategy holds of a symbol, None where there is none. The target leaves `keep` base units."""

    strategy: str
    symbol: str
    stop: Decimal | None
    target: Decimal | None
    keep: Decimal = ZERO

    @classmethod
    def of(cls, row: PlanRow) -> Declared:
        told = dict(row.details)
        numbers = {name: Decimal(told[name]) for name in ("stop", "target", "keep") if name in told}
        return cls(told["strategy"], row.symbol, numbers.get("stop"), numbers.get("target"), numbers.get("keep", ZERO))

    @property
    def name(self) -> str:
        return name_of(self.strategy, self.symbol)

    @property
    def details(self) -> Texts:
        """As the ledger keeps them."""
        part = self.keep if self.target is not None and self.keep > 0 else None
        told = {"keep": part, "stop": self.stop, "strategy": self.strategy, "target": self.target}
        return tuple(sorted((name, str(value)) for name, value in told.items() if value is not None))


@dataclass(slots=True)
class Guard:
    """What is remembered between two looks; times are the loop's."""

    symbol: str
    paused: int = 0
    held: bool = False
    beyond: float | None = None
    reached: float | None = None
    bare: float | None = None
    """Since when it has neither a stop at the venue nor an exit on its way."""
    late: bool = False
    """Whether that has lasted for longer than may be."""
    refused: tuple[Decimal, Decimal] | None = None
    """Trigger and quantity of a stop that the venue would not take, until `again`."""
    again: float = 0.0
    good: Decimal | None = None
    """The trigger of the last stop that it took."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)


def name_of(strategy: str, symbol: str) -> str:
    """What its plan in the ledger is called."""
    return f"guard {strategy} {symbol}"


def in_the_way(state: State, symbol: str, strategy: str) -> list[OrderRow]:
    """Stops and targets that stand for what an exit would take; those in doubt hold nothing up."""
    rows = [it for it in state.live(symbol, strategy) if it.ours and it.role in (Role.STOP, Role.TARGET)]
    return [it for it in rows if it.state in AT_VENUE or it.state is OrderState.SUBMITTING]


def covered(state: State, symbol: str, strategy: str) -> bool:
    """Whether a stop rests at the venue."""
    return any(it.role is Role.STOP and it.state in AT_VENUE for it in state.live(symbol, strategy))


def exiting(state: State, symbol: str, strategy: str) -> bool:
    """Whether an exit is on its way, or a target is just being sent."""
    rows = state.live(symbol, strategy)
    sending = any(it.role is Role.TARGET and it.state is OrderState.SUBMITTING for it in rows)
    return sending or any(it.role in (Role.EXIT, Role.EMERGENCY) for it in rows)


def targeted(state: State, symbol: str, strategy: str) -> Decimal:
    """Base units that a target which was sent would still take."""
    rows = [it for it in state.live(symbol, strategy) if it.role is Role.TARGET]
    return max((remaining(it) for it in rows), default=ZERO)
