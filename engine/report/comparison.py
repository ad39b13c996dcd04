"""Several runs -> what differs: figures side by side, how alike they moved, which trades they share, and warnings
where comparing them misleads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..diagnostics.diagnostic import InputError
from . import returns
from . import wording as say
from .curve import Curve
from .grids import Grid
from .run_folder import Run

MOST = 20
"""Runs that are compared at once."""

FIGURES: Mapping[str, tuple[str, Callable[[float | None], str]]] = {
    "return": ("Return", say.percent),
    "cagr": ("A year (CAGR)", say.percent),
    "max_drawdown": ("Max drawdown", say.percent),
    "volatility": ("Volatility", say.percent),
    "sharpe": ("Sharpe", say.ratio),
    "sortino": ("Sortino", say.ratio),
    "calmar": ("Calmar", say.ratio),
    "sharpe_probability": ("Sharpe above 0", say.percent),
    "trades": ("Trades", say.ratio),
    "win_rate": ("Won", say.percent),
    "profit_factor": ("Profit factor", say.ratio),
    "expectancy": ("Expectancy", say.ratio),
    "sqn": ("SQN", say.ratio),
    "average_hold_hours": ("Average hold, h", say.ratio),
    "exposure": ("Time in the market", say.percent),
    "turnover": ("Turnover", say.ratio),
    "fees": ("Fees", say.ratio),
    "funding": ("Funding", say.ratio),
    "final_equity": ("End", say.ratio),
}
"""Figures of a record that are shown: label and words."""


@dataclass(frozen=True)
class Comparison:
    """Two runs or more, with different names; the first is what the others are measured against."""

    runs: Sequence[Run]

    @property
    def names(self) -> list[str]:
        return [run.name for run in self.runs]

    @cached_property
    def curves(self) -> list[Curve]:
        return [curve_of(run) for run in self.runs]

    @cached_property
    def correlation(self) -> list[list[float | None]]:
        """Of daily returns, on the days that both runs have; None for fewer than 30 or where nothing moved."""
        return [[_correlation(a, b) for b in self.curves] for a in self.curves]

    @cached_property
    def common_trades(self) -> list[list[int]]:
        """Trades of the same symbol and side entered at the same time; on the diagonal how many there are."""
        counts = [Counter(run.entries) for run in self.runs]
        return [[(a & b).total() for b in counts] for a in counts]

    def figure(self, name: str) -> list[float | None]:
        """One figure of every run."""
        return [run.record["result"].get(name) for run in self.runs]

    def difference(self, name: str) -> list[float | None]:
        """A figure less the first run's."""
        first, *_ = values = self.figure(name)
        return [None if first is None or value is None else value - first for value in values]

    @cached_property
    def warnings(self) -> list[str]:
        """Where the runs differ in more than their strategies."""
        found = []
        for name, read in _CIRCUMSTANCES.items():
            values = [read(run.record) for run in self.runs]
            if any(value != values[0] for value in values):
                words = "; ".join(f"{run.name} {_words(value)}" for run, value in zip(self.runs, values, strict=True))
                found.append(f"{name} differ: {words}")
        hashes = Counter(run.record["strategy_hash"] for run in self.runs)
        for digest, count in hashes.items():
            if count > 1:
                same = [run.name for run in self.runs if run.record["strategy_hash"] == digest]
                found.append(f"the same strategy: {', '.join(same)} mean the same, whatever they are called")
        return found


def compare(runs: Sequence[Run]) -> Comparison:
    """Raises InputError for fewer than two runs, or too many."""
    if len(runs) < 2:
        raise InputError(f"{len(runs)} run is nothing to compare", help="name two runs or more")
    if len(runs) > MOST:
        raise InputError(f"{len(runs)} runs are too many to compare at once", help=f"name at most {MOST}")
    seen: Counter[str] = Counter()
    named = []
    for run in runs:
        seen[run.name] += 1
        name = run.name if seen[run.name] == 1 else f"{run.name} ({seen[run.name]})"
        named.append(Run(name, run.record, run.time, run.equity, run.entries))
    return Comparison(named)


