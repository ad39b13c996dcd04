"""Plans: equal meaning is one hash and one node, another meaning is another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest

from stratrun.engine.graph.compile import compile_terms
from stratrun.engine.graph.explain import as_data, as_mermaid, as_text
from stratrun.engine.market.timeframe import Timeframe

from .bench import plan, term

EQUAL: list[tuple[str, ...]] = [
    ("close > sma(close, 20)", "(close  >  sma(close,20))", "close > sma(close, length=20)"),
    ("60m.close > open", "close > open", "1h.close > 1h.open"),
    ("4h.close > 1", "240m.close > 1"),
    ("atr(14) > 1", "atr() > 1"),
    ("close < 3% * open", "close < 0.03 * open"),
    ("10 < close < 20", "10 < close and close < 20"),
    ("not (close > open)", "not close > open"),
]
DIFFERENT = [
    "close > sma(close, 20)", "close > sma(close, 21)", "close >= sma(close, 20)", "open > sma(close, 20)",
    "close > sma(open, 20)", "close > ema(close, 20)", "close > 4h.sma(close, 20)", "close > 1d.sma(close, 20)",
    "close > b.sma(close, 20)", "close > c.sma(close, 20)", "close > b.4h.sma(close, 20)", "close > sma(close, 20)[1]",
    "close > sma(close, 20)[2]", "(close > sma(close, 20)) for 2 candles", "(close > sma(close, 20)) within 2 candles",
    "close crosses above sma(close, 20)", "close crosses below sma(close, 20)", "not close > sma(close, 20)",
    "sma(close, 20) > close", "close > bb(close, 20, 2).upper", "close > bb(close, 20, 2).lower",
    "close > bb(close, 20, 2.5).upper",
]  # fmt: skip


@pytest.mark.parametrize("texts", EQUAL, ids=lambda texts: texts[0])
def test_equal_meaning_is_one_hash(texts: Sequence[str]) -> None:
    """How a rule is written does not reach the plan's hash."""
    assert len({plan(text).hash for text in texts}) == 1


def test_another_meaning_is_another_hash() -> None:
    """Every change of meaning changes the hash."""
    hashes = {text: plan(text, feeds=("b", "c")).hash for text in DIFFERENT}
    assert [pair for pair in combinations(DIFFERENT, 2) if hashes[pair[0]] == hashes[pair[1]]] == []


def test_the_timeframe_is_part_of_the_meaning() -> None:
    """The same text on another timeframe is another plan."""
    assert plan("close > open", "1h").hash != plan("close > open", "2h").hash


def test_an_edge_is_part_of_the_meaning() -> None:
    """Firing once and on every candle are two plans."""
    root = {"x": term("close > open")}
    hour = Timeframe.parse("1h")
    assert compile_terms(root, hour).hash != compile_terms(root, hour, ["x"]).hash


def test_equal_expressions_are_one_step() -> None:
    """An expression used twice is computed once, outputs of one call share it."""
    steps = [s.name for s in plan("ema(close, 9) > ema(close, 9)[1] and close > ema(close, 9)").steps]
    assert steps.count("ema") == 1
    steps = [s.name for s in plan("macd(close).macd > macd(close).signal and macd(close).hist > 0").steps]
    assert steps.count("macd") == 1


def test_every_step_comes_after_what_it_reads() -> None:
    """Columns are filled before they are read."""
    made = plan("b.4h.macd(hlc3, 3, 6, 2).hist crosses above 0 and (4h.sma(close, 3) is rising) for 2 candles",
                feeds=("b",))  # fmt: skip
    filled = {c for c, spec in enumerate(made.columns) if spec.constant is not None} | set(made.sources.values())
    filled |= {c for clock in made.clocks for c in (clock.visible, clock.fresh) if c is not None}
    for step in made.steps:
        assert set(step.inputs) <= filled
        filled |= set(step.outputs)
    assert filled == set(range(len(made.columns)))


def test_a_plan_can_be_told() -> None:
    """Data tells every column and the hash; text and chart name the root and its warm-up."""
    made = plan("4h.ema(close, 9) crosses above b.close", feeds=("b",))
    data = as_data(made)
    assert data["hash"] == made.hash
    assert data["first"] == made.first
    assert len(data["nodes"]) == len(made.columns)
    assert f"x = #{made.roots['x']}" in as_text(made)
    assert str(made.first) in as_text(made)
    assert as_mermaid(made).startswith("flowchart")
