"""Drawn portfolios: two or three drawn strategies of one market on one account."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import DocumentError
from stratrun.engine.language.document import loads
from stratrun.engine.language.portfolio import Conflict, Every, Member, Portfolio
from stratrun.engine.language.strategy import Correlated, Drawdown, LossLimit, OnLoss, Risk
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import Instrument
from stratrun.engine.market.slower import slower_candles
from stratrun.engine.trading.account import Account

from .drawn import Drawn, make_drawn
from .drawn_orders import make_drawn_orders


@dataclass(frozen=True)
class DrawnPortfolio:
    portfolio: Portfolio
    candles: Mapping[str, Candles]
    instruments: Mapping[str, Instrument]
    account: Account
    cases: tuple[Drawn, ...]

    def __repr__(self) -> str:
        return f"{self.portfolio.risk} {self.portfolio.rebalance} {self.portfolio.conflicts}\n{self.cases}"


SLOWER = 4
"""Every so many members one runs on candles of two hours."""


def _one_of(rng: random.Random, market: str) -> Drawn:
    while True:
        case = make_drawn_orders(rng).case if rng.randrange(3) == 2 else make_drawn(rng)
        if case.document["market"] == market:
            return _slower(case) if rng.randrange(SLOWER) == 0 else case


def _slower(case: Drawn) -> Drawn:
    """The same on candles of two hours, where its times in hours fit them; their signals are sums."""
    document = {**case.document, "timeframe": "2h"}
    try:
        return replace(case, document=document, strategy=loads(json.dumps(document)))
    except DocumentError:
        return case


def own_candles(member: Member, candles: Mapping[str, Candles]) -> dict[str, Candles]:
    """The candles that a member trades, of its timeframe."""
    to = member.strategy.timeframe
    return {s: c if c.timeframe == to else slower_candles(c, to) for s, c in candles.items()}


def _drawdown(rng: random.Random) -> Drawdown:
    limit = 0.005 + rng.random() / 20
    if rng.randrange(2):
        return Drawdown(limit, OnLoss.HALT, flatten=not rng.randrange(2))
    return Drawdown(limit, OnLoss.REDUCE, limit + rng.random() / 50, not rng.randrange(2))


def _risk(rng: random.Random) -> Risk:
    if not rng.randrange(3):
        return Risk()
    found = {
        "max_open": rng.randrange(1, 4), "max_exposure": 0.2 + rng.random(), "max_position": 0.1 + rng.random() / 2,
        "max_net_exposure": 0.1 + rng.random(), "max_cost": 100.0 * rng.randrange(1, 20),
        "max_correlated": Correlated(1 + rng.randrange(2), (0.05, 0.4)[rng.randrange(2)], 4 + rng.randrange(20)),
        "drawdown": _drawdown(rng),
        "daily_loss": LossLimit(0.004 + rng.random() / 40, OnLoss.STOP_UNTIL_NEXT_DAY),
    }  # fmt: skip
    kept = {name: limit for name, limit in found.items() if rng.randrange(4) == 0}
    return Risk(**kept)  # type: ignore[arg-type]


def make_portfolio(rng: random.Random) -> DrawnPortfolio:
    market = ("perp", "perp", "spot")[rng.randrange(3)]
    cases = tuple(_one_of(rng, market) for _ in range(2 + rng.randrange(2)))
    weights = [0.5, 0.3, 0.2] if rng.randrange(2) else [0.4, 0.1, 0.1]
    members = tuple(Member(f"m{k}", weights[k], case.strategy) for k, case in enumerate(cases))
    candles: dict[str, Candles] = {}
    instruments: dict[str, Instrument] = {}
    for case in cases:
        candles = {**case.candles, **candles}
        instruments = {**case.instruments, **instruments}
    rebalance = (None, Every.DAY, Every.WEEK)[rng.randrange(3)]
    conflicts = (Conflict.DENY, Conflict.ALLOW)[rng.randrange(2)]
    portfolio = Portfolio("drawn", "Drawn", members, _risk(rng), rebalance, conflicts)
    return DrawnPortfolio(portfolio, candles, instruments, cases[0].account, cases)


def portfolios() -> st.SearchStrategy[DrawnPortfolio]:
    return st.integers(0, 2**32).map(lambda seed: make_portfolio(random.Random(seed)))
