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
from ..report.release import release
from ..report.run_folder import FORMAT
from ..report.summary import Summary, to_json
from .backtest import Result
from .inputs import Inputs, content_hash


def record_of(inputs: Inputs, result: Result, summary: Summary) -> dict[str, Any]:
    """The report of `to_json` without its trades, and: stratrun_run (the format's number), versions (stratrun, python,
    numpy), data_hash (of the traded candles and the feeds) and instruments (their facts by symbol; None: no limit)."""
    report = to_json(summary, 0)
    del report["trades"]
    return {
        "stratrun_run": FORMAT,
        "versions": {"stratrun": release(), "python": platform.python_version(), "numpy": np.__version__},
        "data_hash": data_hash(inputs.candles, result),
        "instruments": {symbol: _facts(instrument) for symbol, instrument in inputs.instruments.items()},
        **report,
    }


def data_hash(candles: Mapping[str, Candles], result: Result) -> str:
    """64 hex digits that tell the data of a run from other data: its traded candles and the feeds out of `candles`."""
    feeds = {f"feed {name}": candles[symbol] for name, symbol in result.strategy.feeds.items()}
    return content_hash({**result.candles, **feeds})


def _facts(instrument: Instrument) -> dict[str, Any]:
    return {name: None if value == math.inf else value for name, value in asdict(instrument).items()}
