"""vectorbt's side of grid.py: the same points through `Portfolio.from_signals`, ten columns at a time.

`grid_vectorbt.py REPEATS` prints one line of JSON: seconds of each repeat, and the final equity of each point. Each
average is computed once for all points that use it; a hundred columns at once would take ten times the memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import numpy as np
import vectorbt as vbt
from adapters.vectorbt_adapter import _shift
from candles import YEAR, Columns, calm
from jobs import JOBS
from numpy.typing import NDArray
from vectorbt.generic.dispatch import ewm_mean_1d

FASTS, SLOWS = range(5, 15), range(20, 60, 4)


def main() -> None:
    vbt.settings["engine"] = "rust"
    candles = calm(YEAR)
    equity = grid(candles)
    walls = []
    for _ in range(int(sys.argv[1])):
        begin = time.perf_counter()
        equity = grid(candles)
        walls.append(time.perf_counter() - begin)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"walls": walls, "equity": equity, "peak_mb": peak}))


def grid(candles: Columns) -> list[float]:
    """The final equity of each point, the slow average moving fastest."""
    job = JOBS["a"]
    opening, high, low, close = candles[1:5]
    strong = _strong(close)
    slow = [ewm_mean_1d(close, span, span, False) for span in SLOWS]
    before = _shift(close, np.nan)[:, None]
    found: list[float] = []
    for span in FASTS:
        fast = ewm_mean_1d(close, span, span, False)
        wanted = np.column_stack([(fast > each) & strong for each in slow])
        enter = _down(wanted & ~_down(wanted))
        leave = _down(np.column_stack([fast < each for each in slow]))
        portfolio = vbt.Portfolio.from_signals(
            close[:, None], enter, leave, price=opening[:, None], open=opening[:, None], high=high[:, None],
            low=low[:, None], size=job.cost / before, sl_stop=job.stop * before / opening[:, None],
            tp_stop=job.target * before / opening[:, None], stop_entry_price="fillprice", fees=job.fee,
            init_cash=job.capital, direction="longonly", freq="1min",
        )  # fmt: skip
        found += np.asarray(portfolio.final_value()).tolist()
    return found


def _strong(close: NDArray[Any]) -> NDArray[Any]:
    change = np.diff(close, prepend=close[0])
    gain, loss = (ewm_mean_1d(np.maximum(side, 0.0), 27, 27, False) for side in (change, -change))
    with np.errstate(invalid="ignore", divide="ignore"):
        return 100.0 - 100.0 / (1.0 + gain / loss) > 50.0


def _down(signals: NDArray[Any]) -> NDArray[Any]:
    """Moved one candle on."""
    out = np.zeros_like(signals)
    out[1:] = signals[:-1]
    return out


if __name__ == "__main__":
    main()
