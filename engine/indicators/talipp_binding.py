"""talipp behind the catalogue's contract: rows in, rows out, NaN for unknown.

talipp keeps every row, repeats its last value where it has none, is poisoned by a NaN and raises on a flat market.
Here an unknown row is never fed, a value that was not computed on this very row is unknown, arithmetic errors are
unknown, and old rows are dropped in blocks, far beyond what any window reaches.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from ..kernel import Column, views
from .catalogue import Cost, Indicator, Input, InputKind, Output, Parameter, Values, register

CANDLE = ("open", "high", "low", "close", "volume")
REACH = 10
"""Rows kept, in multiples of the warm-up: talipp seeds itself anew when it is left with a window or less."""


class Extender:
    """One talipp indicator, fed row by row."""

    def __init__(
        self, indicator: Any, entry_inputs: Sequence[Input], outputs: Sequence[Output], fields: Sequence[str],
        keep: int, carry: bool,
    ) -> None:  # fmt: skip
        self._indicator = indicator
        self._kinds = [item.kind for item in entry_inputs]
        self._bounds = [(output.low, output.high) for output in outputs]
        self._fields = fields
        self._keep = keep
        self._carry = carry
        self._held = 0
        self._failed = False
        self._fresh: Any = None
        self._candle = import_module("talipp.ohlcv").OHLCV
        raw = indicator._calculate_new_value
        indicator._calculate_new_value = lambda: self._note(raw)
        for part in _parts(indicator):
            part._calculate_new_value = self._guarded(part._calculate_new_value)

    def extend(self, inputs: Sequence[Any], outputs: Sequence[Any], lo: int, hi: int) -> None:
        """Compute rows lo..hi of `outputs` from the same rows of `inputs` (arrays or memoryviews)."""
        columns: tuple[Column, ...] = views(tuple(inputs))
        targets: tuple[Column, ...] = views(tuple(outputs))
        for i in range(lo, hi):
            values = self._step([column[i] for column in columns])
            for target, value in zip(targets, values, strict=True):
                target[i] = value

    def _step(self, row: list[float]) -> list[float]:
        unknown = [math.nan] * len(self._bounds)
        for value in row:
            if value - value != 0.0:
                return unknown
        self._fresh = None
        self._failed = False
        self._indicator.add(self._value(row))
        self._forget()
        found = self._indicator[-1] if self._carry else self._fresh
        if found is None or self._failed:
            return unknown
        parts = [getattr(found, name) for name in self._fields] if self._fields else [found]
        return [_within(part, *bounds) for part, bounds in zip(parts, self._bounds, strict=True)]

    def _value(self, row: list[float]) -> Any:
        if self._kinds == [InputKind.SERIES]:
            return row[0]
        candle = self._candle(0.0, 0.0, 0.0, 0.0, 0.0)
        for kind, value in zip(self._kinds, row, strict=True):
            setattr(candle, kind.value, value)
        return candle

    def _forget(self) -> None:
        self._held += 1
        if self._held >= 2 * self._keep:
            self._indicator.purge_oldest(self._keep)
            self._held -= self._keep

    def _note(self, raw: Callable[[], Any]) -> Any:
        self._fresh = self._guarded(raw)()
        return self._fresh

    def _guarded(self, raw: Callable[[], Any]) -> Callable[[], Any]:
        def calculate() -> Any:
            try:
                return raw()
            except (ArithmeticError, ValueError):
                self._failed = True
                return None

        return calculate


def _parts(indicator: Any) -> list[Any]:
    """Every talipp indicator inside another one, once."""
    found: list[Any] = []
    waiting = [indicator]
    while waiting:
        one = waiting.pop()
        for part in (*one.sub_indicators, *one.managed_sequences, *one.output_listeners):
            if hasattr(part, "_calculate_new_value") and not any(part is known for known in found):
                found.append(part)
                waiting.append(part)
    return found


def _within(value: Any, low: float | None, high: float | None) -> float:
    if value is None:
        return math.nan
    number = float(value)
    if number - number != 0.0:
        return math.nan
    if low is not None and number < low:
        return low
    if high is not None and number > high:
        return high
    return number


def bind_talipp(
    make: Callable[[Any, Values], Any],
    *,
    inputs: tuple[Input, ...],
    outputs: tuple[Output, ...],
    first: Callable[[Values], tuple[int, ...]],
    fields: tuple[str, ...] = (),
    parameters: tuple[Parameter, ...] = (),
    carry: bool = False,
    **described: Any,
) -> None:
    """Register an entry computed by talipp.

    `make` builds the talipp indicator from its module and the parameter values; `fields` names the attributes of
    a composite value, in the order of `outputs`; `carry` says that where talipp computes nothing, its last value
    still stands (a running total on a candle without a range).
    """

    def extender(values: Values) -> Extender:
        keep = max(REACH * (max(first(values)) + 1), 256)
        talipp = import_module("talipp.indicators")
        return Extender(make(talipp, values), inputs, outputs, fields, keep, carry)

    register(
        Indicator(
            inputs=inputs,
            parameters=parameters,
            outputs=outputs,
            kernel=None,
            state=lambda p: 0,
            first=first,
            cost=Cost.PYTHON,
            talipp=extender,
            **described,
        )
    )
