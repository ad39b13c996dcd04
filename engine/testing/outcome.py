"""What running a test came to, as data: per case the expectations that failed, per file its mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..diagnostics.diagnostic import Diagnostic, Span
from ..explaining.tree import Node

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Spot:
    """The candles around one: `rows` of cells below `names` (None is unknown); `marked` is the row in question.

    `rules` are the strategy's rules as they stood there, by where they stand in its file.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    marked: int
    rules: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that did not hold: what was `expected`, what `happened` instead, and where to look."""

    expected: str
    happened: str
    span: Span
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """`mistakes` kept the case from being run; without them and without failures it passed."""

    path: str
    name: str
    span: Span | None
    failures: tuple[Failure, ...] = ()
    mistakes: tuple[Diagnostic, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return not self.failures and not self.mistakes


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases passed, failed, and could not be run."""

    passed: int
    failed: int
    broken: int

    @classmethod
    def of(cls, outcomes: Sequence[CaseOutcome]) -> Tally:
        broken = sum(bool(o.mistakes) for o in outcomes)
        passed = sum(o.passed for o in outcomes)
        return cls(passed, len(outcomes) - broken - passed, broken)
