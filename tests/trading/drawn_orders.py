"""Drawn accounts with every way to order: limits, stops, ladders, additions, partial fills, fees in base, funding."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from stratrun.engine.language.document import loads
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.trading.venue import Funding, Venue

from .drawn import HOUR, START, Drawn, make_drawn


@dataclass(frozen=True)
class DrawnOrders:
    case: Drawn
    venue: Venue

    def __repr__(self) -> str:
        return f"{self.case!r}\nfunding {sorted(self.venue.funding)}"


def _one(rng: random.Random, *options: Any) -> Any:
    return options[rng.randrange(len(options))]


def _orders(rng: random.Random) -> dict[str, Any]:
    kind = _one(rng, "limit", "limit", "stop", "stop_limit")
    found: dict[str, Any] = {"type": kind, "offset": _one(rng, "0.3%", "1%", "(high - low) * 0.5")}
    if kind == "stop_limit":
        found["limit"] = _one(rng, "0.2%", "1%")
    if rng.randrange(3):
        found["cancel_after"] = _one(rng, "1 candles", "3 candles", "5h")
        if rng.randrange(2):
            found["fallback"] = "market"
    if kind == "limit" and rng.randrange(4) == 3:
        found["post_only"] = True
    return found


def _side(rng: random.Random, side: dict[str, Any]) -> None:
    if rng.randrange(2):
        steps = [
            {"at": "0.6%", "close": "40%"},
            {"at": "1.2%", "close": "25%"},
            {"at": _one(rng, "2%", "high - low + 2")},
        ]
        side["exit"]["target"] = steps[: 1 + rng.randrange(3)] if rng.randrange(2) else steps
    if rng.randrange(2):
        choices = [{"against": "1.5%", "size": "100%"}, {"in_favour": "1%", "size": "50%"}, {"when": "volume == 3"}]
        side["add"] = [_one(rng, *choices) for _ in range(1 + rng.randrange(3))]


def make_drawn_orders(rng: random.Random) -> DrawnOrders:
    base = make_drawn(rng)
    document = json.loads(json.dumps(base.document))
    if rng.randrange(4):
        document["orders"] = _orders(rng)
    for name in ("long", "short"):
        if name in document:
            _side(rng, document[name])
    perp = document["market"] == "perp"
    if perp and rng.randrange(2):
        document.setdefault("risk", {})["max_leverage"] = _one(rng, 5, 15)
    strategy = loads(json.dumps(document))
    facts: dict[str, float] = {"maker": 0.0002, "taker": _one(rng, 0.0, 0.001)}
    if rng.randrange(2):
        facts |= {"price_tick": 0.25, "quantity_step": _one(rng, 0.1, 0.001)}
    if rng.randrange(4) == 3:
        facts |= {"min_quantity": 0.5, "min_cost": 70.0}
    if not perp and rng.randrange(2):
        facts["fee_in"] = 1.0
    share = _one(rng, 0.0, 0.0, 0.4)
    account = replace(base.account, volume_share=share, touch=bool(rng.randrange(2)), spread=_one(rng, 0.0, 0.001),
                      impact=_one(rng, 0.0, 0.02), optimistic=bool(rng.randrange(4) == 3))  # fmt: skip
    instruments = {s: make_instrument(s, facts) for s in strategy.symbols}
    funding = {}
    if perp and rng.randrange(2):
        times = START + HOUR * np.arange(0, 120, 4, dtype=np.int64) + _one(rng, 0, HOUR // 2)
        for symbol in strategy.symbols:
            rates = np.array([(rng.randrange(200) - 80) / 100_000 for _ in times])
            funding[symbol] = Funding(times, rates)
    case = replace(base, document=document, strategy=strategy, instruments=instruments, account=account)
    return DrawnOrders(case, Venue({}, funding))


def drawn_orders() -> st.SearchStrategy[DrawnOrders]:
    return st.randoms(use_true_random=False).map(make_drawn_orders)
