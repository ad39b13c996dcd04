"""Reads a scenario file: a strategy, candles as a table, and what must come of them.

Each row of candles is `n open high low close [signal]` or, for a flat candle, `n price [signal]`; `n` counts candles
from the first one, and a number left out is a missing candle. The signal stands in the volume: unless the strategy says
otherwise, 1 enters long and 2 short.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from stratrun.engine.language.document import loads
from stratrun.engine.language.strategy import Strategy
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import Instrument, make_instrument
from stratrun.engine.research.backtest import Result
from stratrun.engine.trading.account import Account
from stratrun.engine.trading.codes import Decision, State
from stratrun.engine.trading.trades import ExitReason
from stratrun.engine.trading.venue import Funding, Venue

START = 1_704_067_200_000
DEFAULTS: Mapping[str, Any] = {"stratrun": 2, "name": "Scenario", "symbols": ["A/USDT"], "timeframe": "1h"}
LONG, SHORT = {"enter": "volume == 1"}, {"enter": "volume == 2"}
KEYS = {"says", "strategy", "candles", "account", "instrument", "expect", "funding", "detail"}
EXPECTED = {"trades", "counts", "ambiguous", "equity", "fills", "states", "compared"}
_TRADE = re.compile(
    r"(?:(?P<symbol>\S+/\S+) )?(?P<side>long|short) (?:x(?P<quantity>\S+) )?(?P<entered>\d+) @ (?P<entry>\S+)"
    r" -> (?P<left>\d+) @ (?P<exit>\S+) (?P<reason>[a-z]+)(?: profit (?P<profit>\S+))?"
)


@dataclass(frozen=True)
class Told:
    """One trade; candles by number. Quantity and profit are None where the file does not tell them."""

    symbol: str
    side: int
    entered: int
    entry: float
    left: int
    exit: float
    reason: str
    quantity: float | None
    profit: float | None


@dataclass(frozen=True)
class Scenario:
    says: str
    strategy: Strategy
    candles: Mapping[str, Candles]
    instruments: Mapping[str, Instrument]
    account: Account
    venue: Venue
    trades: list[Told]
    counts: Mapping[Decision, int]
    """Every code but APPROVED."""
    ambiguous: int
    equity: float | None
    fills: list[str] | None
    states: list[str]
    """Changes of the account's state as `candle state CODE`, by the candle whose close brought them."""
    compared: list[str] | None
    """What refusals compared, as `CODE limit actual`."""


def read(path: Path) -> Scenario:
    document = YAML(typ="safe").load(path)
    unknown = set(document) - KEYS | set(document["expect"]) - EXPECTED
    if unknown:
        raise ValueError(f"{path.name}: unknown keys {sorted(unknown)}")
    strategy = loads(json.dumps(document_of(document.get("strategy", {}))))
    tables = document["candles"]
    tables = tables if isinstance(tables, dict) else {strategy.symbols[0]: tables}
    facts = {"maker": 0.0, "taker": 0.0} | document.get("instrument", {})
    expect = document["expect"]
    return Scenario(
        says=document["says"],
        strategy=strategy,
        candles={symbol: make_candles(symbol, strategy, table) for symbol, table in tables.items()},
        instruments={symbol: make_instrument(symbol, facts) for symbol in strategy.symbols},
        account=Account(**({"capital": 1000.0} | document.get("account", {}))),
        venue=_venue(document, strategy),
        trades=[make_trade(text, strategy.symbols[0]) for text in expect.get("trades", [])],
        counts={Decision[name]: count for name, count in expect.get("counts", {}).items()},
        ambiguous=expect.get("ambiguous", 0),
        equity=expect.get("equity"),
        fills=expect.get("fills"),
        states=expect.get("states", []),
        compared=expect.get("compared"),
    )


def document_of(given: Mapping[str, Any]) -> dict[str, Any]:
    document = {**DEFAULTS, "long": LONG, "size": {"quantity": 1}, **given}
    if document.get("market") == "perp":
        document = {"short": SHORT, **document, "symbols": [f"{s}:USDT" for s in document["symbols"]]}
        document["short"] = {**SHORT, **document["short"]}
    if "select" in document:
        del document["long"]
        return document
    return {**document, "long": {**LONG, **document["long"]}}


