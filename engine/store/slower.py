"""Slower candles out of a stored series, by the language's own rule, a year at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..diagnostics.diagnostic import InputError
from ..market.columns import Columns
from ..market.resample import STATE, resample
from ..market.timeframe import Timeframe
from .manifest import Source
from .reader import read_years
from .rows import OnDuplicate
from .series import Series
from .writer import Writer


def slower(rows: Iterator[Columns], base: Timeframe, to: Timeframe) -> Iterator[Columns]:
    """The candles of `to` that rows of `base` complete, in the pieces the rows come in."""
    step: Callable[..., int] = resample
    state: Any = np.zeros(STATE)
    for piece in rows:
        size = len(piece.time)
        out = Columns(np.empty(size + 1, np.int64), *(np.empty(size + 1) for _ in range(5)))
        arguments: list[Any] = [*piece, *out, np.empty(size, np.int64)]
        views = [memoryview(column) for column in arguments]
        done = step(*views, to.ms, to.anchor, base.ms, memoryview(state), 0, size)
        yield Columns._make(column[:done] for column in out)


def resample_series(
    root: Path, series: Series, to: Timeframe, rule: OnDuplicate, now: Callable[[], int], tell: Callable[[str], None]
) -> tuple[Series, int]:
    """Store `series` as candles of `to`; return which series that is, and how many candles are new or changed.

    Raises InputError when `to` is no slower whole multiple, or stored candles differ and the rule is to refuse.
    """
    base = series.timeframe
    if to.ms <= base.ms or not to.is_multiple_of(base):
        raise InputError(f"{base} candles do not add up to {to} ones", help=f"give a whole multiple of {base}")
    target = Series(series.venue, series.kind, series.symbol, to)
    changed = 0
    with Writer(root, target, now, tell) as writer:
        for rows in slower(read_years(root, series), base, to):
            if len(rows.time):
                ends = int(rows.time[0]), int(rows.time[-1])
                source = Source("resample", f"from {base}", now(), *ends, len(rows.time))
                changed += writer.put(rows, source, rule, (ends[0], ends[1] + to.ms))
    return target, changed
