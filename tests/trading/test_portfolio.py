"""Several strategies on one account: each trades as alone, but for what they are told of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any
from unittest.mock import Mock, patch

import numpy as np
import pytest
from hypothesis import given, settings

from stratrun.engine.language.document import loads
from stratrun.engine.language.portfolio import Conflict, Every, Member, Portfolio
from stratrun.engine.language.strategy import Correlated, Risk
from stratrun.engine.market.candles import Candles
from stratrun.engine.research.backtest import Result, backtest
from stratrun.engine.research.portfolio import PortfolioResult, backtest_portfolio
from stratrun.engine.run.portfolio_session import PortfolioSession
from stratrun.engine.trading.account import Account
from stratrun.engine.trading.codes import Decision
from stratrun.engine.trading.paced import PacedSimulation
from stratrun.engine.trading.pool import EQUITY
from stratrun.engine.trading.portfolio import PortfolioSimulation
from stratrun.engine.trading.rebalance import due_times, transfers
from stratrun.engine.trading.trades import ExitReason

from .drawn import PROOF, Drawn, drawn
from .drawn_portfolios import DrawnPortfolio, own_candles, portfolios

HOUR = 3_600_000
DAY = 24 * HOUR


def run(case: DrawnPortfolio, portfolio: Portfolio | None = None, **more: Any) -> PortfolioResult:
    return backtest_portfolio(portfolio or case.portfolio, case.candles, account=case.account,
                              instruments=case.instruments, **more)  # fmt: skip


def told(result: Result) -> dict[str, Any]:
    """All that a strategy did, its columns as bytes."""
    parts = {"trades": result.trades, "decisions": result.decisions, "fills": result.fills}
    columns = {
        f"{name}.{f.name}": getattr(part, f.name).tobytes()
        for name, part in parts.items() for f in fields(part) if f.name != "symbols"
    }  # fmt: skip
    return {**columns, "equity": result.equity.tobytes(), "time": result.time.tobytes(), "counts": dict(result.counts)}


def all_told(result: PortfolioResult) -> list[Any]:
    rest = (result.time.tobytes(), result.equity.tobytes(), result.transfers, repr(result.changes))
    return [*map(told, result.members), rest]


@given(drawn())
@settings(PROOF, max_examples=60)
def test_a_strategy_with_the_account_to_itself_is_a_back_test(case: Drawn) -> None:
    """One member of full weight does what it does alone, to the byte, whatever the account's empty limits."""
    alone = backtest(case.strategy, case.candles, account=case.account, instruments=case.instruments)
    portfolio = Portfolio("p", "p", (Member("m", 1.0, case.strategy),), rebalance=Every.DAY)
    result = backtest_portfolio(portfolio, case.candles, account=case.account, instruments=case.instruments)
    assert told(result.members[0]) == told(alone)
    assert result.equity.tolist() == alone.equity.tolist()


@given(portfolios())
@settings(PROOF, max_examples=60)
def test_without_limits_everybody_trades_alone(case: DrawnPortfolio) -> None:
    """Members that nothing joins are back-tests of their parts of the capital; the account is their sum."""
    portfolio = replace(case.portfolio, risk=Risk(), rebalance=None, conflicts=Conflict.ALLOW)
    result = run(case, portfolio)
    for member, found in zip(portfolio.members, result.members, strict=True):
        part = replace(case.account, capital=case.account.capital * member.weight)
        own = own_candles(member, case.candles)
        alone = backtest(member.strategy, own, account=part, instruments=case.instruments)
        assert told(found) == told(alone)
    made = sum(float(m.equity[-1]) - case.account.capital * p.weight
               for m, p in zip(result.members, portfolio.members, strict=True))  # fmt: skip
    assert result.equity[-1] == pytest.approx(case.account.capital + made, rel=1e-12)


@given(portfolios())
@settings(PROOF, max_examples=60)
def test_any_chunking_gives_the_same_bytes(case: DrawnPortfolio) -> None:
    """However the candles arrive, everybody decides the same."""
    whole = all_told(run(case))
    assert all_told(run(case, chunk=7)) == whole
    assert all_told(run(case, chunk=1)) == whole


@given(portfolios())
@settings(PROOF, max_examples=40)
def test_meeting_at_every_time_changes_nothing(case: DrawnPortfolio) -> None:
    """Strategies that meet only where one may enter decide as if they met at every close."""
    expected = all_told(run(case))
    made = PortfolioSimulation.__init__

    def every_time(self: PortfolioSimulation, *given_: Any, **named: Any) -> None:
        made(self, *given_, **named)
        self._every_time = True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PortfolioSimulation, "__init__", every_time)
        assert all_told(run(case)) == expected