def _venue(document: Mapping[str, Any], strategy: Strategy) -> Venue:
    """`funding`: `hours rate` a line, hours counted from the first candle; `detail`: candles of 1/4 the timeframe,
    numbered `candle.quarter` (2.0, 2.25, 2.5, 2.75)."""
    symbol, ms = strategy.symbols[0], strategy.timeframe.ms
    funding, detail = {}, {}
    if "funding" in document:
        pairs = np.array([[float(word) for word in line.split()] for line in document["funding"].splitlines()])
        funding[symbol] = Funding(START + (pairs[:, 0] * ms).astype(np.int64), np.ascontiguousarray(pairs[:, 1]))
    if "detail" in document:
        detail[symbol] = make_candles(symbol, strategy, document["detail"])
    return Venue(detail, funding)


def make_candles(symbol: str, strategy: Strategy, table: str) -> Candles:
    rows = []
    for line in table.splitlines():
        number, *values = map(float, line.partition("#")[0].split() or [-1.0])
        if number < 0:
            continue
        flat = len(values) <= 2
        prices = values[:1] * 4 if flat else values[:4]
        signal = values[1 if flat else 4 :] or [0.0]
        rows.append([number, *prices, *signal])
    columns = np.array(rows).T
    time = START + (columns[0] * strategy.timeframe.ms).astype(np.int64)
    return Candles(symbol, strategy.timeframe, time, *(np.ascontiguousarray(c) for c in columns[1:]))


def make_trade(text: str, symbol: str) -> Told:
    match = _TRADE.fullmatch(text)
    if not match:
        raise ValueError(f"`{text}` is not a trade; write `long x2 1 @ 100 -> 3 @ 97 stop profit -6`")
    quantity, profit = match["quantity"], match["profit"]
    return Told(
        match["symbol"] or symbol, 1 if match["side"] == "long" else -1, int(match["entered"]), float(match["entry"]),
        int(match["left"]), float(match["exit"]), match["reason"], float(quantity) if quantity else None,
        float(profit) if profit else None,
    )  # fmt: skip


def happened(result: Result) -> list[Told]:
    """The trades of a run in a scenario's words."""
    trades, ms = result.trades, result.strategy.timeframe.ms
    return [
        Told(trades.symbols[int(trades.symbol[k])], int(trades.side[k]), int((trades.entry_time[k] - START) // ms),
             float(trades.entry_price[k]), int((trades.exit_time[k] - START) // ms), float(trades.exit_price[k]),
             ExitReason(trades.reason[k]).name.lower(), float(trades.quantity[k]), float(trades.profit[k]))
        for k in range(len(trades))
    ]  # fmt: skip


def filled(result: Result) -> list[str]:
    """The fills of a run in a scenario's words: `buy 1 @ 100 x2 maker`."""
    fills, ms = result.fills, result.strategy.timeframe.ms
    return [
        f"{'buy' if fills.side[k] > 0 else 'sell'} {(int(fills.time[k]) - START) // ms} @ {fills.price[k]:.10g}"
        f" x{fills.quantity[k]:.10g}{' maker' if fills.maker[k] else ''}"
        for k in range(len(fills))
    ]


def changed(result: Result) -> list[str]:
    """The changes of the account's state in a scenario's words."""
    made, ms = result.changes, result.strategy.timeframe.ms
    return [
        f"{(time - START) // ms - 1} {State(state).name.lower()} {Decision(code).name}"
        for time, state, code in zip(made.time.tolist(), made.state.tolist(), made.code.tolist(), strict=True)
    ]


def compared(result: Result) -> list[tuple[str, float, float]]:
    """What refusals compared: code, limit, actual."""
    made = result.decisions
    return [
        (Decision(code).name, limit, actual)
        for code, limit, actual in zip(made.code.tolist(), made.limit.tolist(), made.actual.tolist(), strict=True)
        if limit == limit
    ]
