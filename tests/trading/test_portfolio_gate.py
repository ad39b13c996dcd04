"""An account of several strategies, close by close: promises are covered, what is open can be closed, and a tighter
limit never approves more."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.language.portfolio import Portfolio
from stratrun.engine.language.strategy import Correlated, Market, Risk
from stratrun.engine.research.together import common_closes, cut_together, parts_of
from stratrun.engine.trading.codes import Decision
from stratrun.engine.trading.portfolio import PortfolioSimulation

from .drawn import PROOF
from .drawn_portfolios import DrawnPortfolio, make_portfolio, portfolios

ORDERED = (Decision.APPROVED, Decision.FUNDS_REDUCED)
Row = tuple[int, int, int, int, int]


def stepped(case: DrawnPortfolio, portfolio: Portfolio | None = None) -> Iterator[tuple[int, PortfolioSimulation]]:
    """The account after each close."""
    portfolio = portfolio or case.portfolio
    simulation = PortfolioSimulation(portfolio, case.instruments, case.account, 1, machine_code=False)
    parts = parts_of(portfolio, case.candles)
    closes = common_closes(parts)
    for close, chunks in zip(closes.tolist(), cut_together(parts, closes, 1), strict=True):
        simulation.advance(chunks)
        yield close, simulation


@given(portfolios())
@settings(PROOF, max_examples=30)
def test_every_promise_is_covered(case: DrawnPortfolio) -> None:
    """At each close a member's reservations are its waiting orders', its money covers them, also after money moved
    between members, and the parts add up to the account."""
    small = 1e-9 * case.account.capital
    for _, simulation in stepped(case):
        assert simulation.idle >= -small
        for member in simulation.members:
            wallet, waiting = member.book.wallets[0], [o for o in member.book.orders if o.side]
            assert abs(wallet.reserved - sum(order.reserved for order in waiting)) <= small
            if member.strategy.market is Market.SPOT:
                assert wallet.cash - wallet.reserved >= -small
        assert simulation.equity == simulation.idle + sum(m.book.wallets[0].equity for m in simulation.members)


@given(portfolios())
@settings(PROOF, max_examples=30)
def test_a_position_can_always_be_closed(case: DrawnPortfolio) -> None:
    """Whatever the account's limits and states, an exit that was ordered happens at the symbol's next candle."""
    leaving: dict[tuple[int, str], int] = {}
    for _, simulation in stepped(case):
        for m, member in enumerate(simulation.members):
            for symbol, position in zip(member.strategy.symbols, member.book.positions, strict=True):
                ordered = leaving.get((m, symbol))
                if ordered is not None and position.time > ordered:
                    assert not position.quantity or position.entry_time > ordered
                    del leaving[m, symbol]
                if position.quantity and position.exit_order:
                    leaving.setdefault((m, symbol), position.time)


@given(portfolios())
@settings(PROOF, max_examples=25)
def test_nobody_stays_where_a_halt_flattens(case: DrawnPortfolio) -> None:
    """Two candles after a halt that flattens a member holds nothing, and nothing is entered after it."""
    drawdown = case.portfolio.risk.drawdown
    if drawdown is None or not drawdown.flatten:
        return
    halted: int | None = None
    for close, simulation in stepped(case):
        for member in simulation.members:
            for position in member.book.positions:
                if halted is not None and position.time >= halted:
                    first = position.time - halted < member.strategy.timeframe.ms
                    assert not position.quantity or first
        if halted is None and simulation.state.flattens:
            halted = close


def decided(case: DrawnPortfolio, portfolio: Portfolio) -> list[Row]:
    """(close, member, symbol, side, code) of every decision, in the order they were made."""
    rows: list[Row] = []
    seen = [0] * len(portfolio.members)
    for close, simulation in stepped(case, portfolio):
        for m, member in enumerate(simulation.members):
            made = member.records.written().decisions
            columns = (made.symbol.tolist(), made.side.tolist(), made.code.tolist())
            for symbol, side, code in list(zip(*columns, strict=True))[seen[m] :]:
                rows.append((close, m, symbol, side, code))
            seen[m] = len(made.code)
    return rows


TIGHTER: dict[str, Callable[[Portfolio], Portfolio]] = {
    "leverage": lambda p: replace(p, leverage=(p.leverage or 1.0) / 2),
    **{
        name: lambda p, name=name, value=value: replace(p, risk=replace(p.risk, **{name: value(p.risk)}))
        for name, value in {
            "max_open": lambda risk: 1,
            "max_cost": lambda risk: (risk.max_cost or 400.0) / 4,
            "max_position": lambda risk: (risk.max_position or 0.4) / 2,
            "max_exposure": lambda risk: (risk.max_exposure or 1.0) / 2,
            "max_net_exposure": lambda risk: (risk.max_net_exposure or 1.0) / 2,
            "heat": lambda risk: 0.01,
            "max_correlated": lambda risk: Correlated(1, 0.01, 9),
            "stop_required": lambda risk: True,
        }.items()
    },
}  # fmt: skip


@given(portfolios(), st.sampled_from(sorted(TIGHTER)))
@settings(PROOF, max_examples=30)
def test_a_tighter_limit_never_approves_more_at_the_first_decision(case: DrawnPortfolio, name: str) -> None:
    """At the first decision that differs, the account with the tighter limit is the one that refuses."""
    portfolio = replace(
        case.portfolio, risk=replace(case.portfolio.risk, drawdown=None, daily_loss=None, max_correlated=None)
    )
    wide, tight = decided(case, portfolio), decided(case, TIGHTER[name](portfolio))
    for a, b in zip(wide, tight, strict=False):
        if a != b:
            assert a[:4] == b[:4]
            assert not (b[4] in ORDERED and a[4] not in ORDERED)
            return


def test_the_tighter_limits_are_met() -> None:
    """Enough of them change a decision for the property above to say something."""
    met = set()
    for seed in range(40):
        case = make_portfolio(random.Random(seed))
        free = replace(case.portfolio, risk=Risk())
        for name in set(TIGHTER) - met:
            if decided(case, free) != decided(case, TIGHTER[name](free)):
                met.add(name)
        if len(met) == len(TIGHTER):
            break
    assert met == set(TIGHTER), np.setdiff1d(sorted(TIGHTER), sorted(met))
