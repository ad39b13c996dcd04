"""A run -> its record for `result.json`: the report, and what tells whether two runs may be compared."""

from __future__ import annotations

import math
import platform
from dataclasses import asdict
from typing import Any

import numpy as np

from ..market.instrument import Instrument
from ..report.release import release
from ..report.run_folder import FORMAT
from ..report.summary import Summary, to_json
from .backtest import Result
from .inputs import Inputs, content_hash


def record_of(inputs: Inputs, result: Result, summary: Summary) -> dict[str, Any]:
    """The report of `to_json` without its trades, and: stratrun_run (the format's number), versions (stratrun, python,
    numpy), data_hash (of the traded candles and the feeds) and instruments (their facts by symbol; None: no limit)."""
    feeds = {f"feed {name}": inputs.candles[symbol] for name, symbol in inputs.strategy.feeds.items()}
    report = to_json(summary, 0)
    del report["trades"]
    return {
        "stratrun_run": FORMAT,
        "versions": {"stratrun": release(), "python": platform.python_version(), "numpy": np.__version__},
        "data_hash": content_hash({**result.candles, **feeds}),
        "instruments": {symbol: _facts(instrument) for symbol, instrument in inputs.instruments.items()},
        **report,
    }


def _facts(instrument: Instrument) -> dict[str, Any]:
    return {name: None if value == math.inf else value for name, value in asdict(instrument).items()}
