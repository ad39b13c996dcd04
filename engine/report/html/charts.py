"""A picture and its trades -> the data of the price charts, small enough for a page.

Few candles are all shown. Of many, the page has an overview in a longer timeframe, and the candles themselves around
the trades that matter most: the best, the worst and the latest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...market.candles import Candles
from ...trading.trades import ExitReason, Trades
from . import packing
from .picture import Line, Picture
from .thinning import slower, thinned

WHOLE = 30_000
"""Candles of all charts up to which they are shown as they are."""
OVERVIEW = 12_000
"""Candles of all overviews together."""
WINDOWS = 40_000
"""Candles of all windows around trades together."""
AROUND = 40
"""Candles before and after a trade in its window."""
LONGEST = 1_000
"""Candles of a trade beyond which it has no window: the overview shows it well enough."""
EXTREMES = 100
"""Best and worst trades that come before the latest ones."""
MOST_TRADES = 20_000


def price_charts(picture: Picture, trades: Trades) -> list[dict[str, Any]]:
    """A chart per symbol: symbol, timeframe, shown (the overview's), decimals, overview and windows (pieces)."""
    whole = sum(len(c) for c in picture.candles.values()) <= WHOLE
    windows = {} if whole else _windows(picture, trades)
    charts = []
    for symbol, candles in picture.candles.items():
        lines = picture.lines[symbol]
        shown = candles.timeframe
        if not whole and len(candles):
            span = int(candles.time[-1] - candles.time[0])
            shown = slower(shown, span, max(200, OVERVIEW // len(picture.candles)))
        prices = packing.decimals_of(candles.high, figures=packing.PRICE_FIGURES)
        scales = [packing.decimals_of(line.values, figures=packing.LINE_FIGURES) for line in lines]
        overview, ends = thinned(candles, shown)
        pieces = [_piece(overview, lines, ends, prices, scales)]
        for first, last in windows.get(symbol, ()):
            rows = np.arange(first, last)
            pieces.append(_piece(candles.rows(first, last), lines, rows, prices, scales))
        charts.append({
            "symbol": symbol, "timeframe": candles.timeframe.name, "shown": shown.name, "step": shown.ms // 1000,
            "decimals": prices, "candles": len(candles), "pieces": pieces,
            "lines": [{"name": line.name, "pane": line.pane, "decimals": d}
                      for line, d in zip(lines, scales, strict=True)],
        })  # fmt: skip
    return charts


def _piece(
    candles: Candles, lines: Sequence[Line], rows: NDArray[np.intp], prices: int, scales: Sequence[int]
) -> dict[str, Any]:
    """Candles and, row by row, the lines at `rows` of their columns."""
    found = packing.packed_candles(candles, prices)
    found["lines"] = [packing.packed(line.values[rows], d) for line, d in zip(lines, scales, strict=True)]
    return found


def _windows(picture: Picture, trades: Trades) -> dict[str, list[tuple[int, int]]]:
    """Stretches of rows around the most telling trades of each symbol, joined where they meet."""
    closed = np.flatnonzero(trades.reason != ExitReason.OPEN)
    ranked = closed[np.argsort(trades.profit[closed], kind="stable")]
    order = [*ranked[::-1][:EXTREMES].tolist(), *ranked[:EXTREMES].tolist(), *range(len(trades) - 1, -1, -1)]
    marked = {symbol: np.zeros(len(candles), np.bool_) for symbol, candles in picture.candles.items()}
    room = WINDOWS
    for k in dict.fromkeys(order):
        symbol = trades.symbols[trades.symbol[k]]
        if symbol not in marked:
            continue
        time, rows = picture.candles[symbol].time, marked[symbol]
        first, last = (int(row) for row in np.searchsorted(time, [trades.entry_time[k], trades.exit_time[k]]))
        if last - first > LONGEST:
            continue
        part = rows[max(0, first - AROUND) : last + AROUND + 1]
        room -= len(part) - int(np.count_nonzero(part))
        if room < 0:
            break
        part[:] = True
    return {symbol: _stretches(rows) for symbol, rows in marked.items()}


def _stretches(marked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], marked, [False]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def trade_rows(trades: Trades, picture: Picture) -> dict[str, Any]:
    """The last trades as columns, times in seconds; `reasons` and `symbols` name what their columns number."""
    first = max(0, len(trades) - MOST_TRADES)

    def column(values: NDArray[Any]) -> list[Any]:
        plain: list[Any] = values[first:].tolist()
        return [None if value != value else value for value in plain]

    return {
        "of": len(trades), "first": first, "symbols": list(trades.symbols),
        "reasons": [reason.name.lower() for reason in ExitReason],
        "symbol": column(trades.symbol), "side": column(trades.side), "reason": column(trades.reason),
        "entry_time": column(trades.entry_time // 1000), "exit_time": column(trades.exit_time // 1000),
        "entry_price": column(trades.entry_price), "exit_price": column(trades.exit_price),
        "quantity": column(trades.quantity), "fees": column(trades.fees), "funding": column(trades.funding),
        "profit": column(trades.profit), "profit_pct": column(trades.profit_pct), "candles": column(trades.candles),
        "stop": column(picture.stops), "target": column(picture.targets),
    }  # fmt: skip
