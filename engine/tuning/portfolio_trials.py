"""One portfolio at many parameter points over the same candles, each as `research.portfolio` runs it.

One after the other: members meet at every close, so that they cannot take turns on shared columns. Of each only what
was asked for is kept, as of a strategy's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..diagnostics.diagnostic import InputError
from ..language.portfolio import Portfolio
from ..report.curve import DAY, Curve
from ..report.drawdown import deepest
from ..research.inputs import AnyInputs
from ..research.portfolio import PortfolioResult
from ..trading.trades import ExitReason
from .seat import Keep, Ran, Rows


def run_portfolios(
    inputs: AnyInputs, portfolios: Sequence[Portfolio], keep: Keep, told: Callable[[int], None] | None = None
) -> list[Ran]:
    """Run each of `portfolios` as `inputs` would; results in their order. Raises InputError when candles are missing; a
    point whose warm-up the candles do not cover is `refused` alone."""
    found = []
    for portfolio in portfolios:
        found.append(_ran(inputs.of(portfolio), keep))
        if told is not None:
            told(len(found))
    return found


def _ran(inputs: AnyInputs, keep: Keep) -> Ran:
    try:
        result = inputs.run()
    except InputError as error:
        if not _traded(inputs):
            raise
        none = np.zeros(0)
        return Ran(Curve(none.astype(np.int64), none, inputs.account.capital, 0), 0, refused=error.message)
    whole = result.metrics.curve
    rows = np.arange(len(whole.equity)) if keep.equity else _daily(whole)
    fall = deepest(whole.equity, whole.capital) if keep.falls and len(whole.equity) else None
    if fall is not None:
        rows = np.union1d(rows, [row for row in (fall.peak, fall.trough) if row >= 0])
    curve = Curve(whole.time[rows], whole.equity[rows], whole.capital, whole.start)
    return Ran(curve, _closed(result), result.trades if keep.trades else None)


def _traded(inputs: AnyInputs) -> bool:
    """Whether the range holds candles of every symbol."""
    start, end = inputs.start, inputs.end
    times = [inputs.candles[symbol].time for symbol in inputs.symbols if symbol in inputs.candles]
    bounds = [np.searchsorted(t, [t[0] if start is None else start, t[-1] + 1 if end is None else end]) for t in times]
    return len(times) == len(inputs.symbols) and any(first < last for first, last in bounds)


def _daily(curve: Curve) -> Rows:
    """The last point at or before each midnight, and the last of all."""
    if not len(curve.time):
        return np.zeros(0, np.int64)
    midnights = np.arange(curve.start // DAY + 1, int(curve.time[-1]) // DAY + 1, dtype=np.int64) * DAY
    rows = np.searchsorted(curve.time, midnights, side="right") - 1
    return np.unique(np.append(rows[rows >= 0], len(curve.time) - 1))


def _closed(result: PortfolioResult) -> int:
    return int(np.count_nonzero(result.trades.reason != ExitReason.OPEN))
