"""A run -> its record for `result.json`: the report, and what tells whether two runs may be compared."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from ..market.candles import Candles
from ..market.instrument import Instrument
from ..report.portfolio_summary import PortfolioSummary
from ..report.portfolio_summary import to_json as portfolio_json
from ..report.release import release
from ..report.run_folder import FORMAT
from ..report.summary import Summary, to_json
from ..trading.venue import Funding
from .inputs import AnyInputs, Inputs, content_hash
from .portfolio_inputs import PortfolioInputs


def record_of(inputs: Inputs, traded: Mapping[str, Candles], summary: Summary) -> dict[str, Any]:
    """The report of `to_json` without its trades, and: stratrun_run (the format's number), versions (stratrun, python,
    numpy), data_hash (see there) and instruments (their facts by symbol; None: no limit)."""
    return _record(inputs, to_json(summary, 0), data_hash(inputs, traded))


def portfolio_record(
    inputs: PortfolioInputs, traded: Mapping[str, Candles], summary: PortfolioSummary
) -> dict[str, Any]:
    """The same of a portfolio, whose members stand in `members` without their trades; its name and hash stand where a
    strategy's do, too."""
    report = portfolio_json(summary, 0)
    for member in report["members"]:
        del member["trades"]
    named = {"kind": "portfolio", "strategy": report["portfolio"], "strategy_hash": report["portfolio_hash"]}
    return _record(inputs, {**report, **named}, data_hash(inputs, traded))


def _record(inputs: AnyInputs, report: dict[str, Any], digest: str) -> dict[str, Any]:
    del report["trades"]
    return {
        "stratrun_run": FORMAT,
        "versions": {"stratrun": release(), "python": platform.python_version(), "numpy": np.__version__},
        "data_hash": digest,
        "instruments": {symbol: _facts(instrument) for symbol, instrument in inputs.instruments.items()},
        **report,
    }


def data_hash(inputs: AnyInputs, traded: Mapping[str, Candles] | None = None) -> str:
    """64 hex digits that tell the data of a run from other data: the traded candles (all of the range if left out), the
    feeds, and the finer candles and funding rates of the time that was traded."""
    if traded is None:
        traded = {symbol: _within(inputs.candles[symbol], inputs.start, inputs.end) for symbol in inputs.symbols}
    feeds = {symbol for strategy in inputs.strategies for symbol in strategy.feeds.values()}
    held = [candles for candles in traded.values() if len(candles)]
    first = min((int(candles.time[0]) for candles in held), default=0)
    last = max((int(candles.time[-1]) + candles.timeframe.ms for candles in held), default=0)
    finer = {f"finer {symbol}": _within(c, first, last) for symbol, c in inputs.venue.detail.items()}
    funding = {symbol: _due(rates, first, last) for symbol, rates in inputs.venue.funding.items()}
    return content_hash({**traded, **{f"feed {symbol}": inputs.candles[symbol] for symbol in feeds}, **finer}, funding)


def _within(candles: Candles, start: int | None, end: int | None) -> Candles:
    bounds = (0 if start is None else int(candles.time.searchsorted(start)),
              len(candles) if end is None else int(candles.time.searchsorted(end)))  # fmt: skip
    return candles.rows(bounds[0], max(bounds))


def _due(rates: Funding, first: int, last: int) -> Funding:
    rows = slice(*np.searchsorted(rates.time, [first, last], side="right").tolist())
    return replace(rates, time=rates.time[rows], rate=rates.rate[rows])


def _facts(instrument: Instrument) -> dict[str, Any]:
    return {name: None if value == math.inf else value for name, value in asdict(instrument).items()}
