"""What the keys for orders, ladders, sizes, limits and protections mean."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stratrun.engine.language.document import loads
from stratrun.engine.language.strategy import (
    Correlated,
    Drawdown,
    Duration,
    ExitFilter,
    Fallback,
    LossLimit,
    OnLoss,
    Orders,
    OrderType,
    Protection,
    ProtectionKind,
    Reach,
    Risk,
    Size,
    SizeMethod,
    Strategy,
)
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.research.evaluate import evaluate_terms

HEAD = """stratrun: 2
name: Dip
symbols: [BTC/USDT]
timeframe: 1h
params: {wait: {default: 6h}, share: {default: 25%}, sample: {default: 30}}
"""
LONG = "long: {enter: close > open, exit: {stop: 3%}}\n"
SIZE = "size: {equity: 10%}\n"


def built(text: str) -> Strategy:
    return loads(HEAD + text)


def sized(text: str) -> Size:
    return built(LONG + f"size: {{{text}}}\n").size


def test_orders() -> None:
    """Without `orders:` entries are market orders; all that is said arrives."""
    assert built(LONG + SIZE).orders == Orders()
    found = built(LONG + SIZE + "orders: {type: limit, offset: 0.02%, cancel_after: wait, fallback: market}\n").orders
    assert (found.type, found.cancel_after, found.fallback) == (
        OrderType.LIMIT, Duration(ms=21_600_000), Fallback.MARKET,
    )  # fmt: skip
    assert found.offset is not None
    assert found.offset.term is not None
    assert built(LONG + SIZE + "orders: {type: limit, post_only: true}\n").orders == Orders(
        OrderType.LIMIT, post_only=True
    )
    stop = built(LONG + SIZE + "orders: {type: stop_limit, offset: 0.5 * atr(14), limit: 1%}\n").orders
    assert stop.offset is not None
    assert stop.limit is not None


def test_a_ladder_of_targets() -> None:
    """A list of targets stands instead of the one; the last rung takes what is left."""
    side = built(
        "long: {enter: close > open, exit: {stop: 3%, "
        "target: [{at: 1R, close: share}, {at: 6%, close: 50%}, {at: 3R}]}}\n" + SIZE
    ).long
    assert side is not None
    assert side.exit.target is None
    assert [rung.share for rung in side.exit.ladder] == [0.25, 0.5, None]
    assert [rung.at.r for rung in side.exit.ladder] == [1.0, None, 3.0]


def test_additions() -> None:
    """Each further entry says when in one of three ways; left out, its size is the first's."""
    add = "  add:\n    - {against: 1R}\n    - {in_favour: 2%, size: 50%}\n    - {when: [close < open, volume > 1]}\n"
    side = built("long:\n  enter: close > open\n  exit: {stop: 3%}\n" + add + SIZE).long
    assert side is not None
    against, favour, ruled = side.add
    assert (against.share, favour.share, ruled.share) == (1.0, 0.5, 1.0)
    assert against.against is not None
    assert against.against.r == 1.0
    assert favour.in_favour is not None
    assert ruled.when is not None
    assert sum(part is not None for part in (favour.against, favour.in_favour, favour.when)) == 1


def test_kelly_and_slots() -> None:
    """Kelly's part and window, its fallback and its cap; a slot's share of the equity."""
    kelly = sized("kelly: {fraction: quarter, window: 50 trades, fallback: 0.5%, max: 5%}, max: 50%")
    assert kelly == Size(SizeMethod.KELLY, 0.25, 0.5, None, 50, 0.005, 0.05)
    assert sized("kelly: {fraction: full, window: sample, fallback: 1%}").window == 30
    assert built(LONG + "size: {equal: slots}\nrisk: {max_open: 4}\n").size == Size(SizeMethod.EQUAL, 0.25)


