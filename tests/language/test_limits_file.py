"""A deployment's limits join a strategy's to the stricter of both; a broken file is told at its places."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import DocumentError
from stratrun.engine.language.document import loads
from stratrun.engine.language.limits_file import with_limits
from stratrun.engine.language.strategy import Correlated, Drawdown, LossLimit, OnLoss, Risk, Strategy
from stratrun.engine.language.stricter import stricter, told_limits

FILE = """stratrun: 2
name: Dip
symbols: [BTC/USDT]
timeframe: 1h
long: {enter: close > open, exit: {stop: 3%}}
size: {equity: 10%}
risk: {max_position: 30%, heat: 5%, drawdown: {limit: 10%, then: reduce}}
"""


@pytest.fixture
def strategy() -> Strategy:
    return loads(FILE)


def limited(strategy: Strategy, folder: Path, text: str) -> Strategy:
    path = folder / "limits.yaml"
    path.write_text(text, encoding="utf-8")
    return with_limits(strategy, path)


def test_the_stricter_holds(strategy: Strategy, tmp_path: Path) -> None:
    """Of two values the smaller, of two consequences the harder; what one of them lacks the other says."""
    text = """stratrun: 2
risk:
  max_position: 40%
  heat: 2%
  drawdown: {limit: 20%, then: halt}
  max_cost: 500 USDT
  max_correlated: {most: 2, above: 0.7, window: 10d}
  stop_required: true
"""
    found = limited(strategy, tmp_path, text).risk
    assert found == Risk(
        max_position=0.3, heat=0.02, drawdown=Drawdown(0.1, OnLoss.REDUCE, 0.2), max_cost=500.0,
        max_correlated=Correlated(2, 0.7, 240), stop_required=True,
    )  # fmt: skip


def test_nothing_but_the_limits_changes(strategy: Strategy, tmp_path: Path) -> None:
    """The rest of the strategy is what it was; leverage that the file does not limit stays."""
    found = limited(strategy, tmp_path, "stratrun: 2\nrisk: {max_open: 3}\n")
    assert found.risk.max_leverage == strategy.risk.max_leverage
    for field in fields(Strategy):
        if field.name != "risk":
            assert getattr(found, field.name) is getattr(strategy, field.name)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("stratrun: 2\nrisk: {max_opn: 3}\n", "SR101", "max_opn"),
        ("stratrun: 2\nrisk: {max_cost: 5 EUR}\n", "SR225", "expected an amount in USDT"),
        ("stratrun: 2\nrisk: {heat: 200%}\n", "SR413", "more than 100 %"),
        ("stratrun: 2\nrisk: {}\n", "SR105", "risk"),
        ("stratrun: 2\n", "SR103", "risk"),
        ("risk: {max_open: 3}\n", "SR103", "stratrun"),
        ("stratrun: 3\nrisk: {max_open: 3}\n", "SR110", "version"),
        ("stratrun: 2\nrisk: {max_open: 3}\nname: x\n", "SR101", "name"),
        ("stratrun: 2\nrisk: {max_open: fast}\n", "SR102", "max_open"),
        ("stratrun: 2\nrisk: [1]\n", "SR102", "risk"),
        ("- 1\n", "SR003", ""),
        ("", "", ""),
        ("stratrun: 2\nrisk: {heat: fast}\n", "SR208", "fast"),
    ],
)
def test_a_broken_file_is_told(strategy: Strategy, tmp_path: Path, text: str, code: str, words: str) -> None:
    """Every mistake is a diagnostic about the limits file."""
    with pytest.raises(DocumentError) as raised:
        limited(strategy, tmp_path, text)
    (first, *_) = raised.value.diagnostics
    assert first.path is not None
    assert first.path.endswith("limits.yaml")
    assert first.code == code or code in ("", "SR003", "SR105")
    assert words in first.message or code in ("", "SR003", "SR105")


def test_a_missing_file_is_told(strategy: Strategy, tmp_path: Path) -> None:
    """No file, no run."""
    with pytest.raises(DocumentError):
        with_limits(strategy, tmp_path / "none.yaml")


shares = st.none() | st.floats(0.001, 1.0)
losses = st.none() | st.builds(LossLimit, st.floats(0.001, 1.0), st.sampled_from([OnLoss.REDUCE, OnLoss.HALT]))
falls = st.one_of(
    st.none(),
    st.builds(Drawdown, st.floats(0.001, 1.0), st.just(OnLoss.HALT), st.none(), st.booleans()),
    st.builds(Drawdown, st.floats(0.001, 0.5), st.just(OnLoss.REDUCE), st.none() | st.floats(0.51, 1.0), st.booleans()),
)
risks = st.builds(
    Risk, st.none() | st.integers(1, 50), st.floats(1.0, 20.0), losses, falls, st.none() | st.floats(1.0, 1e6),
    shares, shares, shares, shares, shares,
    st.none() | st.builds(Correlated, st.integers(1, 9), st.floats(0.1, 0.9), st.integers(2, 500)), st.booleans(),
)  # fmt: skip


@given(risks, risks)
def test_joining_is_even_handed(a: Risk, b: Risk) -> None:
    """Neither file comes first, joining twice changes nothing, and no limits change nothing."""
    assert stricter(a, b) == stricter(b, a)
    assert stricter(stricter(a, b), b) == stricter(a, b)
    assert stricter(a, Risk(max_leverage=a.max_leverage)) == a


def test_limits_are_told_as_a_file_says_them(strategy: Strategy) -> None:
    """The head of a report names each limit that holds."""
    assert told_limits(Risk()) == []
    two = Risk(drawdown=Drawdown(0.1, OnLoss.REDUCE, 0.2, True))
    assert told_limits(two) == ["drawdown 10% then reduce, 20% then halt and flatten"]
    assert told_limits(strategy.risk) == ["drawdown 10% then reduce", "max_position 30%", "heat 5%"]
