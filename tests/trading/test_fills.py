"""Fills of every kind: equity is what they say, trades are made of them, and the book keeps its promises."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings

from stratrun.engine.market.timeline import cut, union_times
from stratrun.engine.research.backtest import Result, backtest
from stratrun.engine.trading.codes import Decision
from stratrun.engine.trading.simulation import Simulation
from stratrun.engine.trading.trades import ExitReason

from .drawn import HOUR, PROOF
from .drawn_orders import DrawnOrders, drawn_orders

CASES = 250


def run(drawn: DrawnOrders) -> Result:
    case = drawn.case
    return backtest(case.strategy, case.candles, account=case.account, instruments=case.instruments, venue=drawn.venue)


def replayed(drawn: DrawnOrders, result: Result) -> list[tuple[Decimal, Decimal]]:
    """(equity, turnover) after each time, in exact numbers, from the fills and the funding rates alone."""
    case, fills = drawn.case, result.fills
    cash, turnover, at = Decimal(case.account.capital), Decimal(0), 0
    held = {s: Decimal(0) for s in case.strategy.symbols}
    mark = dict(held)
    rows = {s: {int(t): k for k, t in enumerate(c.time)} for s, c in case.candles.items()}
    order = np.argsort(fills.time, kind="stable")
    found = []
    for time in union_times([case.candles[s] for s in case.strategy.symbols]).tolist():
        for symbol in held:
            if time in rows[symbol]:
                opening = Decimal(float(case.candles[symbol].open[rows[symbol][time]]))
                cash -= held[symbol] * opening * due(drawn, symbol, time, time + 1)
        while at < len(order) and fills.time[order[at]] <= time:
            k = order[at]
            symbol = case.strategy.symbols[fills.symbol[k]]
            quantity, price = Decimal(float(fills.quantity[k])), Decimal(float(fills.price[k]))
            fee, bought = Decimal(float(fills.fee[k])), int(fills.side[k])
            in_base = case.instruments[symbol].fee_in_base and bought > 0
            cash -= bought * quantity * price + (Decimal(0) if in_base else fee)
            held[symbol] += bought * quantity - (fee / price if in_base else Decimal(0))
            turnover += quantity * price
            at += 1
        for symbol in held:
            if time in rows[symbol]:
                mark[symbol] = Decimal(float(case.candles[symbol].close[rows[symbol][time]]))
                cash -= held[symbol] * mark[symbol] * due(drawn, symbol, time + 1, time + HOUR)
        found.append((cash + sum((held[s] * mark[s] for s in held), Decimal(0)), turnover))
    return found


def due(drawn: DrawnOrders, symbol: str, since: int, until: int) -> Decimal:
    rates = drawn.venue.funding.get(symbol)
    if rates is None:
        return Decimal(0)
    chosen = rates.rate[(rates.time >= since) & (rates.time < until)]
    return sum((Decimal(float(r)) for r in chosen), Decimal(0))


@given(drawn_orders())
@settings(PROOF, max_examples=CASES)
def test_equity_is_what_the_fills_say(drawn: DrawnOrders) -> None:
    """At every step equity is within 1e-12 of the turnover of an exact replay of fills and funding."""
    result = run(drawn)
    for equity, (exact, turnover) in zip(result.equity.tolist(), replayed(drawn, result), strict=True):
        assert abs(Decimal(equity) - exact) <= Decimal("2e-12") * (turnover + Decimal(drawn.case.account.capital))


@given(drawn_orders())
@settings(PROOF, max_examples=CASES)
def test_trades_are_made_of_fills(drawn: DrawnOrders) -> None:
    """What the trades earned is what the account did, and their quantities are those bought and sold."""
    result = run(drawn)
    trades, fills, capital = result.trades, result.fills, drawn.case.account.capital
    scale = capital + float((fills.quantity * fills.price).sum())
    assert float(trades.profit.sum()) == pytest.approx(float(result.equity[-1]) - capital, abs=1e-11 * scale)
    for s, symbol in enumerate(trades.symbols):
        ours, theirs = trades.symbol == s, fills.symbol == s
        if not drawn.case.instruments[symbol].fee_in_base:
            entries = theirs & (fills.reason < 0)
            assert trades.quantity[ours].sum() == pytest.approx(fills.quantity[entries].sum(), rel=1e-9)
        assert trades.fees[ours].sum() == pytest.approx(fills.fee[theirs].sum(), rel=1e-9)
    closed = trades.reason != ExitReason.OPEN
    assert (trades.exit_time[closed] >= trades.entry_time[closed]).all()


@given(drawn_orders())
@settings(PROOF, max_examples=CASES)
def test_fills_happen_at_prices_that_were_there(drawn: DrawnOrders) -> None:
    """Makers fill inside their candle; everybody's quantity is above zero; minimums hold for every entry."""
    result = run(drawn)
    fills, case = result.fills, drawn.case
    for k in range(len(fills)):
        symbol = case.strategy.symbols[fills.symbol[k]]
        candles, facts = case.candles[symbol], case.instruments[symbol]
        row = int(np.searchsorted(candles.time, fills.time[k]))
        assert candles.time[row] == fills.time[k]
        assert fills.quantity[k] > 0.0
        if fills.maker[k]:
            # A resting entry fills at its own price when a candle opens beyond it.
            low, high = candles.low[row], candles.high[row]
            slack = facts.price_tick
            assert fills.price[k] <= high + slack or fills.side[k] > 0
            assert fills.price[k] >= low - slack or fills.side[k] < 0
        if fills.reason[k] < 0:
            assert fills.quantity[k] >= facts.min_quantity
            assert fills.quantity[k] * fills.price[k] >= facts.min_cost


