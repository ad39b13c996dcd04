"""Migrated rules against an independent evaluator of version 1, on real and synthetic candles."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from stratrun.engine.graph.compile import compile_terms
from stratrun.engine.graph.runtime import Runtime
from stratrun.engine.language.document import load, loads
from stratrun.engine.language.strategy import Strategy
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.load import load_candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.market.timeline import cut

from .case import DOCUMENTS
from .v1_rules import Market, Rules

ROWS = 2_500
REAL = {
    "1m": "2025q3/ETHUSDT-1m.parquet", "5m": "2025q3/BTCUSDT-5m.parquet",
    "15m": "15m_2023/SOLUSDT-15m.parquet", "1h": "BTCUSDT-1h.parquet",
}  # fmt: skip
LEAST = 5
"""Entries that a file must give on either market for the comparison to say something."""


def computed(strategy: Strategy, candles: Candles) -> dict[str, NDArray[Any]]:
    """The program's own columns: each rule's state, and each entry's edges."""
    roots, edges = {}, []
    for name, side in (("long", strategy.long), ("short", strategy.short)):
        if side is not None:
            roots[f"enter.{name}"] = roots[f"edge.{name}"] = side.enter
            edges.append(f"edge.{name}")
            if side.exit.when is not None:
                roots[f"exit.{name}"] = side.exit.when
    runtime = Runtime(compile_terms(roots, strategy.timeframe, edges), len(candles), False)
    (piece,) = cut([candles], {}, candles.time, len(candles))
    rows = runtime.extend(piece.own[0], piece.feeds)
    return {name: runtime.root(name)[:rows].copy() for name in roots}


def column(states: list[bool | None]) -> NDArray[np.int8]:
    return np.array([2 if state is None else int(state) for state in states], np.int8)


def agree(text: str, candles: Candles) -> int:
    """Compare every rule; gives the number of entries."""
    strategy = loads(text, path="case.json")
    found, rules = computed(strategy, candles), Rules(text, Market(candles))
    entries = 0
    for side in ("long", "short"):
        states, edges = rules.entries(side)
        assert bool(states) == (f"enter.{side}" in found)
        if states:
            np.testing.assert_array_equal(found[f"enter.{side}"], column(states))
            np.testing.assert_array_equal(found[f"edge.{side}"] == 1, np.array(edges))
            entries += sum(edges)
        exits = rules.rule("exitconditions", side)
        if f"exit.{side}" in found:
            np.testing.assert_array_equal(found[f"exit.{side}"], column(exits))
        else:
            assert not (states and exits)
    return entries


@pytest.mark.filterwarnings("ignore::stratrun.engine.diagnostics.diagnostic.OldFileWarning")
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_migrated_rules_give_the_same_signals(path: Path, candles_dir: Path, sample: Callable[..., Candles]) -> None:
    """Every entry and exit rule has the state on each candle that an independent reading of the old file gives it."""
    frame = load(path).timeframe
    text = path.read_text("utf-8-sig")
    entries = agree(text, sample("BTC/USDT", frame.name, ROWS))
    if frame.name in REAL:
        spec = f"BTC/USDT={candles_dir / REAL[frame.name]}"
        real = load_candles([spec], ["BTC/USDT"], Timeframe.parse(frame.name))["BTC/USDT"]
        entries += agree(text, replace(real.rows(len(real) - ROWS, len(real))))
    assert entries >= LEAST


@pytest.mark.filterwarnings("ignore::stratrun.engine.diagnostics.diagnostic.OldFileWarning")
@pytest.mark.parametrize("operator", [">", "<", ">=", "<=", "crosses_above", "crosses_below"])
@pytest.mark.parametrize("lookback", [0, 1, 2, 5])
def test_equal_values_are_told_apart(operator: str, lookback: int, sample: Callable[..., Candles]) -> None:
    """Where prices often meet exactly, every operator and look-back means what version 1 says."""
    fine = sample("BTC/USDT", "1h", 600)
    step = float(fine.close.mean()) / 100
    coarse = replace(fine, **{n: np.round(getattr(fine, n) / step) * step for n in ("open", "high", "low", "close")})
    assert (coarse.open == coarse.close).mean() > 0.2
    condition = {"indicator1": "close", "operator": operator, "indicator2": "open", "lookback": lookback}
    rules = {"entryConditions": {"long": [condition]}, "exitConditions": {"long": [condition | {"indicator2": "hl2"}]}}
    assert agree(json.dumps({"name": "a", "symbols": ["BTC/USDT"], "timeframe": "1h"} | rules), coarse) > 0
