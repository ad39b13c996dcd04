"""Limits: no approved order breaks one, a tighter one never approves more, and what is open can always be closed."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.language.document import loads
from stratrun.engine.language.strategy import Drawdown, LossLimit, OnLoss, Risk, Strategy
from stratrun.engine.market.timeline import cut, union_times
from stratrun.engine.trading.codes import LIVE_ONLY, Decision, State
from stratrun.engine.trading.simulation import Simulation

from .drawn import PROOF, Drawn, make_drawn

ORDERED = (Decision.APPROVED, Decision.FUNDS_REDUCED)
ROUNDING = 1.0 + 1e-9


def limited(rng: random.Random) -> Drawn:
    """A drawn account with limits of every kind, some of them tight."""
    case = make_drawn(rng)
    document: dict[str, Any] = json.loads(json.dumps(case.document))
    stopped = all("stop" in document[s]["exit"] for s in ("long", "short") if s in document)
    risk: dict[str, Any] = document.setdefault("risk", {})
    options: dict[str, Callable[[], Any]] = {
        "max_cost": lambda: f"{rng.choice((60, 200, 900))} USDT",
        "max_position": lambda: f"{rng.choice((10, 35, 90))}%",
        "max_exposure": lambda: f"{rng.choice((20, 60, 100))}%",
        "max_net_exposure": lambda: f"{rng.choice((15, 40, 100))}%",
        "daily_loss": lambda: {"limit": f"{rng.choice((0.3, 2))}%", "then": "stop_until_next_day"},
        "drawdown": lambda: {"limit": f"{rng.choice((1, 6))}%", "then": rng.choice(("reduce", "halt"))},
    }
    if stopped:
        options["risk_per_trade"] = lambda: f"{rng.choice((0.5, 1, 3))}%"
        options["heat"] = lambda: f"{rng.choice((0.4, 1, 4))}%"
    for name in rng.sample(sorted(options), rng.randrange(1, len(options))):
        risk[name] = options[name]()
    return replace(case, document=document, strategy=loads(json.dumps(document)))


def limited_cases() -> st.SearchStrategy[Drawn]:
    return st.randoms(use_true_random=False).map(limited)


def stepped(case: Drawn, check: Callable[[Simulation, bool], None]) -> Simulation:
    """Run a case time after time; `check` is told whether an order was approved at the time."""
    own = [case.candles[s] for s in case.strategy.symbols]
    simulation = Simulation(case.strategy, case.instruments, case.account, 1, machine_code=False)
    for chunk in cut(own, {}, union_times(own), 1):
        before = sum(simulation.counts.get(code, 0) for code in ORDERED)
        simulation.advance(chunk)
        check(simulation, sum(simulation.counts.get(code, 0) for code in ORDERED) > before)
    return simulation


def held(simulation: Simulation) -> list[tuple[float, float, float]]:
    """(signed quantity, cost, loss at the stop) of every order and of every position no order reverses."""
    book, found = simulation.book, []
    for position, order in zip(book.positions, book.orders, strict=True):
        if position.quantity and order.side * position.quantity >= 0.0:
            side = math.copysign(1.0, position.quantity)
            lost = max(0.0, side * (position.mark - position.stop)) if position.stop == position.stop else math.nan
            found.append((position.quantity, abs(position.quantity) * position.mark, abs(position.quantity) * lost))
        if order.side:
            quantity = order.side * order.quantity
            found.append((quantity, order.quantity * position.mark, order.quantity * order.distance))
    return found


@given(limited_cases())
@settings(PROOF, max_examples=120)
def test_no_approved_order_breaks_a_limit(case: Drawn) -> None:
    """At every close that approves an order, all that is then held and ordered stands within every limit."""
    risk = case.strategy.risk

    def check(simulation: Simulation, ordered: bool) -> None:
        wallet, guard = simulation.book.wallets[0], simulation.book.guards.rows[0]
        if not ordered:
            return
        everything, equity = held(simulation), wallet.equity * ROUNDING
        waiting = [order.quantity * p.mark for order, p in zip(simulation.book.orders, simulation.book.positions,
                   strict=True) if order.side]  # fmt: skip
        assert risk.max_cost is None or max(waiting) <= risk.max_cost * ROUNDING
        assert risk.max_position is None or max(waiting) <= risk.max_position * equity
        gross = sum(cost for _, cost, _ in everything)
        assert risk.max_exposure is None or gross <= risk.max_exposure * equity
        assert risk.heat is None or sum(lost for _, _, lost in everything) <= risk.heat * equity
        assert guard.state == State.ACTIVE or guard.day_time == 0 or case.strategy.risk.drawdown or risk.daily_loss
        assert risk.drawdown is None or (guard.high - wallet.equity) / guard.high < risk.drawdown.limit
        if risk.daily_loss is not None:
            assert guard.day_equity - wallet.equity < risk.daily_loss.limit * guard.day_equity

    stepped(case, check)


@given(limited_cases())
@settings(PROOF, max_examples=60)
def test_refusals_tell_numbers_that_refuse(case: Drawn) -> None:
    """Each limit's refusal stands beside a limit and an actual figure that passed it, or one nobody knows."""
    simulation = stepped(case, lambda *_: None)
    made = simulation.records.written().decisions
    above = {Decision.MAX_COST_PER_ORDER, Decision.MAX_POSITION, Decision.MAX_EXPOSURE, Decision.MAX_NET_EXPOSURE,
             Decision.RISK_PER_TRADE, Decision.PORTFOLIO_HEAT, Decision.FUNDS}  # fmt: skip
    for code, limit, actual in zip(made.code.tolist(), made.limit.tolist(), made.actual.tolist(), strict=True):
        if code in above:
            assert not actual <= limit
        elif code in (Decision.DAILY_LOSS, Decision.DRAWDOWN, Decision.MAX_OPEN):
            assert actual >= limit
        elif code in ORDERED:
            assert math.isnan(limit)
        assert Decision(code) not in LIVE_ONLY