@given(drawn_orders())
@settings(PROOF, max_examples=120)
def test_the_book_keeps_its_promises(drawn: DrawnOrders) -> None:
    """At every step reservations are those of the waiting orders, none is negative, and spot never owes money."""
    case = drawn.case
    own = [case.candles[s] for s in case.strategy.symbols]
    simulation = Simulation(case.strategy, case.instruments, case.account, 1, False, venue=drawn.venue)
    for chunk in cut(own, {}, union_times(own), 1):
        simulation.advance(chunk)
        wallet, orders = simulation.book.wallets[0], simulation.book.orders
        waiting = [order for order in orders if order.side != 0]
        assert wallet.queued == len(waiting)
        assert sorted(simulation.book.queue[: wallet.queued]) == [k for k, o in enumerate(orders) if o.side != 0]
        assert all(order.reserved >= 0.0 and order.quantity > 0.0 for order in waiting)
        assert abs(wallet.reserved - sum(o.reserved for o in waiting)) <= 1e-9 * case.account.capital
        assert wallet.held == sum(1 for p in simulation.book.positions if p.quantity)
        if case.document["market"] != "perp":
            assert wallet.cash >= -1e-9 * case.account.capital


def test_everything_was_met() -> None:
    """The drawn accounts fill as makers and takers, in parts, leave in parts, add, expire, pay and are liquidated."""
    found: Counter[str] = Counter()

    @given(drawn_orders())
    @settings(PROOF, max_examples=CASES)
    def count(drawn: DrawnOrders) -> None:
        result = run(drawn)
        found["cases"] += 1
        found.update(code.name for code in result.counts)
        found.update({ExitReason(r).name for r in result.trades.reason.tolist()})
        found["maker entries"] += bool(((result.fills.reason < 0) & (result.fills.maker == 1)).any())
        found["partial exits"] += len(result.fills) > 2 * len(result.trades)
        found["funding"] += bool((result.trades.funding != 0.0).any())

    count()
    for what in ("maker entries", "partial exits", "funding", "ADDED", "ORDER_EXPIRED", "ORDER_CANCELED", "POST_ONLY",
                 "LIQUIDATION", "TARGET", "STOP", "OPPOSITE", "TIME", "RULE", "FILL_REDUCED"):  # fmt: skip
        assert found[what] >= 0.02 * found["cases"], (what, found[what])
    assert Decision.ADDED.name in found
