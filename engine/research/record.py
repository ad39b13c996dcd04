"""A run -> its record for `result.json`: the report, and what tells whether two runs may be compared."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from ..market.candles import Candles
from ..market.instrument import Instrument
from ..report.portfolio_summary import PortfolioSummary
from ..report.portfolio_summary import to_json as portfolio_json
from ..report.release import release
from ..report.run_folder import FORMAT
from ..report.summary import Summary, to_json
from .backtest import Result
from .inputs import Inputs, content_hash
from .portfolio import PortfolioResult
from .portfolio_inputs import PortfolioInputs


def record_of(inputs: Inputs, result: Result, summary: Summary) -> dict[str, Any]:
    """The report of `to_json` without its trades, and: stratrun_run (the format's number), versions (stratrun, python,
    numpy), data_hash (of the traded candles and the feeds) and instruments (their facts by symbol; None: no limit)."""
    return _record(inputs, to_json(summary, 0), data_hash(inputs.candles, result))


def portfolio_record(inputs: PortfolioInputs, result: PortfolioResult, summary: PortfolioSummary) -> dict[str, Any]:
    """The same of a portfolio, whose members stand in `members` without their trades; its name and hash stand where a
    strategy's do, too."""
    report = portfolio_json(summary, 0)
    for member in report["members"]:
        del member["trades"]
    named = {"kind": "portfolio", "strategy": report["portfolio"], "strategy_hash": report["portfolio_hash"]}
    return _record(inputs, {**report, **named}, portfolio_data_hash(inputs, result))


def portfolio_data_hash(inputs: PortfolioInputs, result: PortfolioResult) -> str:
    """64 hex digits that tell the data of a run from other data."""
    feeds = {symbol for member in inputs.portfolio.members for symbol in member.strategy.feeds.values()}
    return content_hash({**result.candles, **{f"feed {symbol}": inputs.candles[symbol] for symbol in feeds}})


def _record(inputs: Inputs | PortfolioInputs, report: dict[str, Any], digest: str) -> dict[str, Any]:
    del report["trades"]
    return {
        "stratrun_run": FORMAT,
        "versions": {"stratrun": release(), "python": platform.python_version(), "numpy": np.__version__},
        "data_hash": digest,
        "instruments": {symbol: _facts(instrument) for symbol, instrument in inputs.instruments.items()},
        **report,
    }


def data_hash(candles: Mapping[str, Candles], result: Result) -> str:
    """64 hex digits that tell the data of a run from other data: its traded candles and the feeds out of `candles`."""
    feeds = {f"feed {name}": candles[symbol] for name, symbol in result.strategy.feeds.items()}
    return content_hash({**result.candles, **feeds})


def _facts(instrument: Instrument) -> dict[str, Any]:
    return {name: None if value == math.inf else value for name, value in asdict(instrument).items()}
