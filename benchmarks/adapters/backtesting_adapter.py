"""backtesting.py: quantities are whole numbers there, so prices are given per 1e-8 of the base currency."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from candles import Columns
from jobs import Job

from adapters.outcome import Outcome

warnings.filterwarnings("ignore", message=".*[Jj]upyter.*")

from backtesting import Backtest, Strategy  # noqa: E402

UNIT = 1e-8


def prepare(job: Job, candles: Columns, variant: str) -> Any:
    names = ("Open", "High", "Low", "Close")
    prices = {name: column * UNIT for name, column in zip(names, candles[1:5], strict=True)}
    frame = pd.DataFrame(prices | {"Volume": candles.volume}, index=pd.to_datetime(candles.time, unit="ms"))
    following = np.append(candles.open[1:], candles.close[-1])
    return frame, following * UNIT


def run(job: Job, prepared: Any) -> Any:
    frame, following = prepared
    backtest = Backtest(frame, _strategy(job, following), cash=job.capital, commission=job.fee)
    return backtest.run()


def outcome(job: Job, result: Any) -> Outcome:
    trades = result["_trades"].sort_values("ExitBar", kind="stable")
    entry, leave = (trades[name].to_numpy() / UNIT for name in ("EntryPrice", "ExitPrice"))
    return Outcome(entry, leave, trades["Size"].to_numpy() * UNIT, float(result["_equity_curve"]["Equity"].iloc[-1]))


def _strategy(job: Job, following: np.ndarray) -> type[Strategy]:
    class Rules(Strategy):
        def init(self) -> None:
            close = pd.Series(self.data.Close)
            change = close.diff()
            wilder = {"alpha": 1 / job.rsi, "adjust": False}
            gain = change.clip(lower=0).ewm(**wilder).mean()
            loss = -change.clip(upper=0).ewm(**wilder).mean()
            fast = close.ewm(span=job.fast, adjust=False).mean()
            slow = close.ewm(span=job.slow, adjust=False).mean()
            wanted = ((fast > slow) & (100 - 100 / (1 + gain / loss) > job.rsi_above)).to_numpy()
            self.enter = wanted & ~np.append(False, wanted[:-1])
            self.leave = (fast < slow).to_numpy()

        def next(self) -> None:
            row = len(self.data) - 1
            if self.position:
                if self.leave[row]:
                    self.position.close()
            elif self.enter[row]:
                close, fill = self.data.Close[-1], following[row]
                self.buy(size=round(job.cost / close), sl=fill - job.stop * close, tp=fill + job.target * close)

    return Rules
