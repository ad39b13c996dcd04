"""The drawn cases are worth proving things with: they trade, and every kind of rule occurs."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from stratrun.engine.trading.codes import LIVE_ONLY, Decision
from stratrun.engine.trading.trades import ExitReason

from .case import make_case, one_pass

CASES = 160


@pytest.fixture(scope="module")
def census() -> Counter[str]:
    """In how many of the cases each kind of thing occurs."""
    found: Counter[str] = Counter()

    for seed in range(CASES):  # not by Hypothesis, whose draws depend on what else was imported
        case = make_case(random.Random(seed))
        result = one_pass(case)
        trades = result.trades
        kinds = set(case.drawn) | {f"exit {ExitReason(r).name}" for r in trades.reason.tolist()}
        kinds |= {code.name for code in result.counts}
        kinds |= {"trades"} if len(trades) else set()
        kinds |= {"short trades"} if (trades.side < 0).any() else set()
        kinds |= {"ambiguous"} if result.ambiguous else set()
        kinds |= {"several symbols"} if len(case.strategy.symbols) > 1 else set()
        kinds |= {case.strategy.size.method.name}
        found.update(kinds)
        found["cases"] += 1
    return found


LEAST = {
    "trades": 60, "slower": 20, "exit STOP": 10, "exit TARGET": 5, "exit TRAIL": 5, "exit BREAKEVEN": 2,
    "exit RULE": 10, "exit TIME": 5, "exit OPPOSITE": 5, "exit OPEN": 10, "short trades": 10, "feed": 5, "program": 10,
    "R": 10, "several symbols": 20, "ambiguous": 1, "window": 10, "offset": 10, "filters": 10, "priority": 10,
    "every candle": 10, "leverage": 10, "gaps": 10, "max_open": 10, "trail after": 5, "QUANTITY": 5, "COST": 5,
    "EQUITY": 5, "RISK": 5, "limits": 15, "protections": 15, "schedule": 5, "measured size": 10, "KELLY": 2,
}  # fmt: skip
"""Percent of the cases in which each kind of thing must occur at least."""


@pytest.mark.parametrize("kind", LEAST)
def test_the_cases_hold(kind: str, census: Counter[str]) -> None:
    """Enough of the drawn cases hold each kind of rule, exit and size."""
    assert census["cases"] >= 100
    assert 100 * census[kind] >= LEAST[kind] * census["cases"]


def test_most_refusals_occur(census: Counter[str]) -> None:
    """Nearly every code of the decision core is met somewhere."""
    of_accounts = {Decision.CONFLICT, Decision.LEVERAGE_MAX}
    possible = set(Decision) - LIVE_ONLY - of_accounts
    met = {code for code in possible if census[code.name]}
    assert len(possible - met) <= 6, possible - met
