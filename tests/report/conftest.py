"""Trades written as rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from stratrun.engine.trading.trades import ExitReason, Trades

HOUR = 3_600_000


def _trades(*rows: dict[str, float]) -> Trades:
    """Trades from dicts; what a row does not say is a long of 1 unit at 100, held for an hour, closed by a rule."""
    entry = np.array([int(row.get("entry", i)) for i, row in enumerate(rows)], dtype=np.int64) * HOUR
    held = np.array([int(row.get("hours", 1)) for row in rows], dtype=np.int64)

    def floats(name: str, default: float) -> np.ndarray:
        return np.array([row.get(name, default) for row in rows], dtype=np.float64)

    return Trades(
        symbols=("BTC/USDT", "ETH/USDT"),
        symbol=np.array([int(row.get("symbol", 0)) for row in rows], dtype=np.int64),
        side=np.array([int(row.get("side", 1)) for row in rows], dtype=np.int64),
        entry_time=entry,
        exit_time=entry + held * HOUR,
        entry_price=floats("entry_price", 100),
        exit_price=floats("exit_price", 100),
        quantity=floats("quantity", 1),
        fees=floats("fees", 0),
        profit=floats("profit", 0),
        profit_pct=floats("profit", 0),
        risk=floats("risk", np.nan),
        candles=held,
        funding=floats("funding", 0),
        reason=np.array([int(row.get("reason", ExitReason.RULE)) for row in rows], dtype=np.int64),
    )


@pytest.fixture(scope="session")
def make_trades() -> Callable[..., Trades]:
    return _trades