@given(portfolios())
@settings(PROOF, max_examples=80)
def test_no_order_passes_a_limit_of_the_account(case: DrawnPortfolio) -> None:
    """Positions of all members together stay within the account's count, and never stand against each other."""
    result = run(case)
    held: dict[tuple[int, str], float] = {}
    fills: dict[int, list[tuple[int, str, float]]] = {}
    for n, m in enumerate(result.members):
        rows = zip(m.fills.time.tolist(), m.fills.symbol.tolist(), m.fills.position.tolist(), strict=True)
        for time, symbol, position in rows:
            fills.setdefault(time, []).append((n, m.strategy.symbols[symbol], position))
    most = case.portfolio.risk.max_open
    for time in sorted(fills):
        held |= {(n, symbol): position for n, symbol, position in fills[time]}
        assert most is None or sum(position != 0.0 for position in held.values()) <= most
        if case.portfolio.conflicts is Conflict.DENY:
            for symbol in {symbol for _, symbol in held}:
                sides = {np.sign(p) for (_, name), p in held.items() if name == symbol and p}
                assert len(sides) < 2


@given(drawn())
@settings(PROOF, max_examples=30)
def test_an_accounts_correlations_are_a_strategys(case: Drawn) -> None:
    """A limit of what moves together refuses one member of full weight as its own limit would."""
    limits = Risk(max_leverage=case.strategy.risk.max_leverage, max_correlated=Correlated(1, 0.1, 12))
    free = replace(case.strategy, risk=replace(limits, max_correlated=None))
    alone = backtest(replace(free, risk=limits), case.candles, account=case.account, instruments=case.instruments)
    portfolio = Portfolio("p", "p", (Member("m", 1.0, free),), replace(limits, max_leverage=1.0))
    result = backtest_portfolio(portfolio, case.candles, account=case.account, instruments=case.instruments)
    assert told(result.members[0]) == told(alone)


@given(portfolios())
@settings(PROOF, max_examples=60)
def test_transfers_neither_make_nor_lose_money(case: DrawnPortfolio) -> None:
    """Members' profits add up to the account's, whatever was paid between their parts."""
    result = run(case)
    capital = case.account.capital
    made = sum(float(m.trades.profit.sum()) for m in result.members)
    turnover = capital + sum(float((m.fills.quantity * m.fills.price).sum()) for m in result.members)
    assert float(result.equity[-1]) == pytest.approx(capital + made, abs=1e-10 * turnover)
    assert len(result.trades) == sum(len(m.trades) for m in result.members)


LEADER = """\
stratrun: 2
name: Follows a leader
symbols: [ETH/USDT]
timeframe: 1h
feeds: {leader: {symbol: BTC/USDT}}
long:
  enter: leader.close crosses above leader.ema(close, 40) and close > 1d.sma(close, 3)
  exit: {stop: 2%, time: 9 candles}
size: {equity: 50%}
"""
SLOW = """\
stratrun: 2
name: Slow
symbols: [BTC/USDT, ETH/USDT]
timeframe: 4h
long:
  enter: rank(roc(close, 6)) == 1 and close crosses above ema(close, 12)
  exit: {stop: 3%, time: 5 candles}
size: {equity: 30%}
"""


@pytest.mark.parametrize("hour", [500, 501, 503, 504, 700])
@pytest.mark.parametrize("chunk", [None, 5])
def test_a_later_start_is_the_members_later_start(hour: int, chunk: int | None, sample: Callable[..., Candles]) -> None:
    """Feeds, slower candles and ranks know what they know in a back-test of one member over the same range."""
    candles = {symbol: sample(symbol, "1h", 1_000) for symbol in ("BTC/USDT", "ETH/USDT")}
    start, end = (int(candles["BTC/USDT"].time[row]) for row in (hour, 950))
    portfolio = Portfolio("p", "p", (Member("a", 0.5, loads(LEADER)), Member("b", 0.5, loads(SLOW))))
    result = backtest_portfolio(portfolio, candles, start=start, end=end, chunk=chunk)
    for member, found in zip(portfolio.members, result.members, strict=True):
        part = replace(Account(), capital=Account().capital * member.weight)
        alone = backtest(member.strategy, own_candles(member, candles), account=part, start=start, end=end)
        assert len(alone.trades) > 1
        assert told(found) == told(alone)


