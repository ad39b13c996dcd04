"""What functions across symbols compute: one row per time and one column per symbol in, the same out.

Every function looks at one row at a time (the beginnings of periods also at the row before, by their state), sums in
the symbols' order and sorts stably, so that neither chunks nor machines change a bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


class Rows(NamedTuple):
    """`values`: (times, symbols), NaN where a symbol has no candle, its value is unknown, or it is no member; `there`:
    the same shape, whether a symbol is a member then; `state`: what the function keeps, zeros at first."""

    values: Numbers
    there: NDArray[np.bool_]
    state: NDArray[Any]


def rank(rows: Rows) -> Numbers:
    """1 for the highest of each row, the earlier symbol first on a tie."""
    order = np.argsort(-rows.values, axis=1, kind="stable")
    ranks = np.empty_like(rows.values)
    places = np.arange(1.0, rows.values.shape[1] + 1.0)
    np.put_along_axis(ranks, order, np.broadcast_to(places, ranks.shape), axis=1)
    ranks[np.isnan(rows.values)] = np.nan
    return ranks


def universe_mean(rows: Rows) -> Numbers:
    return _shared(rows, _sum(rows.values), _known(rows))


def universe_count(rows: Rows) -> Numbers:
    return _shared(rows, _sum(rows.values), np.minimum(_known(rows), 1.0))


def universe_share(rows: Rows) -> Numbers:
    return _shared(rows, _sum(rows.values), _known(rows))


def member(rows: Rows) -> Numbers:
    return rows.there.astype(np.float64)


def begins(rows: Rows) -> Numbers:
    """Whether the period (its number is the value) is a later one than at the time before. State: [0] the last number,
    [1] whether there was one."""
    numbers, state = np.fmax.reduce(rows.values, axis=1), rows.state
    if not len(numbers):
        return rows.values
    before = np.concatenate([[state[0] if state[1] else numbers[0]], numbers[:-1]])
    state[:] = numbers[-1], 1.0
    return _for_all(rows, (numbers > before).astype(np.float64))


def _known(rows: Rows) -> Numbers:
    found: Numbers = np.count_nonzero(~np.isnan(rows.values), axis=1).astype(np.float64)
    return found


def _sum(values: Numbers) -> Numbers:
    """Symbol after symbol, so that the roundings are always the same ones."""
    total = np.zeros(len(values))
    for column in values.T:
        total += np.where(np.isnan(column), 0.0, column)
    return total


def _shared(rows: Rows, total: Numbers, count: Numbers) -> Numbers:
    """`total` by `count` for every symbol; unknown where nothing was known or the sum is too large for a number."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        found = np.where(count > 0.0, total / count, np.nan)
    found[np.isinf(found)] = np.nan
    return _for_all(rows, found)


def _for_all(rows: Rows, column: Numbers) -> Numbers:
    return np.broadcast_to(column[:, None], rows.values.shape)


FUNCTIONS: Mapping[str, Callable[[Rows], Numbers]] = MappingProxyType({
    "rank": rank, "universe_mean": universe_mean, "universe_count": universe_count, "universe_share": universe_share,
    "member": member, "new_day": begins, "new_week": begins, "new_month": begins, "new_quarter": begins,
})  # fmt: skip
"""By their names in the language."""
