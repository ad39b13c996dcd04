"""Drawn accounts for the decision core: signals stand in the volume, so that only trading rules are at work.

Prices are not rounded: a level and a price never meet by accident, and a reference in other arithmetic decides alike.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import Phase, settings
from hypothesis import strategies as st

from stratrun.engine.language.document import loads
from stratrun.engine.language.strategy import Strategy
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import Instrument, make_instrument
from stratrun.engine.trading.account import Account

PROOF = settings(derandomize=True, deadline=None, database=None, phases=[Phase.generate])
START = 1_704_067_200_000
HOUR = 3_600_000


@dataclass(frozen=True)
class Drawn:
    document: Mapping[str, Any]
    strategy: Strategy
    candles: Mapping[str, Candles]
    instruments: Mapping[str, Instrument]
    account: Account

    def __repr__(self) -> str:
        return f"{self.account} {list(self.instruments.values())[:1]}\n{json.dumps(self.document, indent=1)}"


def _one(rng: random.Random, *options: Any) -> Any:
    return options[rng.randrange(len(options))]


def _distance(rng: random.Random) -> str:
    return str(_one(rng, "1%", "2.5%", "high - low + 0.1", "6%"))


def _exit(rng: random.Random, code: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if rng.randrange(3):
        found["stop"] = _distance(rng)
    if rng.randrange(2):
        found["target"] = _one(rng, "0.7R", "2R") if "stop" in found and rng.randrange(2) else _distance(rng)
    if rng.randrange(5) >= 3:
        found["trail"] = {"by": _distance(rng)}
        if rng.randrange(2):
            found["trail"]["after"] = "1R" if "stop" in found else "2%"
    if rng.randrange(4) == 3:
        found["breakeven"] = {"after": "0.5R" if "stop" in found else "1%"}
    if rng.randrange(4) == 3:
        found["time"] = _one(rng, "1 candles", "5 candles", "3h")
    if rng.randrange(2) or not found:
        found["when"] = f"volume == {code}"
    return found


def _document(rng: random.Random) -> dict[str, Any]:
    perp = bool(rng.randrange(5))
    names = [f"{n}/USDT" + (":USDT" if perp else "") for n in ("A", "B", "C")[: _one(rng, 1, 1, 2, 3)]]
    document: dict[str, Any] = {"stratrun": 2, "name": "Drawn", "symbols": names, "timeframe": "1h"}
    document["market"] = "perp" if perp else "spot"
    fire = _one(rng, "once", "every_candle")
    document["long"] = {"enter": {"when": "volume == 1", "fire": fire}, "exit": _exit(rng, 3)}
    if perp and rng.randrange(4):
        document["short"] = {"enter": {"when": "volume == 2", "fire": fire}, "exit": _exit(rng, 4)}
        document["opposite"] = _one(rng, "reverse", "close", "ignore")
    stopped = all("stop" in document[s]["exit"] for s in ("long", "short") if s in document)
    size = _one(rng, {"quantity": 2}, {"cost": "300 USDT"}, {"equity": "30%"}, {"equity": "120%"},
                *([{"risk": "1%"}, {"risk": "3%"}] if stopped else []))  # fmt: skip
    document["size"] = {**size, "max": "40%"} if rng.randrange(3) == 2 else size
    risk: dict[str, Any] = {"max_open": 1} if rng.randrange(3) == 2 else {}
    if perp and rng.randrange(2):
        risk["max_leverage"] = 3
    if risk:
        document["risk"] = risk
    if rng.randrange(3) == 2:
        document["filters"] = "close > open - 0.5"
    if rng.randrange(3) == 2:
        document["priority"] = "close"
    if rng.randrange(3) == 2:
        document["gaps"] = {"max": "1 candles", "then": "deny_entries"}
    return document


def _candles(symbol: str, timeframe: Any, seed: int) -> Candles:
    rng = np.random.default_rng(seed)
    count = 120
    close = 100.0 * np.exp(np.cumsum(0.012 * rng.standard_normal(count)))
    jump = np.where(rng.random(count) < 0.15, 0.02, 0.002) * rng.standard_normal(count)
    opened = np.concatenate([[100.0], close[:-1]]) * (1.0 + jump)
    high = np.maximum(opened, close) * (1.0 + 0.01 * rng.random(count))
    low = np.minimum(opened, close) * (1.0 - 0.01 * rng.random(count))
    signal = rng.choice(5, count, p=[0.6, 0.12, 0.12, 0.08, 0.08]).astype(float)
    there = rng.random(count) > 0.06
    there[:2] = True
    time = START + HOUR * np.arange(count, dtype=np.int64)
    columns = [np.ascontiguousarray(c[there]) for c in (opened, high, low, close, signal)]
    return Candles(symbol, timeframe, time[there], *columns)


def make_drawn(rng: random.Random) -> Drawn:
    document = _document(rng)
    strategy = loads(json.dumps(document))
    facts: dict[str, float] = {"maker": 0.0002, "taker": _one(rng, 0.0, 0.001)}
    if rng.randrange(2):
        facts |= {"price_tick": 0.25, "quantity_step": _one(rng, 0.1, 0.001)}
    if rng.randrange(4) == 3:
        facts |= {"min_quantity": _one(rng, 0.5, 2.0), "max_quantity": 6.0, "min_cost": 70.0}
    return Drawn(
        document,
        strategy,
        {s: _candles(s, strategy.timeframe, rng.randrange(2**32)) for s in strategy.symbols},
        {s: make_instrument(s, facts) for s in strategy.symbols},
        Account(_one(rng, 1000.0, 400.0, 100_000.0), _one(rng, 0.0, 0.002), _one(rng, 0.01, 0.03)),
    )


def drawn() -> st.SearchStrategy[Drawn]:
    return st.randoms(use_true_random=False).map(make_drawn)
