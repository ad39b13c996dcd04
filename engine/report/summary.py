"""One run as a reader wants it told: what went in, what came out. `to_json` gives it to programs, `text` to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..learning.walk import Learned
from ..market.gaps import Gaps
from ..trading.trades import Trades
from . import wording as say
from .curve import Curve
from .learned import learned_json
from .metrics import Metrics, Value, closed_figures, curve_figures
from .tables import Column, cells, iso, iso_time, trade_columns

FAR = 0.5
"""The part of the price from which on nobody means a stop to be that far away."""
SYNTHETIC = "The candles are synthetic: this shows how the strategy works and says nothing about profit."


@dataclass(frozen=True, slots=True)
class Variant:
    """The same run made otherwise: what it is called, in words, and what it came to."""

    name: str
    words: str
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the account's state at a close (ms UTC): active, reducing or halted, by which limit and its numbers
    (NaN where none were compared)."""

    time: int
    state: str
    code: str
    limit: float
    actual: float


@dataclass(frozen=True, slots=True)
class Summary:
    """The inputs of a report. Fees and slippage are fractions; `fee` and `slippage` None when they differ by symbol."""

    title: str
    mode: str
    """back-test, paper or live."""
    symbols: Sequence[str]
    timeframe: str
    quote: str
    metrics: Metrics
    hold: Curve | None = None
    """Buy and hold over the same points, see `hold.buy_and_hold`."""
    candles: int = 0
    gaps: Mapping[str, Gaps] = field(default_factory=dict)
    fee: float | None = None
    slippage: float | None = None
    refused: Mapping[str, int] = field(default_factory=dict)
    """Signals that became no order, counted by code."""
    cut: Mapping[str, int] = field(default_factory=dict)
    """Entries made smaller than the strategy asked for, counted by code."""
    ambiguous: int = 0
    """Candles that held stop and target both, counted as stops."""
    assumptions: Sequence[str] = ()
    notes: Sequence[str] = ()
    synthetic: bool = False
    interrupted: bool = False
    identity: str = ""
    """The hash of the strategy's meaning, see `language.identity`."""
    description: str = ""
    settings: Mapping[str, Value | str | bool] = field(default_factory=dict)
    """What the account and the venue were told, and the strategy's params, by name."""
    slippage_paid: float | None = None
    """Quote units, spread and impact included."""
    variants: Sequence[Variant] | None = ()
    """The run otherwise, the run itself first; None where that would have taken too long."""
    changes: Sequence[Change] = ()
    learned: Mapping[str, Sequence[Learned]] = field(default_factory=dict)
    """What the models of each symbol came to, see `report.learned`."""
    sources: Sequence[str] = ()
    """Files and stores that the candles were read from, each once."""
    kind: str = "strategy"
    """What `identity` is of: strategy or portfolio."""


def all_notes(summary: Summary) -> list[str]:
    """What the reader must know before believing a figure."""
    notes = list(summary.notes)
    if summary.synthetic:
        notes.insert(0, SYNTHETIC)
    if summary.interrupted:
        notes.insert(0, "Stopped before the end: this is the result so far.")
    return [*notes, *_far_stops(summary.metrics.trades)]


def _far_stops(trades: Trades) -> list[str]:
    """Whether stops were written as prices, most likely; a trade without one has an unknown risk."""
    far = int(np.count_nonzero(trades.risk > FAR * trades.entry_price * trades.quantity))
    if not far:
        return []
    count = say.counted(len(trades), "trade")
    return [f"{far:,} of {count} began with a stop more than half of the price away: is it a price, not a distance?"]


def to_json(summary: Summary, trades: int | None = None) -> dict[str, Any]:
    """The report for programs; figures that are undefined are None.

    Keys: strategy, strategy_hash (of its meaning), description, mode, symbols, timeframe, quote; range (from, to: ISO
    8601, candles); sources (names of candle files); gaps (per symbol: count, missing, longest); settings; costs
    (capital, fee, slippage, fees, funding, slippage_paid, turnover); result (metrics.figures: fractions, days, quote
    units); buy_and_hold (metrics.curve_figures) or None; bounds (name to words and metrics.figures; None where
    skipped); long and short (metrics.closed_figures); exits (per reason: trades, profit); monthly (month to fraction);
    refused and cut (code to count); ambiguous; changes (of the state: time, state, code, limit, actual); assumptions;
    notes; synthetic; interrupted; models (see `learned_json`); daily (time and equity at each midnight); trades (rows
    as in a trade file, the last `trades` of them, all by default).
    """
    metrics, curve = summary.metrics, summary.metrics.curve
    return {
        "strategy": summary.title,
        "strategy_hash": summary.identity,
        "description": summary.description,
        "mode": summary.mode,
        "symbols": list(summary.symbols),
        "timeframe": summary.timeframe,
        "quote": summary.quote,
        "range": {"from": iso_time(curve.start), "to": iso_time(curve.end), "candles": summary.candles},
        "sources": list(summary.sources),
        "gaps": {
            symbol: {"count": gaps.count, "missing": gaps.missing, "longest": gaps.longest}
            for symbol, gaps in summary.gaps.items()
        },
        "settings": dict(summary.settings),
        "costs": {
            "capital": curve.capital,
            "fee": summary.fee,
            "slippage": summary.slippage,
            "fees": metrics.fees,
            "funding": metrics.funding,
            "slippage_paid": summary.slippage_paid,
            "turnover": metrics.turnover,
        },
        "result": metrics.figures(),
        "buy_and_hold": _held(summary.hold),
        "bounds": _bounds(summary.variants),
        "long": closed_figures(metrics.long),
        "short": closed_figures(metrics.short),
        "exits": {reason: found._asdict() for reason, found in metrics.exits.items()},
        "monthly": curve.monthly_returns,
        "refused": dict(summary.refused),
        "cut": dict(summary.cut),
        "ambiguous": summary.ambiguous,
        "changes": [_change(change) for change in summary.changes],
        "assumptions": list(summary.assumptions),
        "notes": all_notes(summary),
        "synthetic": summary.synthetic,
        "interrupted": summary.interrupted,
        "models": learned_json(summary.learned),
        "daily": _daily(curve),
        "trades": _rows(trade_columns(metrics.trades), trades),
    }


def _held(hold: Curve | None) -> dict[str, Value] | None:
    return curve_figures(hold) if hold else None


def _bounds(variants: Sequence[Variant] | None) -> dict[str, Any] | None:
    if variants is None:
        return None
    return {variant.name: {"words": variant.words, **variant.metrics.figures()} for variant in variants}


def _change(change: Change) -> dict[str, Any]:
    found = {"time": iso_time(change.time), "state": change.state, "code": change.code}
    return found | {name: _known(getattr(change, name)) for name in ("limit", "actual")}


def _known(value: float) -> float | None:
    return None if value != value else value


def _daily(curve: Curve) -> dict[str, list[Any]]:
    return {"time": iso(curve.midnights), "equity": curve.daily_equity.tolist()}


def _rows(columns: Sequence[Column], last: int | None) -> list[dict[str, Any]]:
    first = 0 if last is None else max(0, len(columns[0].values) - last)
    names = [column.name for column in columns]
    values = [cells(replace(column, values=column.values[first:])) for column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]
