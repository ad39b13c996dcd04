"""Fills and the account's rules for them -> what slippage took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..market.candles import Candles, Floats
from ..trading.account import Account
from ..trading.records import Fills


def slippage_paid(
    fills: Fills, account: Account, candles: Mapping[str, Candles], symbols: Sequence[str]
) -> float:  # fmt: skip
    """Quote units by which market orders filled worse than the open or the stop: slippage, half the spread, impact.

    Fills as a maker pay none; rounding to price ticks is left out.
    """
    if not account.slippage and not account.spread and not account.impact:
        return 0.0
    taken = fills.maker == 0
    move = np.full(len(fills), account.slippage + account.spread / 2)
    if account.impact > 0:
        move += account.impact * _shares(fills, candles, symbols) ** 2
    fair = fills.price / (1 + fills.side * move)
    return float((fills.quantity * np.abs(fills.price - fair))[taken].sum())


def _shares(fills: Fills, candles: Mapping[str, Candles], symbols: Sequence[str]) -> Floats:
    """Each fill's part of what its candle traded, 1 at most."""
    volume = np.zeros(len(fills))
    for number, symbol in enumerate(symbols):
        held, mine = candles[symbol], fills.symbol == number
        if len(held):
            rows = np.searchsorted(held.time, fills.time[mine], side="right") - 1
            volume[mine] = held.volume[np.maximum(rows, 0)]
    return np.where(volume > fills.quantity, fills.quantity / np.maximum(volume, 1e-300), 1.0)
