"""What kept a strategy from trading, against a count by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import stratrun
from stratrun.engine.explaining.why_not import WhyNot, why_not
from stratrun.engine.explaining.why_not_text import as_data, as_lines
from stratrun.engine.language.document import loads
from stratrun.engine.market.candles import Candles

FILE = """stratrun: 2
name: Dip
symbols: [BTC/USDT, ETH/USDT]
timeframe: 1h
indicators: {rsi14: "rsi(close, 14)"}
filters:
  - volume > sma(volume, 20)
long:
  enter:
    - close > ema(close, 100)
    - rsi14 crosses above 45 and 4h.close > 4h.open
  exit: {time: 5 candles}
size: {equity: 10%}
"""
PARTS = ["close > ema(close, 100)", "rsi(close, 14) crosses above 45", "4h.close > 4h.open", "volume > sma(volume, 20)"]


def market(sample: Callable[..., Candles]) -> dict[str, Candles]:
    return {symbol: sample(symbol, count=700) for symbol in ("BTC/USDT", "ETH/USDT")}


def by_hand(candles: dict[str, Candles], symbols: list[str], lo: int, hi: int) -> list[tuple[int, ...]]:
    """(true, false, unknown, only missing, longest without) of each part, row by row."""
    totals = [[0, 0, 0, 0, 0] for _ in PARTS]
    for symbol in symbols:
        found = stratrun.evaluate(PARTS, candles[symbol]).columns
        runs = [0] * len(PARTS)
        for row in range(lo, hi):
            values = [int(found[part][row]) for part in PARTS]
            for k, value in enumerate(values):
                totals[k][(1, 0, 2)[value]] += 1
                others = [v for i, v in enumerate(values) if i != k]
                totals[k][3] += value != 1 and all(v == 1 for v in others)
                runs[k] = 0 if value == 1 else runs[k] + 1
                totals[k][4] = max(totals[k][4], runs[k])
    return [tuple(total) for total in totals]


def counted(found: WhyNot) -> list[tuple[int, ...]]:
    return [(c.true, c.false, c.unknown, c.only_missing, c.longest) for c in found.conditions]


@pytest.mark.parametrize(("symbol", "lo", "hi"), [(None, 0, 700), ("ETH/USDT", 0, 700), (None, 150, 600)])
def test_the_counts_are_those_by_hand(sample: Callable[..., Candles], symbol: str | None, lo: int, hi: int) -> None:
    """Each part's truths, how often it alone was missing and its longest absence, in the range asked for."""
    candles = market(sample)
    times = candles["BTC/USDT"].time
    start, end = (None, None) if (lo, hi) == (0, 700) else (int(times[lo]), int(times[hi]))
    (found,) = why_not(loads(FILE), candles, symbol=symbol, start=start, end=end)
    assert [c.expression for c in found.conditions] == PARTS
    assert [c.key for c in found.conditions] == ["long.enter"] * 3 + ["filters"]
    assert counted(found) == by_hand(candles, [symbol] if symbol else ["BTC/USDT", "ETH/USDT"], lo, hi)
    assert found.candles == (hi - lo) * (1 if symbol else 2)


def test_the_nearest_misses_are_the_nearest(sample: Callable[..., Candles]) -> None:
    """Of the closes at which only one comparison failed, those whose two sides were closest come first."""
    candles = market(sample)
    (found,) = why_not(loads(FILE), candles, symbol="BTC/USDT")
    columns = stratrun.evaluate([*PARTS, "close", "ema(close, 100)"], candles["BTC/USDT"]).columns
    alone = (columns[PARTS[0]] == 0) & np.all([columns[part] == 1 for part in PARTS[1:]], axis=0)
    distance = np.abs(columns["close"] - columns["ema(close, 100)"]) / columns["ema(close, 100)"]
    nearest = sorted(np.flatnonzero(alone), key=lambda row: distance[row])[:3]
    times = candles["BTC/USDT"].time[nearest] + 3_600_000
    assert nearest
    assert [miss.close_time for miss in found.conditions[0].nearest] == times.tolist()


def test_signals_are_those_of_the_back_test(sample: Callable[..., Candles]) -> None:
    """What became of the signals adds up to the back-test's decisions of that side."""
    candles = market(sample)
    strategy = loads(FILE)
    (found,) = why_not(strategy, candles)
    decided = stratrun.backtest(strategy, candles).decisions
    assert sum(found.decisions.values()) == len(decided.code)
    assert {int(code) for code in found.decisions} == set(decided.code.tolist())


def test_it_can_be_told(sample: Callable[..., Candles]) -> None:
    """Text and data hold every condition."""
    strategy = loads(FILE)
    (found,) = why_not(strategy, market(sample))
    text = "\n".join(as_lines(found, strategy))
    assert all(part in text for part in PARTS)
    assert [c["expression"] for c in as_data(found)["conditions"]] == PARTS
