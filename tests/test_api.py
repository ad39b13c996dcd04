"""The Python API takes what it is given, or says why not."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import stratrun
from stratrun.engine.api import evaluate
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.language.strategy import Strategy
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import Instrument, make_instrument
from stratrun.engine.trading.account import Account

STRATEGY = """stratrun: 2
name: crossing
symbols: [BTC/USDT]
timeframe: 1h
feeds: {lead: {symbol: ETH/USDT}}
indicators:
  fast: ema(close, 5)
long:
  enter: close > fast and lead.close > 0
  exit: {when: close < fast}
size: {equity: 50%}
"""
Market = dict[str, Candles]


@pytest.fixture
def strategy(tmp_path: Any) -> Strategy:
    path = tmp_path / "crossing.yaml"
    path.write_text(STRATEGY)
    return stratrun.load(path)


@pytest.fixture
def market(sample: Callable[..., Candles]) -> Market:
    return {symbol: sample(symbol, count=200) for symbol in ("BTC/USDT", "ETH/USDT")}


def instrument() -> dict[str, Instrument]:
    return {"BTC/USDT": make_instrument("BTC/USDT", {"taker": 0.002, "quantity_step": 0.01})}


def test_a_fee_overrules_those_of_the_instruments(strategy: Strategy, market: Market) -> None:
    """What is asked for is paid, whatever the instruments say; their other facts stay."""
    result = stratrun.backtest(strategy, market, fee=0.05, instruments=instrument())
    used = result.instruments["BTC/USDT"]
    assert (used.maker, used.taker, used.quantity_step) == (0.05, 0.05, 0.01)
    assert not any(words.startswith(("maker", "taker")) for words in used.assumptions)
    assert len(result.trades)
    free = stratrun.backtest(strategy, market, fee=0.0, instruments=instrument())
    assert result.equity[-1] < free.equity[-1]


def test_without_a_fee_the_instruments_say_it(strategy: Strategy, market: Market) -> None:
    """A fee that is not given changes nothing."""
    assert stratrun.backtest(strategy, market, instruments=instrument()).instruments == instrument()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        *[({"capital": value}, "capital") for value in (0, -1.0, math.nan, math.inf)],
        *[({name: v}, name) for name in ("fee", "slippage") for v in (-0.001, 0.1, 5, math.nan, math.inf)],
        ({"fee": 0.1, "instruments": instrument()}, "fee"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(
    strategy: Strategy, market: Market, given: dict[str, Any], words: str
) -> None:
    """No run begins on an amount or a fraction that cannot be meant."""
    with pytest.raises(InputError, match=words):
        stratrun.backtest(strategy, market, **given)


@pytest.mark.parametrize("buffer", [-0.01, math.nan, math.inf])
def test_a_buffer_is_no_less_than_nothing(buffer: float) -> None:
    """The reservation cannot be smaller than the order."""
    with pytest.raises(InputError, match="buffer"):
        Account(buffer=buffer)


def test_an_expression_names_the_feed_that_it_lacks(strategy: Strategy, market: Market) -> None:
    """A feed that an expression reads must be given; one that it does not read need not."""
    own = market["BTC/USDT"]
    with pytest.raises(InputError, match="the feed lead"):
        evaluate(["lead.close > 0"], own, strategy=strategy)
    assert len(evaluate(["fast"], own, strategy=strategy).columns["fast"]) == 200
    found = evaluate(["lead.close > 0"], own, strategy=strategy, feeds={"lead": market["ETH/USDT"]})
    assert (found.columns["lead.close > 0"] == 1).all()


def test_expressions_of_a_strategy_want_its_candles(strategy: Strategy, sample: Callable[..., Candles]) -> None:
    """Candles of another timeframe would give other numbers than the strategy's."""
    with pytest.raises(InputError, match="the candles are 4h, the strategy runs on 1h"):
        evaluate(["fast"], sample(timeframe="4h", count=50), strategy=strategy)


def test_no_candles_give_empty_columns_of_the_same_types(market: Market) -> None:
    """A condition's column has its type even where it has no rows."""
    own = market["BTC/USDT"]
    some, none = (evaluate(["close > open", "close"], c).columns for c in (own, own.rows(0, 0)))
    assert {name: c.dtype for name, c in none.items()} == {name: c.dtype for name, c in some.items()}
    assert [len(c) for c in none.values()] == [0, 0]
    assert none["close > open"].dtype == np.int8


def test_a_symbol_without_an_instrument_is_named(strategy: Strategy, market: Market) -> None:
    """Facts for other symbols only are refused in words."""
    with pytest.raises(InputError, match="no instrument for BTC/USDT"):
        stratrun.backtest(strategy, market, instruments={"ETH/USDT": make_instrument("ETH/USDT", {})})


def test_limits_of_a_file_hold(strategy: Strategy, market: Market, tmp_path: Any) -> None:
    """`limits` names a file whose stricter limits the run keeps; a mistake in it is told as one of a document."""
    path = tmp_path / "limits.yaml"
    path.write_text("stratrun: 2\nrisk: {max_exposure: 10%}\n")
    result = stratrun.backtest(strategy, market, limits=path)
    assert result.strategy.risk.max_exposure == 0.1
    assert len(stratrun.backtest(strategy, market).trades) > len(result.trades) == 0
    path.write_text("stratrun: 2\nrisk: {max_exposure: much}\n")
    with pytest.raises(stratrun.DocumentError):
        stratrun.backtest(strategy, market, limits=path)
