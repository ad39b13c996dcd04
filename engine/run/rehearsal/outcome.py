"""What a rehearsal came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ...ledger.rows import OrderRow, TradeRow
from ...orders.wanted import Alert
from .parity import Pair


@dataclass(frozen=True, slots=True)
class Outcome:
    """`struck`: lines of faults that strike again where they are given; `happened`, `missed`: of the script's
    happenings with their time (ms UTC), those that came about and those that did not. `violations` are what must not
    be: broken invariants, and what ledger and venue, or Book and ledger, do not agree on in the end."""

    struck: tuple[str, ...]
    happened: tuple[tuple[int, str], ...]
    missed: tuple[str, ...]
    alerts: tuple[Alert, ...]
    said: tuple[tuple[int, str, str], ...]
    orders: tuple[OrderRow, ...]
    fills: int
    trades: tuple[TradeRow, ...]
    closes: int
    steps: int
    restarts: int
    violations: tuple[tuple[int, str], ...]
    drift: tuple[str, ...]
    duplicates: int
    orphans: int
    equity: float
    pairs: tuple[Pair, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return not (self.violations or self.drift or self.duplicates or self.orphans)

    def telling(self, faults: bool) -> bool:
        """Whether anything was put to the test: a fill came, and where `faults` were asked for, one of them, too."""
        return self.fills > 0 and bool(not faults or self.struck or self.happened)

    @property
    def states(self) -> dict[str, int]:
        """Orders by how they ended."""
        return dict(sorted(Counter(row.state.value for row in self.orders).items()))

    @property
    def roles(self) -> dict[str, int]:
        return dict(sorted(Counter(row.role.value for row in self.orders).items()))

    @property
    def codes(self) -> dict[str, int]:
        """What the operator was told, by code."""
        return dict(sorted(Counter(alert.code for alert in self.alerts).items()))
