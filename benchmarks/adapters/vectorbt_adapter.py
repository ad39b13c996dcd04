"""vectorbt: `rust` or `numba` engine; `rust-split` gives every candle two rows (its open, then the rest of it).

Plain arrays and the engine's own averages, because pandas columns and `vbt.MA`, `vbt.RSI` take four times as long.
vectorbt does not test the entry's own candle against stops; on two rows it does, at the price of twice the rows.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import vectorbt as vbt
from candles import Columns
from jobs import Job
from numpy.typing import NDArray
from vectorbt.generic.dispatch import ewm_mean_1d

from adapters.outcome import Outcome

Column = NDArray[Any]


class Prepared(NamedTuple):
    candles: Columns
    split: bool


def prepare(job: Job, candles: Columns, variant: str) -> Prepared:
    engine, _, split = variant.partition("-")
    vbt.settings["engine"] = engine
    return Prepared(candles, bool(split))


def run(job: Job, prepared: Prepared) -> Any:
    opening, high, low, close = prepared.candles[1:5]
    enter, leave = _signals(job, close)
    signal_close = _shift(close, np.nan)
    quantity = job.cost / signal_close
    distance = signal_close / opening
    if prepared.split:
        nothing = np.zeros(len(enter), dtype=bool)
        enter, leave = _interleave(enter, nothing), _interleave(leave, nothing)
        quantity, distance = np.repeat(quantity, 2), np.repeat(distance, 2)
        high, low, close = (_interleave(opening, column) for column in (high, low, close))
        opening = np.repeat(opening, 2)
    portfolio = vbt.Portfolio.from_signals(
        close,
        enter,
        leave,
        price=opening,
        open=opening,
        high=high,
        low=low,
        size=quantity,
        sl_stop=job.stop * distance,
        tp_stop=job.target * distance,
        stop_entry_price="fillprice",
        fees=job.fee,
        init_cash=job.capital,
        direction="longonly",
        freq="30s" if prepared.split else "1min",
    )
    return portfolio, portfolio.value(), portfolio.trades.closed.records


def report(result: Any) -> Any:
    return result[0].stats()


def outcome(job: Job, result: Any) -> Outcome:
    _, equity, trades = result
    entry, leave, quantity = (trades[name].to_numpy() for name in ("entry_price", "exit_price", "size"))
    return Outcome(entry, leave, quantity, float(equity.iloc[-1]))


def _signals(job: Job, close: Column) -> tuple[Column, Column]:
    """Signals of the last candle, to be filled at this one's open."""
    fast, slow = (ewm_mean_1d(close, span, span, False) for span in (job.fast, job.slow))
    change = np.diff(close, prepend=close[0])
    wilder = 2 * job.rsi - 1  # the span whose weight is 1 / n
    gain = ewm_mean_1d(np.maximum(change, 0.0), wilder, wilder, False)
    loss = ewm_mean_1d(np.maximum(-change, 0.0), wilder, wilder, False)
    with np.errstate(invalid="ignore", divide="ignore"):
        wanted = (fast > slow) & (100.0 - 100.0 / (1.0 + gain / loss) > job.rsi_above)
    enter = wanted & ~_shift(wanted, False)
    return _shift(enter, False), _shift(fast < slow, False)


def _shift(column: Column, first: Any) -> Column:
    out = np.empty_like(column)
    out[0] = first
    out[1:] = column[:-1]
    return out


def _interleave(first: Column, second: Column) -> Column:
    out = np.empty(2 * len(first), dtype=first.dtype)
    out[::2] = first
    out[1::2] = second
    return out