def test_the_measured_volatility_is_of_a_year() -> None:
    """The measure is the population deviation of one candle's change of the close, times sqrt(candles of 365 days)."""
    size = sized("volatility: {target: 20%, window: 2d}")
    assert (size.method, size.value, size.window) == (SizeMethod.VOLATILITY, 0.2, 48)
    dice = np.random.default_rng(3)
    close = 100 * np.exp(np.cumsum(dice.normal(0, 0.01, 200)))
    frame = Timeframe.parse("1h")
    own = Candles("A/USDT", frame, frame.ms * np.arange(200), close, close, close, close, close)
    assert size.measure is not None
    found = evaluate_terms({"x": size.measure}, own, machine_code=False).columns["x"]
    changes = close[1:] / close[:-1] - 1
    assert math.isnan(found[47])
    for row in (48, 100, 199):
        wanted = np.std(changes[row - 48 : row]) * math.sqrt(365 * 24)
        assert found[row] == pytest.approx(wanted, rel=1e-9)


def test_atr_measures_a_distance() -> None:
    """The distance that is risked is a price on the strategy's clock, whichever way it was written."""
    for written in ("2 * atr(14)", "3%", "2 * 4h.atr(14)"):
        size = sized(f"atr: {{risk: 1%, distance: {written}}}")
        assert size.measure is not None
        assert (size.value, size.measure.dimension) == (0.01, "price")


def test_limits() -> None:
    """Every limit arrives in its own unit; absent ones are none."""
    text = """risk:
  max_open: 3
  daily_loss: {limit: 3%, then: stop_until_next_day}
  drawdown: {limit: 12%, then: reduce}
  max_cost: 1000 USDT
  max_position: 20%
  max_exposure: 80%
  max_net_exposure: 50%
  risk_per_trade: 2%
  heat: 6%
  max_correlated: {most: 2, above: 0.8, window: 30d}
  stop_required: true
"""
    assert built(LONG + SIZE).risk == Risk()
    assert built(LONG + SIZE + text).risk == Risk(
        3, 1.0, LossLimit(0.03, OnLoss.STOP_UNTIL_NEXT_DAY), Drawdown(0.12, OnLoss.REDUCE), 1000.0, 0.2, 0.8, 0.5,
        0.02, 0.06, Correlated(2, 0.8, 720), True,
    )  # fmt: skip
    assert built(LONG + SIZE + "risk: {stop_required: false}\n").risk == Risk()


def test_protections() -> None:
    """All five kinds arrive with what they count, over which time, and how long they pause."""
    text = """protections:
  - {cooldown: 4 candles, after: loss, per: symbol}
  - {stops: 3, within: 1d, pause: wait, per: symbol}
  - {low_profit: {trades: 3, within: 3d, required: -1%, pause: 1d}}
  - {drawdown: {within: 2d, limit: 8%, pause: 1d}}
  - {losses: 4, pause: 6 candles}
"""
    day = Duration(ms=86_400_000)
    assert built(LONG + SIZE + text).protections == (
        Protection(ProtectionKind.COOLDOWN, Duration(4), Reach.SYMBOL, after=ExitFilter.LOSS),
        Protection(ProtectionKind.STOPS, Duration(ms=21_600_000), Reach.SYMBOL, 3, day),
        Protection(ProtectionKind.LOW_PROFIT, day, Reach.STRATEGY, 3, Duration(ms=3 * 86_400_000), -0.01),
        Protection(ProtectionKind.DRAWDOWN, day, Reach.STRATEGY, 1, Duration(ms=2 * 86_400_000), 0.08),
        Protection(ProtectionKind.LOSSES, Duration(6), Reach.STRATEGY, 4),
    )


def test_params_stand_in_every_rule() -> None:
    """A parameter that only an order, a limit or a protection uses counts as used."""
    text = (
        "orders: {type: limit, cancel_after: wait}\nrisk: {max_position: share}\n"
        "size: {kelly: {fraction: half, window: sample, fallback: 1%}}\n"
    )
    strategy = built(LONG + text)
    assert strategy.risk.max_position == 0.25
