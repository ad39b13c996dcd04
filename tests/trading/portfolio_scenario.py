"""Reads a portfolio's scenario: members, candles as tables, and what must come of them.

`members` are strategies by name, each with its `weight`; tables of candles are as in `scenario`, numbered in candles of
the fastest member, and the strategies' defaults are those there. Trades are told per member.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from stratrun.engine.language.document import loads
from stratrun.engine.language.portfolio import Conflict, Every, Member, Portfolio
from stratrun.engine.language.strategy import Correlated, Drawdown, LossLimit, OnLoss, Risk
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import Instrument, make_instrument
from stratrun.engine.research.portfolio import PortfolioResult
from stratrun.engine.trading.account import Account
from stratrun.engine.trading.codes import Decision, State

from .scenario import START, Told, document_of, make_candles, make_trade

KEYS = {"says", "members", "candles", "risk", "leverage", "rebalance", "conflicts", "capital", "expect"}
EXPECTED = {"trades", "counts", "states", "equity", "compared"}
_LIMITS = {"drawdown": Drawdown, "daily_loss": LossLimit, "max_correlated": Correlated}


@dataclass(frozen=True)
class PortfolioScenario:
    portfolio: Portfolio
    candles: Mapping[str, Candles]
    instruments: Mapping[str, Instrument]
    account: Account
    trades: Mapping[str, list[Told]]
    counts: Mapping[str, Mapping[Decision, int]]
    states: list[str]
    """Changes of the account's state as `close state CODE`, the close as a count of the fastest candles."""
    equity: float | None
    compared: list[str]
    """What refusals compared, as `member CODE limit actual`."""


def read(path: Path) -> PortfolioScenario:
    document = YAML(typ="safe").load(path)
    expect = document["expect"]
    unknown = set(document) - KEYS | set(expect) - EXPECTED
    if unknown:
        raise ValueError(f"{path.name}: unknown keys {sorted(unknown)}")
    members = tuple(_member(name, given) for name, given in document["members"].items())
    strategies = {m.name: m.strategy for m in members}
    every = document.get("rebalance")
    portfolio = Portfolio(
        path.name, path.stem, members, _risk(document.get("risk", {})), Every(every) if every else None,
        Conflict(document.get("conflicts", "deny")), document.get("leverage"),
    )  # fmt: skip
    fastest = next(s for s in strategies.values() if s.timeframe == portfolio.timeframes[0])
    return PortfolioScenario(
        portfolio,
        {symbol: make_candles(symbol, fastest, table) for symbol, table in document["candles"].items()},
        {symbol: make_instrument(symbol, {"maker": 0.0, "taker": 0.0}) for symbol in document["candles"]},
        Account(document.get("capital", 1000.0)),
        {name: [make_trade(text, strategies[name].symbols[0]) for text in texts]
         for name, texts in expect.get("trades", {}).items()},
        {name: {Decision[code]: n for code, n in found.items()} for name, found in expect.get("counts", {}).items()},
        expect.get("states", []),
        expect.get("equity"),
        expect.get("compared", []),
    )  # fmt: skip


def _member(name: str, given: Mapping[str, Any]) -> Member:
    strategy = {key: value for key, value in given.items() if key != "weight"}
    return Member(name, given["weight"], replace(loads(json.dumps(document_of(strategy))), path=name))


def _risk(given: Mapping[str, Any]) -> Risk:
    """Limits by the fields of `Risk`, shares as fractions."""
    found = dict(given)
    for name, kind in _LIMITS.items():
        if name in found:
            values = {**found[name], **({"then": OnLoss(found[name]["then"])} if "then" in found[name] else {})}
            found[name] = kind(**values)
    return Risk(**found)


def changed(result: PortfolioResult) -> list[str]:
    """The changes of the account's state in a scenario's words."""
    ms = result.portfolio.timeframes[0].ms
    return [
        f"{(int(time) - START) // ms} {State(int(state)).name.lower()} {Decision(int(code)).name}"
        for time, state, code, _, _ in result.changes
    ]
