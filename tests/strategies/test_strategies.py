"""The shipped strategies as a library: sound, canonical, told in words, tested, and traded on real candles.

That they trade alike in a back-test and on paper, and that their tests pass, is held elsewhere over the same folder.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import stratrun
from stratrun.engine.explaining.story import story
from stratrun.engine.language.document import validate
from stratrun.engine.language.scenarios.load import load_tests
from stratrun.engine.language.strategy import OrderType
from stratrun.engine.language.writing.format import format_document
from stratrun.engine.market.candles import Candles
from stratrun.engine.templates.catalogue import Template, templates

TEMPLATES = templates()
REAL = {"1h": "{}USDT-1h.parquet", "15m": "15m_2023/{}USDT-15m.parquet"}
"""Where the shared candles of a timeframe lie."""
ASKED = (
    "ema_crossover", "rsi_mean_reversion", "macd_trend", "donchian_breakout", "bollinger_squeeze", "supertrend",
    "range_grid", "relative_strength", "dip_ladder", "multi_timeframe_pullback", "volatility_breakout",
    "limit_reversion", "session_momentum",
)  # fmt: skip
"""What people look for in such a library."""

each = pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)


def test_the_library_is_whole() -> None:
    """The kinds of strategies that people begin with are all there."""
    assert set(ASKED) <= {template.name for template in TEMPLATES}


@each
def test_it_is_sound_with_its_tests(template: Template) -> None:
    """Neither the strategy nor its test file has a mistake or a warning."""
    assert validate(template.path) == []
    assert validate(template.test) == []


@each
def test_it_is_canonical(template: Template) -> None:
    """`stratrun fmt` would change neither the strategy nor its tests."""
    for path in template.path, template.test:
        assert not format_document(path.read_bytes(), path.name).changed, path.name


@each
def test_it_teaches(template: Template) -> None:
    """It describes itself in more than a line, has tags, and at least one comment says something about a rule."""
    strategy = template.strategy()
    assert len(strategy.description) > 100
    assert strategy.tags
    comments = re.findall(r"(?:^|\s)# (.+)$", template.text(), re.MULTILINE)
    assert len(comments) >= 2, "the first is the editor's"


@each
def test_it_can_be_told(template: Template) -> None:
    """`stratrun explain` tells it: what it trades, when it enters, when it leaves."""
    sections = story(template.strategy())
    assert len(sections) >= 4


@each
def test_its_tests_say_what_matters(template: Template) -> None:
    """Its tests hold an entry, an exit with its reason, and a market in which nothing may happen."""
    expected = [expectation for case in load_tests(template.test).cases for expectation in case.expect]
    assert [e for e in expected if e.kind == "trade" and e.figures.get("reason") not in (None, "open")]
    assert [e for e in expected if (e.kind == "trades" and e.value == "0") or (e.kind, e.value) == ("signal", "none")]


def test_between_them_they_show_every_way_to_trade() -> None:
    """Both markets, both sides, each type of order but stop_limit, ladders, limits and feeds stand in some file."""
    strategies = [template.strategy() for template in TEMPLATES]
    assert {str(s.market) for s in strategies} == {"spot", "perp"}
    assert {s.orders.type for s in strategies} >= {OrderType.MARKET, OrderType.LIMIT, OrderType.STOP}
    sides = [side for s in strategies for side in (s.long, s.short) if side]
    for has in (
        lambda side: side.add, lambda side: side.exit.ladder, lambda side: side.exit.trail,
        lambda side: side.exit.breakeven, lambda side: side.exit.time, lambda side: side.exit.target,
    ):  # fmt: skip
        assert any(has(side) for side in sides)
    assert any(s.feeds for s in strategies)
    assert any(s.protections and s.schedule and s.risk.daily_loss for s in strategies)
    assert any(len(s.symbols) > 2 for s in strategies)


@each
def test_it_trades_real_candles(template: Template, candles_dir: Path) -> None:
    """Over real candles it trades, each trade is sound, and the account stays above zero."""
    strategy = template.strategy()
    folder = REAL[strategy.timeframe.name]
    symbols = dict.fromkeys((*strategy.symbols, *strategy.feeds.values()))
    specs = [f"{symbol}={candles_dir / folder.format(symbol.partition('/')[0])}" for symbol in symbols]
    candles = {symbol: recent(every) for symbol, every in stratrun.load_candles(specs, strategy).items()}
    result = stratrun.backtest(strategy, candles, fee=0.001)
    trades = result.trades
    assert result.metrics.figures()["trades"] > 0
    assert np.isfinite(result.equity).all()
    assert (result.equity > 0).all()
    assert (trades.quantity > 0).all()
    assert (trades.exit_time >= trades.entry_time).all()
    assert set(trades.symbol) <= set(range(len(strategy.symbols)))


def recent(candles: Candles, count: int = 20_000) -> Candles:
    """The last candles."""
    return candles.rows(max(0, len(candles) - count), len(candles))


def test_the_page_lists_every_strategy() -> None:
    """The table beside them has one line for each, in which its name leads to its file."""
    page = (TEMPLATES[0].path.parent / "README.md").read_text("utf-8")
    named = re.findall(r"^\| \[(\w+)\]\((\w+)\.yaml\)", page, re.MULTILINE)
    assert sorted(named) == [(template.name, template.name) for template in TEMPLATES]
