"""Strategies with parameters, candles for them, and a back-test's inputs of both."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.research.inputs import Inputs
from stratrun.engine.tuning.draft import Draft

PARAMS: dict[str, Any] = {
    "fast": {"default": 8, "range": [3, 20]},
    "slow": {"default": 30, "range": [10, 60], "step": 5},
    "stop": {"default": "2%", "range": ["0.5%", "6%"], "step": "0.5%"},
    "hold": {"default": "20 candles", "range": ["5 candles", "60 candles"], "step": "5 candles"},
}
CROSS = {"enter": "ema(close, fast) > ema(close, slow) and rsi(close, 14) > 45",
         "exit": {"when": "ema(close, fast) < ema(close, slow)", "stop": "stop", "time": "hold"}}  # fmt: skip
KINDS: dict[str, dict[str, Any]] = {
    "one symbol": {"long": CROSS, "size": {"equity": "50%"}},
    "both sides, slower candles": {
        "market": "perp", "long": {"enter": "4h.close > 4h.ema(close, fast)", "exit": {"stop": "stop", "target": "2R"}},
        "short": {"enter": "4h.close < 4h.ema(close, slow)",
                  "exit": {"stop": "stop", "trail": {"by": "2 * atr(fast)"}}},
        "size": {"risk": "1%"}},
    "several symbols, limits and pauses": {
        "symbols": ["BTC/USDT", "ETH/USDT"], "long": CROSS, "size": {"risk": "1%", "max": "40%"},
        "priority": "roc(close, fast)", "orders": {"type": "limit", "offset": "0.1%", "cancel_after": "3 candles"},
        "protections": [{"cooldown": "4 candles"}, {"drawdown": {"limit": "3%", "within": "7d", "pause": "1d"}}],
        "risk": {"daily_loss": {"limit": "3%", "then": "stop_until_next_day"}}},
    "position dependent exits": {
        "long": {"enter": "close crosses above ema(close, slow)",
                 "exit": {"when": "position.profit > 2% and rsi(close, fast) > 60", "stop": "stop"}},
        "size": {"cost": "1000 USDT"}},
}  # fmt: skip


def document(kind: str, **more: Any) -> dict[str, Any]:
    """A strategy of a kind that tunes what it uses."""
    body = {"symbols": ["BTC/USDT"], **KINDS[kind], **more}
    used = {name: PARAMS[name] for name in PARAMS if name in json.dumps({k: body[k] for k in body if k != "optimize"})}
    return {"stratrun": 2, "name": kind, "timeframe": "1h", "params": used, **body}


def drafted(folder: Path, kind: str, **more: Any) -> Draft:
    path = folder / "strategy.json"
    path.write_text(json.dumps(document(kind, **more)))
    return Draft(str(path))


def inputs_of(draft: Draft, sample: Callable[..., Candles], count: int = 900, **more: Any) -> Inputs:
    strategy = draft.at({})
    candles: Mapping[str, Candles] = {symbol: sample(symbol, "1h", count) for symbol in strategy.symbols}
    return Inputs(strategy, candles, {symbol: make_instrument(symbol, {}) for symbol in strategy.symbols}, **more)
