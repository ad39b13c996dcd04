"""The page of one run: its figures as tables, its data for the charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...trading.codes import EXPLANATIONS, Decision
from ...trading.records import Decisions
from ...trading.trades import ExitReason
from .. import grids
from .. import wording as say
from ..curve import Curve
from ..grids import Grid
from ..learned_grids import model_grids
from ..summary import Summary, all_notes, to_json
from ..text import header
from .charts import MOST_TRADES, price_charts, trade_rows
from .equity import equity_chart
from .page import render
from .picture import Picture

SCRIPTS = ("base.js", "equity.js", "levels.js", "prices.js", "trades.js", "report.js")
LAST_REFUSALS = 200
LAST_CHANGES = 500
BINS = 41


def report_page(
    summary: Summary, picture: Picture, decisions: Decisions, symbols: Sequence[str] = (), members: Sequence[Grid] = ()
) -> bytes:
    """The report as a file for a browser. `decisions` are those of the run, of `symbols` (else of the summary's); the
    last refused ones are listed. `members` are the tables of a portfolio's."""
    trades = summary.metrics.trades
    bins = histogram(summary)
    equity = equity_chart(summary)
    report = to_json(summary, 0)
    del report["trades"]
    data = {
        "report": report,
        "places": 2 if summary.metrics.curve.capital >= 100 else 8,
        "equity": equity,
        "charts": price_charts(picture, trades),
        "trades": trade_rows(trades, picture),
        "histogram": bins,
    }
    refusals = last_refusals(summary, decisions, symbols or summary.symbols)
    return render(
        "report.html", summary.title, data, SCRIPTS, summary=summary, header=header(summary),
        notes=all_notes(summary), cards=cards(summary), equity_words=equity_words(summary),
        equity_every=equity["every"], first=first_grids(summary), members=members, bounds=grids.bounds(summary),
        skipped=summary.variants is None, explain={v.name.capitalize(): v.words for v in summary.variants or ()},
        chart_notes=chart_notes(picture), years=years(summary.metrics.curve), months=grids.MONTHS,
        histogram=bins and Grid("Return of a trade, %", ["Trades"], [_bin_words(found) for found in bins]),
        trades_note=trades_note(len(trades)), refused=grids.refused(summary), refusals=refusals, cut=grids.cut(summary),
        refused_count=f"{sum(summary.refused.values()):,}",
        codes={code.name: words.replace("`", "") for code, words in EXPLANATIONS.items()},
        models=[grid for model in model_grids(summary.learned) for grid in model],
        changes=grids.changes(summary, LAST_CHANGES), settings=settings(summary), instruments=gaps(summary),
    )  # fmt: skip


def cards(summary: Summary) -> list[tuple[str, str, str]]:
    """The figures a reader looks for first: name, words, tone."""
    curve, closed = summary.metrics.curve, summary.metrics.closed
    held = summary.hold.total_return if summary.hold else None
    return [
        ("Return", say.percent(curve.total_return, signed=True), tone(curve.total_return)),
        ("Buy and hold", say.percent(held, signed=True), tone(held)),
        ("Max drawdown", say.percent(curve.max_drawdown), ""),
        ("Sharpe", say.ratio(curve.sharpe), ""),
        ("Profit factor", say.ratio(closed.profit_factor), ""),
        ("Trades", f"{closed.count:,}", ""),
        ("Won", say.percent(closed.win_rate, places=1), ""),
        (f"End, {summary.quote}", grids.cash(summary, curve.final), ""),
    ]


def tone(value: float | None) -> str:
    return "" if not value else "gain" if value > 0 else "loss"


def first_grids(summary: Summary) -> list[Grid]:
    found = [grids.result(summary), grids.trades(summary), grids.costs(summary), grids.exits(summary)]
    return [grid for grid in found if grid is not None]


def equity_words(summary: Summary) -> str:
    curve = summary.metrics.curve
    span = f"{say.when(curve.start)} to {say.when(curve.end)}"
    ends = f"{grids.cash(summary, curve.capital)} to {grids.cash(summary, curve.final)} {summary.quote}"
    return f"Equity from {span}: {ends}, at most {say.percent(curve.max_drawdown)} below its highest."


def years(curve: Curve) -> list[dict[str, Any]]:
    """Rows of the heat map; a cell's tone grows with the return, strongest at 10 % a month (25 % a year)."""
    return [
        {"name": year, "cells": [*(_heat(value, 0.1) for value in months), _heat(whole, 0.25)]}
        for year, (*months, whole) in grids.by_year(curve)
    ]


def _heat(value: float | None, strongest: float) -> dict[str, str]:
    level = 0 if value is None else min(4, int(abs(value) / strongest * 3) + 1)
    tint = f"{'g' if value > 0 else 'l'}{level}" if value else ""
    return {"words": grids.short(value), "tone": tint}


def histogram(summary: Summary) -> list[dict[str, float]] | None:
    """How many closed trades made which return (percent of the entry cost); None for fewer than two."""
    trades = summary.metrics.trades
    found = trades.profit_pct[trades.reason != ExitReason.OPEN]
    if len(found) < 2 or float(np.ptp(found)) <= 0:
        return None
    # Zero is an edge, so that no bin holds gains and losses; the outermost hold the outliers.
    low, high = (float(edge) for edge in np.percentile(found, [0.5, 99.5]))
    width = max((max(high, 0.0) - min(low, 0.0)) / BINS, 1e-9)
    edges = np.arange(np.floor(min(low, 0.0) / width), np.ceil(max(high, 0.0) / width) + 1) * width
    edges = np.unique(np.concatenate(([min(edges[0], found.min())], edges, [max(edges[-1], found.max())])))
    counts, _ = np.histogram(found, edges)
    return [
        {"from": float(edges[k]), "to": float(edges[k + 1]), "trades": count} for k, count in enumerate(counts.tolist())
    ]


def _bin_words(found: dict[str, float]) -> list[str]:
    return [f"{found['from']:+.2f} to {found['to']:+.2f}", f"{found['trades']:,}"]


def chart_notes(picture: Picture) -> list[str]:
    """What the charts leave out."""
    notes = []
    if picture.left_out:
        notes.append(f"Without a chart here: {say.listed(picture.left_out)} (those with the most trades have one).")
    if picture.lines_left_out:
        notes.append(f"Not drawn, for want of room: {say.listed(picture.lines_left_out)}.")
    notes.append("Stops and targets are drawn where they stood at the entry; a trail moves them later.")
    return notes


def trades_note(count: int) -> str:
    if count > MOST_TRADES:
        return f"The last {MOST_TRADES:,} of {count:,} trades; --trades FILE writes them all."
    return "Click a number to see the trade on the chart, a head to sort by it."


def last_refusals(summary: Summary, decisions: Decisions, symbols: Sequence[str]) -> Grid:
    """The latest signals that became no order, newest first."""
    codes = [Decision[name].value for name, count in summary.refused.items() if count]
    rows = np.flatnonzero(np.isin(decisions.code, codes))[::-1][:LAST_REFUSALS]
    found = []
    for k in rows.tolist():
        compared = ["" if np.isnan(value) else f"{value:,.6g}" for value in (decisions.limit[k], decisions.actual[k])]
        found.append([
            say.when(int(decisions.time[k])),
            symbols[int(decisions.symbol[k])],
            "long" if decisions.side[k] > 0 else "short",
            Decision(int(decisions.code[k])).name,
            "" if np.isnan(decisions.price[k]) else say.price(float(decisions.price[k])),
            *compared,
        ])  # fmt: skip
    return Grid("Signals refused, newest first", ["Symbol", "Side", "Code", "Close", "Limit", "Found"], found)


def settings(summary: Summary) -> Grid:
    """What would make the same run again."""
    whose = f"{summary.kind.capitalize()}'s hash"
    rows: list[Sequence[str]] = [(whose, summary.identity), ("Timeframe", summary.timeframe)]
    for name, value in summary.settings.items():
        words = value if isinstance(value, str) else "yes" if value is True else f"{value or 0:g}"
        if words not in ("", "0"):
            rows.append((name.replace("_", " ").capitalize() if "." not in name else name, words))
    return Grid("Settings", [""], rows)


def gaps(summary: Summary) -> Grid:
    """What was traded, and what was missing."""
    rows = [
        (symbol, f"{found.count:,}", f"{found.missing:,}", f"{found.longest:,}")
        for symbol, found in list(summary.gaps.items())[:50]
    ]
    return Grid("Candles", ["Gaps", "Missing", "Longest"], rows)