TIGHTER: dict[str, Callable[[Risk], Risk]] = {
    "max_cost": lambda risk: replace(risk, max_cost=(risk.max_cost or 1e9) / 2),
    "max_position": lambda risk: replace(risk, max_position=(risk.max_position or 1.0) / 2),
    "max_exposure": lambda risk: replace(risk, max_exposure=(risk.max_exposure or 1.0) / 2),
    "max_net_exposure": lambda risk: replace(risk, max_net_exposure=(risk.max_net_exposure or 1.0) / 2),
    "max_open": lambda risk: replace(risk, max_open=1),
    "drawdown": lambda risk: replace(risk, drawdown=Drawdown(0.009, OnLoss.HALT)),
    "daily_loss": lambda risk: replace(risk, daily_loss=LossLimit(0.002, OnLoss.HALT)),
    "stop_required": lambda risk: replace(risk, stop_required=True),
    "risk_per_trade": lambda risk: replace(risk, risk_per_trade=(risk.risk_per_trade or 0.02) / 2),
    "heat": lambda risk: replace(risk, heat=(risk.heat or 0.04) / 2),
}


@given(limited_cases(), st.sampled_from(sorted(TIGHTER)))
@settings(PROOF, max_examples=100)
def test_a_tighter_limit_never_approves_more_at_the_first_decision(case: Drawn, name: str) -> None:
    """Up to and with the first close at which decisions differ, the tighter account approves a subset."""

    def decided(strategy: Strategy) -> list[tuple[int, int, int, int]]:
        made = stepped(replace(case, strategy=strategy), lambda *_: None).records.written().decisions
        return list(zip(made.time.tolist(), made.symbol.tolist(), made.side.tolist(), made.code.tolist(), strict=True))

    wide = decided(case.strategy)
    tight = decided(replace(case.strategy, risk=TIGHTER[name](case.strategy.risk)))
    for a, b in zip(wide, tight, strict=False):
        if a != b:
            # All before was equal: this one decision met the same book.
            assert a[:3] == b[:3]
            assert not (b[3] in ORDERED and a[3] not in ORDERED)
            return


@given(limited_cases())
@settings(PROOF, max_examples=60)
def test_a_position_can_always_be_closed(case: Drawn) -> None:
    """Whatever the state and the limits, an exit that was ordered happens at the symbol's next candle."""
    leaving: dict[str, int] = {}

    def check(simulation: Simulation, ordered: bool) -> None:
        del ordered
        for symbol, position in zip(case.strategy.symbols, simulation.book.positions, strict=True):
            if symbol in leaving and position.time > leaving[symbol]:
                assert not position.quantity or position.entry_time > leaving[symbol]
                del leaving[symbol]
            if position.quantity and position.exit_order:
                leaving[symbol] = position.time

    stepped(case, check)


@given(limited_cases())
@settings(PROOF, max_examples=60)
def test_states_change_one_way_within_a_day(case: Drawn) -> None:
    """A state becomes stricter, or active again at a day's beginning and only from reducing."""
    made = stepped(case, lambda *_: None).records.written().changes
    state, risk = State.ACTIVE, case.strategy.risk
    for time, now in zip(made.time.tolist(), made.state.tolist(), strict=True):
        if now == State.ACTIVE:
            assert state is State.REDUCING
            assert risk.daily_loss is not None
            assert time % 86_400_000 < 20 * 3_600_000  # the first candle there is of the day
        else:
            assert now >= state
        state = State(now)


def test_the_cases_meet_limits() -> None:
    """Enough of the drawn limits are met for the properties above to say something."""
    met: set[Decision] = set()
    wanted = {Decision.MAX_COST_PER_ORDER, Decision.MAX_POSITION, Decision.MAX_EXPOSURE, Decision.RISK_PER_TRADE,
              Decision.PORTFOLIO_HEAT, Decision.TRADING_REDUCING,
              Decision.TRADING_HALTED, Decision.MAX_NET_EXPOSURE}  # fmt: skip
    for seed in range(100):
        met |= set(stepped(limited(random.Random(seed)), lambda *_: None).counts)
        if wanted <= met:
            break
    assert wanted <= met


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ({"heat": 0.5}, Decision.PORTFOLIO_HEAT),
        ({"risk_per_trade": 0.5}, Decision.RISK_PER_TRADE),
        ({"stop_required": True}, Decision.STOP_REQUIRED),
    ],
)
def test_an_unknown_figure_denies(limit: dict[str, Any], code: Decision) -> None:
    """Limits that a deployment sets on a strategy without a stop refuse all its entries."""
    document = {
        "stratrun": 2, "name": "Drawn", "symbols": ["A/USDT"], "timeframe": "1h", "size": {"quantity": 2},
        "long": {"enter": "volume == 1", "exit": {"time": "3 candles"}},
    }  # fmt: skip
    case, strategy = make_drawn(random.Random(2)), loads(json.dumps(document))
    strategy = replace(strategy, risk=replace(strategy.risk, **limit))
    candles = {"A/USDT": next(iter(case.candles.values()))}
    instruments = {"A/USDT": next(iter(case.instruments.values()))}
    counts = stepped(replace(case, strategy=strategy, candles=candles, instruments=instruments), lambda *_: None).counts
    assert not set(counts) & set(ORDERED)
    assert counts[code] > 0
