"""Money: equity is what its fills say, promises are kept and taken back, limits hold, at every step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from hypothesis import given, settings

from stratrun.engine.market.timeline import cut, union_times
from stratrun.engine.research.backtest import backtest
from stratrun.engine.trading.codes import Decision
from stratrun.engine.trading.simulation import Simulation
from stratrun.engine.trading.trades import ExitReason, Trades

from .drawn import PROOF, Drawn, drawn


@dataclass(frozen=True)
class Fill:
    time: int
    symbol: str
    quantity: Decimal
    """Signed base units: bought above zero."""
    price: Decimal
    fee: Decimal


def fills_of(case: Drawn, trades: Trades) -> list[Fill]:
    """Every fill of a trade list, its fee worked out anew."""
    found = []
    for k in range(len(trades)):
        symbol = trades.symbols[int(trades.symbol[k])]
        facts = case.instruments[symbol]
        signed = int(trades.side[k]) * Decimal(float(trades.quantity[k]))
        entry, out = Decimal(float(trades.entry_price[k])), Decimal(float(trades.exit_price[k]))
        taker = abs(signed) * entry * Decimal(facts.taker)
        found.append(Fill(int(trades.entry_time[k]), symbol, signed, entry, taker))
        if trades.reason[k] != ExitReason.OPEN:
            rate = facts.maker if trades.reason[k] == ExitReason.TARGET else facts.taker
            found.append(Fill(int(trades.exit_time[k]), symbol, -signed, out, abs(signed) * out * Decimal(rate)))
    return found


def replayed(case: Drawn, fills: list[Fill], times: np.ndarray) -> Iterator[tuple[Decimal, Decimal]]:
    """(equity, turnover) after each time: cash from every fill, plus what is held at its last close.

    Spot and perp need no two rules here: a perp's wallet and unrealised profit are cash and holdings by another name.
    """
    cash, turnover, at = Decimal(case.account.capital), Decimal(0), 0
    held = dict.fromkeys(case.candles, Decimal(0))
    mark = dict.fromkeys(case.candles, Decimal(0))
    close = {s: dict(zip(c.time.tolist(), c.close.tolist(), strict=True)) for s, c in case.candles.items()}
    ordered = sorted(fills, key=lambda fill: fill.time)
    for time in times.tolist():
        while at < len(ordered) and ordered[at].time <= time:
            fill = ordered[at]
            cash -= fill.quantity * fill.price + fill.fee
            held[fill.symbol] += fill.quantity
            turnover += abs(fill.quantity) * fill.price
            at += 1
        for symbol in held:
            if time in close[symbol]:
                mark[symbol] = Decimal(close[symbol][time])
        yield cash + sum((held[s] * mark[s] for s in held), Decimal(0)), turnover


@given(drawn())
@settings(PROOF, max_examples=150)
def test_equity_is_what_the_fills_say(case: Drawn) -> None:
    """At every step equity is within 1e-12 of the turnover of an exact replay of the fills."""
    result = backtest(case.strategy, case.candles, account=case.account, instruments=case.instruments)
    times = union_times([case.candles[s] for s in case.strategy.symbols])
    exact = list(replayed(case, fills_of(case, result.trades), times))
    for equity, (due, turnover) in zip(result.equity.tolist(), exact, strict=True):
        assert abs(Decimal(equity) - due) <= Decimal("1e-12") * turnover
    paid = sum((fill.fee for fill in fills_of(case, result.trades)), Decimal(0))
    assert abs(Decimal(float(result.trades.fees.sum())) - paid) <= Decimal("1e-12") * (exact[-1][1] + 1)


@given(drawn())
@settings(PROOF, max_examples=30)
def test_the_replay_notices_a_wrong_price(case: Drawn) -> None:
    """The comparison is not blind: one fill a millionth dearer is outside the bound."""
    result = backtest(case.strategy, case.candles, account=case.account, instruments=case.instruments)
    if not len(result.trades):
        return
    times = union_times([case.candles[s] for s in case.strategy.symbols])
    first, *rest = fills_of(case, result.trades)
    wrong = Fill(first.time, first.symbol, first.quantity, first.price * Decimal("1.000001"), first.fee)
    (due, turnover) = list(replayed(case, [wrong, *rest], times))[-1]
    assert abs(Decimal(float(result.equity[-1])) - due) > Decimal("1e-12") * turnover


@given(drawn())
@settings(PROOF, max_examples=150)
def test_promises_and_limits_hold_at_every_step(case: Drawn) -> None:
    """Reservations are the waiting orders', covered when given and zero when none waits; no limit is passed."""
    own = [case.candles[s] for s in case.strategy.symbols]
    simulation = Simulation(case.strategy, case.instruments, case.account, 1, machine_code=False)
    for chunk in cut(own, {}, union_times(own), 1):
        before = sum(simulation.counts.get(code, 0) for code in ORDERED)
        simulation.advance(chunk)
        given_now = sum(simulation.counts.get(code, 0) for code in ORDERED) > before
        check_step(case, simulation, given_now)


ORDERED = (Decision.APPROVED, Decision.FUNDS_REDUCED)


def check_step(case: Drawn, simulation: Simulation, given_now: bool) -> None:
    """`given_now`: an order was approved at this close."""
    wallet, positions, orders = (simulation.book.wallets[0], simulation.book.positions, simulation.book.orders)
    waiting = [order for order in orders if order.side != 0]
    assert wallet.queued == len(waiting)
    if not waiting:
        assert wallet.reserved == 0.0
    assert abs(wallet.reserved - sum(o.reserved for o in waiting)) <= 1e-9 * case.account.capital
    perp = case.document["market"] == "perp"
    leverage = case.strategy.risk.max_leverage if perp else 1.0
    if given_now:
        margin = sum(
            abs(p.quantity) * p.mark / leverage
            for p, order in zip(positions, orders, strict=True) if p.quantity and order.side == 0
        )  # fmt: skip
        free = wallet.equity - margin - wallet.reserved if perp else wallet.cash - wallet.reserved
        assert free >= -1e-9 * case.account.capital
    if not perp:
        assert wallet.cash >= -1e-9 * case.account.capital
    most = case.strategy.risk.max_open
    taken = sum(1 for p, order in zip(positions, orders, strict=True) if p.quantity or order.side)
    assert most is None or taken <= most
    for symbol, position in zip(case.strategy.symbols, positions, strict=True):
        facts = case.instruments[symbol]
        assert abs(position.quantity) <= facts.max_quantity
        if position.quantity:
            assert abs(position.quantity) >= facts.min_quantity
            whole = abs(position.quantity) / facts.quantity_step if facts.quantity_step else 0.0
            assert abs(whole - round(whole)) < 1e-6


@given(drawn())
@settings(PROOF, max_examples=60)
def test_the_size_is_within_max(case: Drawn) -> None:
    """No entry is ordered for more than `max` of the equity at its close, nor for more than the declared share."""
    result = backtest(case.strategy, case.candles, account=case.account, instruments=case.instruments)
    size = case.strategy.size
    equity = dict(zip(result.time.tolist(), result.equity.tolist(), strict=True))
    shares = [size.max] if size.max is not None else []
    shares += [size.value] if size.method.name == "EQUITY" else []
    made = result.decisions
    for k in np.flatnonzero(np.isin(made.code, ORDERED)):
        cost = float(made.quantity[k] * made.price[k])
        assert all(cost <= share * equity[int(made.time[k])] * (1 + 1e-12) for share in shares)
