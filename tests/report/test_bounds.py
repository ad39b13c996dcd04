"""The run made otherwise, and what slippage took."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.report.costs import slippage_paid
from stratrun.engine.research import bounds
from stratrun.engine.research.inputs import Inputs, content_hash
from stratrun.engine.trading.account import Account

from .runs import inputs


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return inputs(tmp_path_factory.mktemp("bounds"), account=Account(slippage=0.0003, spread=0.0002))


def wild(given: Inputs) -> Inputs:
    """The same candles with long shadows: many hold stop and target both."""
    wilder = {
        symbol: replace(c, high=c.high * 1.03, low=c.low * 0.97) for symbol, c in given.candles.items()
    }  # fmt: skip
    return replace(given, candles=wilder)


def test_twice_the_costs_are_twice_the_fees(given: Inputs) -> None:
    """The dearer run is the back-test with its fees, slippage and spread doubled by hand."""
    result = given.run()
    (_, dearer) = bounds.variants(given, result) or []
    instruments = {s: replace(i, maker=2 * i.maker, taker=2 * i.taker) for s, i in given.instruments.items()}
    by_hand = replace(given, instruments=instruments, account=Account(slippage=0.0006, spread=0.0004)).run()
    assert dearer.metrics.figures() == by_hand.metrics.figures()
    assert dearer.metrics.curve.final < result.metrics.curve.final


def test_ambiguous_candles_bound_the_result(given: Inputs) -> None:
    """With ambiguous candles the optimistic run stands beside the pessimistic one and is no worse."""
    unsure = wild(given)
    result = unsure.run()
    assert result.ambiguous > 5
    names = {variant.name: variant.metrics.curve.final for variant in bounds.variants(unsure, result) or []}
    assert list(names) == ["as it is", "optimistic", "double costs"]
    assert names["as it is"] == result.metrics.curve.final
    assert names["optimistic"] > names["as it is"]
    kind = replace(unsure, account=replace(unsure.account, optimistic=True))
    back = {variant.name: variant.metrics.curve.final for variant in bounds.variants(kind, kind.run()) or []}
    assert (back["as it is"], back["pessimistic"]) == (names["optimistic"], names["as it is"])


def test_long_runs_are_repeated_only_when_asked(given: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of many candles is told once, unless somebody asks for more."""
    monkeypatch.setattr(bounds, "MOST_ROWS", 100)
    result = given.run()
    assert bounds.variants(given, result) is None
    assert len(bounds.variants(given, result, asked=True) or []) == 2


def test_costs_stay_possible(given: Inputs) -> None:
    """Doubling the highest costs that are allowed stays within what is allowed."""
    dear = replace(given, account=Account(slippage=0.09, spread=0.09, impact=0.9))
    doubled = dear.at_costs(2)
    assert doubled.account.slippage < 0.1
    assert doubled.account.impact == 1


@pytest.mark.parametrize("impact", [0.0, 0.5])
def test_slippage_is_what_fills_lost_to_the_open(given: Inputs, impact: float) -> None:
    """Summed over market fills at opens, price against open is what is told; a run without slippage paid none."""
    small = {s: replace(c, volume=np.full(len(c), 3.0)) for s, c in given.candles.items()}
    rules = replace(
        given.strategy, long=replace(given.strategy.long, exit=replace(given.strategy.long.exit, target=None))
    )
    some = replace(given, subject=rules, candles=small, account=Account(slippage=0.0003, spread=0.0002, impact=impact))
    result = some.run()
    paid = slippage_paid(result.fills, some.account, result.candles, result.strategy.symbols)
    fills, candles = result.fills, result.candles["BTC/USDT"]
    at_open = fills.reason != 1
    opens = candles.open[np.searchsorted(candles.time, fills.time)]
    lost = (fills.quantity * np.abs(fills.price - opens))[at_open].sum()
    stops = replace(result.fills, **{n: getattr(fills, n)[~at_open] for n in fills.__dataclass_fields__})
    at_stops = slippage_paid(stops, some.account, result.candles, result.strategy.symbols)
    assert paid - at_stops == pytest.approx(lost, rel=1e-9)
    assert slippage_paid(fills, Account(), result.candles, result.strategy.symbols) == 0


def test_equal_candles_have_equal_hashes(given: Inputs, tmp_path: Path) -> None:
    """The hash of the candles knows symbols, timeframe and every number, and nothing else."""
    again = inputs(tmp_path).candles
    assert content_hash(again) == content_hash(given.candles)
    held = given.candles["BTC/USDT"]
    close = held.close.copy()
    close[7] = np.nextafter(close[7], 1e9)
    others = [
        {"ETH/USDT": held},
        {"BTC/USDT": replace(held, close=close)},
        {"BTC/USDT": held.rows(0, len(held) - 1)},
        {"BTC/USDT": replace(held, timeframe=Timeframe.parse("2h"))},
    ]
    assert len({content_hash(other) for other in (given.candles, *others)}) == 5