@given(portfolios())
@settings(PROOF, max_examples=25)
def test_who_decides_is_told_what_the_account_is_worth(case: DrawnPortfolio) -> None:
    """Its parts and the cash beside them, also right after a transfer between them."""
    tell = PortfolioSimulation._tell

    def checked(simulation: PortfolioSimulation, member: PacedSimulation) -> None:
        tell(simulation, member)
        worth = simulation.idle + sum(float(one.measured()[EQUITY]) for one in simulation.members)
        assert float(member.book.pool[EQUITY]) == pytest.approx(worth, rel=1e-12)

    with patch.object(PortfolioSimulation, "_tell", checked):
        run(case, machine_code=False)


@given(portfolios())
@settings(PROOF, max_examples=25)
def test_paper_is_the_back_test(case: DrawnPortfolio) -> None:
    """A paper session over the same candles comes to the same bytes, and tells every step."""
    session = PortfolioSession(case.portfolio, case.candles, case.instruments, case.account)
    steps: list[float] = []
    listener = Mock(stepped=lambda time, equity: steps.append(equity))
    whole = run(case)
    assert all_told(session.run(listener)) == all_told(whole)
    assert steps == pytest.approx(whole.equity.tolist(), rel=1e-12)
    assert listener.closed.call_count == int((whole.trades.reason != ExitReason.OPEN).sum())


def test_everything_was_met() -> None:
    """The drawn portfolios are refused by every limit of the account, rebalanced, and change their state."""
    found: Counter[str] = Counter()
    wanted = ("unlike", "flattened", "transfers", "changes", "CONFLICT", "MAX_OPEN", "MAX_EXPOSURE", "MAX_POSITION",
              "MAX_NET_EXPOSURE", "MAX_COST_PER_ORDER", "ORDER_CANCELED", "TRADING_HALTED", "TRADING_REDUCING",
              "DAILY_LOSS", "MAX_CORRELATED")  # fmt: skip

    @given(portfolios())
    @settings(PROOF, max_examples=150)
    def count(case: DrawnPortfolio) -> None:
        if all(found[what] for what in wanted):
            return
        result = run(case)
        alone = run(case, replace(case.portfolio, risk=Risk(), conflicts=Conflict.ALLOW))
        found["cases"] += 1
        found["flattened"] += int((result.trades.reason == ExitReason.HALT).sum())
        found["unlike"] += len(case.portfolio.timeframes) > 1
        found["transfers"] += bool(result.transfers)
        found["changes"] += bool(result.changes)
        for mine, theirs in zip(result.members, alone.members, strict=True):
            found.update(c.name for c, n in mine.counts.items() if n > theirs.counts.get(c, 0))

    count()
    for what in wanted:
        assert found[what] >= 1, (what, found)
    assert Decision.CONFLICT.name in found


def test_parts_are_set_back_to_their_weights() -> None:
    """What is above its weight pays what is below, out of free funds only; the rest stays beside them."""
    paid, idle = transfers(np.array([0.5, 0.3]), np.array([700.0, 200.0]), [1000.0, 0.0], 100.0)
    assert paid.tolist() == pytest.approx([-200.0, 100.0])
    assert idle == pytest.approx(200.0)
    paid, idle = transfers(np.array([0.5, 0.5]), np.array([700.0, 300.0]), [50.0, 0.0], 0.0)
    assert paid.tolist() == pytest.approx([-50.0, 50.0])
    assert idle == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("every", "days"),
    [(Every.DAY, [0, 1, 2, 3, 4, 5, 6, 7, 8]), (Every.WEEK, [4]), (Every.MONTH, [2]), (Every.QUARTER, [2])],
)
def test_periods_begin_at_their_first_close(every: Every, days: list[int]) -> None:
    """From Thursday the 28th of March 2024: weeks begin on Monday, months and quarters with the 1st of April."""
    start = 1_711_584_000_000 + DAY - HOUR  # closes at 00:00 of the 29th
    times = start + DAY * np.arange(9, dtype=np.int64)
    due = due_times(times + HOUR, every, start + HOUR - 1)
    expected = {Every.DAY: days, Every.WEEK: [3], Every.MONTH: [3], Every.QUARTER: [3]}[every]
    assert ((due - start) // DAY).tolist() == expected


@pytest.mark.machine_code
@pytest.mark.parametrize("seed", [3])
def test_machine_code_gives_the_same_bytes(seed: int) -> None:
    """Compiled and interpreted, the strategies of one account decide alike."""
    import random

    from .drawn_portfolios import make_portfolio

    case = make_portfolio(random.Random(seed))
    assert all_told(run(case, machine_code=True)) == all_told(run(case, machine_code=False))
