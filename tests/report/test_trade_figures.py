"""Statistics of closed trades, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from stratrun.engine.report.curve import Curve
from stratrun.engine.report.metrics import Metrics, closed_figures
from stratrun.engine.report.trade_figures import TradeFigures, exits, exposure, turnover
from stratrun.engine.trading.trades import ExitReason, Trades

HOUR = 3_600_000
Make = Callable[..., Trades]


def of(make_trades: Make, *profits: float, **more: float) -> TradeFigures:
    return TradeFigures.of(make_trades(*[{"profit": profit, **more} for profit in profits]))


def test_figures_by_hand(make_trades: Make) -> None:
    """Every figure follows its definition."""
    figures = of(make_trades, 10, -5, 0, 20, 10, -5, -10, risk=10)
    assert (figures.count, figures.wins, figures.losses) == (7, 3, 3)
    assert figures.win_rate == pytest.approx(3 / 7)
    assert figures.profit_factor == 2
    assert figures.expectancy == pytest.approx(20 / 7)
    assert figures.payoff == pytest.approx((40 / 3) / (20 / 3))
    assert (figures.best, figures.worst) == (20, -10)
    assert (figures.win_streak, figures.loss_streak) == (2, 2)
    multiples = np.array([1, -0.5, 0, 2, 1, -0.5, -1])
    assert figures.expectancy_r == pytest.approx(multiples.mean())
    assert figures.sqn == pytest.approx(np.sqrt(7) * multiples.mean() / multiples.std(ddof=1))


def test_open_positions_are_no_wins(make_trades: Make) -> None:
    """A position still open is in no win statistic, but its fees and entry are counted."""
    trades = make_trades({"profit": 5, "fees": 1}, {"profit": 90, "fees": 2, "reason": ExitReason.OPEN})
    metrics = Metrics(Curve(np.array([HOUR * 4]), np.array([195.0]), 100.0, 0), trades)
    assert (metrics.closed.count, metrics.open_trades, metrics.closed.best) == (1, 1, 5)
    assert metrics.fees == 3
    assert turnover(trades) == 300
    assert metrics.curve.total_return == 0.95


def test_long_and_short(make_trades: Make) -> None:
    """The split by side adds up to the whole."""
    trades = make_trades({"profit": 5}, {"profit": -3, "side": -1}, {"profit": 4, "side": -1})
    metrics = Metrics(Curve(np.array([HOUR]), np.array([106.0]), 100.0, 0), trades)
    assert (metrics.long.count, metrics.short.count) == (1, 2)
    assert metrics.short.profit_factor == pytest.approx(4 / 3)
    assert metrics.long.gross_profit + metrics.short.gross_profit == metrics.closed.gross_profit


def test_no_trades_leave_figures_undefined(make_trades: Make) -> None:
    """Without trades, counts are zero and everything else is None."""
    found = closed_figures(TradeFigures.of(make_trades()))
    counts = {"trades", "wins", "losses", "win_streak", "loss_streak"}
    assert {name: value for name, value in found.items() if value is not None} == dict.fromkeys(counts, 0)


def test_undefined_ratios(make_trades: Make) -> None:
    """Only wins: no profit factor and no payoff; no stops: no SQN; one R or equal Rs: no SQN."""
    winners = of(make_trades, 1, 2)
    assert (winners.profit_factor, winners.payoff, winners.average_loss, winners.sqn) == (None, None, None, None)
    assert of(make_trades, 1, risk=1).sqn is None
    assert of(make_trades, 1, 1, 1, risk=1).sqn is None


def test_exits_by_reason(make_trades: Make) -> None:
    """Exits are counted by reason with what they made, the commonest first."""
    stop = {"profit": -2, "reason": ExitReason.STOP}
    found = exits(make_trades(stop, {"profit": 5}, stop))
    assert list(found.items()) == [("stop", (2, -4.0)), ("rule", (1, 5.0))]


def test_exposure_counts_time_once(make_trades: Make) -> None:
    """Overlapping positions of two symbols expose the account once; time flat does not count."""
    spans = [(0, 4), (2, 4), (3, 1), (8, 2)]
    trades = make_trades(*[{"entry": entry, "hours": hours} for entry, hours in spans])
    assert exposure(trades, 0, 16 * HOUR) == 0.5
    assert exposure(make_trades(), 0, HOUR) == 0
    assert exposure(trades, 0, 0) is None