def _setting(name: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda record: record["settings"].get(name)


_CIRCUMSTANCES: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "candles": lambda record: str(record["data_hash"])[:12],
    "ranges": lambda record: f"{record['range'].get('from')} to {record['range'].get('to')}",
    "symbols": lambda record: ", ".join(map(str, record["symbols"])),
    "timeframes": lambda record: record["timeframe"],
    "quote currencies": lambda record: record["quote"],
    "capitals": lambda record: record["costs"].get("capital"),
    "fees": lambda record: _instruments(record, "maker", "taker"),
    "instruments' steps and minimums": lambda record: _instruments(
        record, "price_tick", "quantity_step", "min_quantity", "min_cost"
    ),
    "slippages": _setting("slippage"),
    "spreads": _setting("spread"),
    "impacts": _setting("impact"),
    "volume shares": _setting("volume_share"),
    "ways of touching limits": _setting("touch"),
    "finer candles": _setting("detail"),
    "fundings": _setting("funding"),
    "releases": lambda record: record["versions"].get("stratrun"),
}
"""What should be alike, by what it is called in the plural."""


def _instruments(record: Mapping[str, Any], *facts: str) -> str:
    """Facts of the run's instruments, each set once."""
    found = dict.fromkeys(
        ", ".join(f"{fact} {_words(values.get(fact))}" for fact in facts)
        for values in record["instruments"].values()
        if isinstance(values, dict)
    )
    return "; ".join(found)


def _words(value: object) -> str:
    if value is None or value == "":
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def curve_of(run: Run) -> Curve:
    """A run's equity as a curve."""
    capital = run.record["costs"].get("capital") or 1.0
    start = int(run.time[0]) - (int(run.time[1] - run.time[0]) if len(run.time) > 1 else 0) if len(run.time) else 0
    return Curve(run.time, run.equity, float(capital), start)


def _correlation(a: Curve, b: Curve) -> float | None:
    if len(a.daily_returns) != len(a.midnights) or len(b.daily_returns) != len(b.midnights):
        return None
    _, ours, theirs = np.intersect1d(a.midnights, b.midnights, return_indices=True)
    left, right = a.daily_returns[ours], b.daily_returns[theirs]
    if len(left) < returns.ENOUGH or left.std() < returns.NOISE or right.std() < returns.NOISE:
        return None
    return float(np.clip(np.corrcoef(left, right)[0, 1], -1, 1))


def figure_grid(comparison: Comparison) -> Grid:
    """Figures, a column a run."""
    rows = [
        (label, *(_cell(name, value, words) for value in comparison.figure(name)))
        for name, (label, words) in FIGURES.items()
    ]
    return Grid("Figures", comparison.names, rows)


def difference_grid(comparison: Comparison) -> Grid:
    """What every other run has more or less than the first; percentages in points."""
    rows = []
    for name, (label, words) in FIGURES.items():
        cells = [_cell(name, value, words).replace("%", "pts") for value in comparison.difference(name)[1:]]
        rows.append((label, *(f"+{cell}" if cell[0].isdigit() and cell.strip("0. pts") else cell for cell in cells)))
    return Grid(f"Against {comparison.names[0]}", comparison.names[1:], rows)


def correlation_grid(comparison: Comparison) -> Grid:
    rows = [(name, *map(say.ratio, row)) for name, row in zip(comparison.names, comparison.correlation, strict=True)]
    return Grid("Correlation of days", comparison.names, rows)


def common_grid(comparison: Comparison) -> Grid:
    rows = [
        (name, *(f"{count:,}" for count in row))
        for name, row in zip(comparison.names, comparison.common_trades, strict=True)
    ]
    return Grid("Trades in common", comparison.names, rows)


def grids_of(comparison: Comparison) -> list[Grid]:
    """Every table of the comparison, in order."""
    return [make(comparison) for make in (figure_grid, difference_grid, correlation_grid, common_grid)]


def to_json(comparison: Comparison) -> dict[str, Any]:
    """Keys: warnings; runs (name, strategy, strategy_hash, data_hash, range, result); difference (figure to one value
    a run, against the first); correlation and common_trades (rows and columns in the order of runs)."""
    names = list(comparison.runs[0].record["result"])
    kept = ("strategy", "strategy_hash", "data_hash", "range", "result")
    return {
        "warnings": comparison.warnings,
        "runs": [{"name": run.name, **{key: run.record[key] for key in kept}} for run in comparison.runs],
        "difference": {name: comparison.difference(name) for name in names},
        "correlation": comparison.correlation,
        "common_trades": comparison.common_trades,
    }


def _cell(name: str, value: float | None, words: Callable[[float | None], str]) -> str:
    return f"{value:,.0f}" if name == "trades" and value is not None else words(value)
