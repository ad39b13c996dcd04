"""The compiled graph as data: columns, the steps that fill them, and the columns somebody asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from ..language.term import Clock


class Kind(StrEnum):
    """What a column holds: float64 numbers (NaN = unknown), int8 conditions (0, 1, 2) or int64 times and counts."""

    NUMBER = "number"
    CONDITION = "condition"
    INTEGER = "integer"


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column. `first`: rows of its clock before its first value; `settle`: rows until a seed's weight is
    < 1e-6, None where it never fades (anchored). `constant` columns have one value on every row."""

    label: str
    kind: Kind
    clock: int
    first: int
    settle: int | None
    constant: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Fills `outputs` from `inputs` (column numbers), row by row of `clock`, by a kernel or an extender."""

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    params: tuple[float | int | str, ...]
    state: int
    clock: int
    kernel: Callable[..., None] | None
    extender: Callable[[], Any] | None = None
    weight: int = 1
    """What a row costs interpreted, in rows of a usual step."""
    across: str = ""
    """Instead of a kernel: the function of `across` that compares the symbols' rows at one time."""


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """Whose rows: clock 0 is the strategy's own. `base` is the clock a slower one is resampled from (None for a
    clock whose candles are given); `visible` and `fresh` are the columns that align it to clock 0 (None for 0)."""

    clock: Clock
    base: int | None
    visible: int | None
    fresh: int | None


@dataclass(frozen=True)
class Plan:
    """Columns in order of computation. `sources` maps (clock number, candle field) to the column it fills."""

    clocks: tuple[ClockSpec, ...]
    columns: tuple[ColumnSpec, ...]
    steps: tuple[Step, ...]
    sources: Mapping[tuple[int, str], int]
    roots: Mapping[str, int]
    """Column by the name it was asked for under; all on clock 0."""

    @property
    def first(self) -> int:
        """Rows before every root is known."""
        return max((self.columns[c].first for c in self.roots.values()), default=0)

    def lacking(self, rows: Sequence[int]) -> bool:
        """Whether some root cannot be known on any of `rows[clock]` rows: a bound that never errs on the safe side.

        `first` counts a slower clock's rows as if no candle were missing; here they are what there is.
        """
        least = [0] * len(self.columns)
        for step in self.steps:
            lifted = self.columns[step.inputs[0]].clock != step.clock if step.inputs else False
            before = max((self.columns[i].first for i in step.inputs), default=0)
            begun = max((least[i] for i in step.inputs), default=0)
            for out in step.outputs:
                least[out] = 0 if lifted else begun + max(0, self.columns[out].first - before)
        return any(least[k] >= rows[column.clock] for k, column in enumerate(self.columns))

    @property
    def settle(self) -> int | None:
        """Rows of history to load before a start, or None where a root never forgets its first candle."""
        each = [self.columns[c].settle for c in self.roots.values()]
        return None if None in each else max((s for s in each if s is not None), default=0)

    @property
    def anchored(self) -> list[str]:
        """Labels of the columns that never forget their first candle (not of what is made of them)."""
        return sorted({
            self.columns[out].label
            for step in self.steps
            for out in step.outputs
            if self.columns[out].settle is None and all(self.columns[i].settle is not None for i in step.inputs)
        })  # fmt: skip

    @cached_property
    def meetings(self) -> tuple[int, ...]:
        """Where in `steps` the symbols are compared: all of them must have come so far."""
        return tuple(k for k, step in enumerate(self.steps) if step.across)

    @cached_property
    def unread(self) -> frozenset[int]:
        """Outputs that no step, no clock and no root reads: `bb`'s bands where only its basis is asked for."""
        read = {*self.roots.values(), *self.sources.values(), *(i for step in self.steps for i in step.inputs)}
        return frozenset(out for step in self.steps for out in step.outputs) - read

    @cached_property
    def hash(self) -> str:
        """What the graph computes, as one word: equal for equal meaning, whatever the file looked like."""
        content = {
            "clocks": [[c.clock.feed, c.clock.timeframe.name, c.base] for c in self.clocks],
            "columns": [[c.kind, c.clock, repr(c.constant)] for c in self.columns],
            "steps": [[s.name, s.inputs, s.outputs, [repr(p) for p in s.params]] for s in self.steps],
            "sources": sorted([clock, name, column] for (clock, name), column in self.sources.items()),
            "roots": dict(sorted(self.roots.items())),
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
