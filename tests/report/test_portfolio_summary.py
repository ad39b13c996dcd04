"""The report of a portfolio, from curves whose figures are known."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from stratrun.engine.report.curve import DAY, Curve
from stratrun.engine.report.metrics import Metrics
from stratrun.engine.report.portfolio_summary import MemberSummary, Payment, PortfolioSummary, to_json
from stratrun.engine.report.portfolio_text import print_portfolio
from stratrun.engine.report.summary import Summary
from stratrun.engine.trading.trades import Trades

START = 19_723 * DAY
"""2024-01-01."""


def nothing() -> Trades:
    whole, real = np.zeros(0, np.int64), np.zeros(0)
    return Trades((), whole, whole, whole, whole, real, real, real, real, real, real, real, whole, whole, real)


def curve(capital: float, *equity: float) -> Curve:
    time = START + DAY * np.arange(1, len(equity) + 1, dtype=np.int64)
    return Curve(time, np.array(equity, float), capital, START)


def member(name: str, weight: float, made: Curve, paid: float = 0.0, **refused: int) -> MemberSummary:
    return MemberSummary(name, f"strategy of {name}", "0" * 64, weight, Metrics(made, nothing()), refused, paid)


def portfolio(*members: MemberSummary, capital: float = 1000.0, payments: tuple[Payment, ...] = ()) -> PortfolioSummary:
    idle = capital - sum(m.metrics.curve.capital for m in members)
    whole = curve(capital, *(idle + sum(m.metrics.curve.equity for m in members)))
    account = Summary("All", "back-test", ("BTC/USDT",), "1d", "USDT", Metrics(whole, nothing()), kind="portfolio",
                      identity="f" * 64)  # fmt: skip
    return PortfolioSummary(account, members, payments, "month")


def printed(summary: PortfolioSummary, width: int = 110) -> str:
    file = io.StringIO()
    print_portfolio(summary, file, width)
    return file.getvalue()


def test_contributions_and_shares() -> None:
    """A contribution is of the account's capital, a share of what the account is worth, payments included."""
    one = member("one", 0.5, curve(500, 510, 600), paid=-50.0)
    two = member("two", 0.3, curve(300, 300, 250), paid=50.0)
    found = portfolio(one, two)
    assert [found.contribution(m) for m in (one, two)] == [0.1, -0.05]
    assert [found.share(m) for m in (one, two)] == [550 / 1050, 300 / 1050]
    assert found.account.metrics.curve.total_return == pytest.approx(0.05)


def test_correlations_are_those_of_daily_returns() -> None:
    """Against numpy's own over the same days, also where a member began later; None where nothing moved."""
    rng = np.random.default_rng(1)
    returns = rng.normal(0, 0.02, (2, 40))
    members = [
        member("a", 0.4, curve(400, *(400 * np.cumprod(1 + returns[0])))),
        member("b", 0.4, curve(400, *(400 * np.cumprod(1 + returns[1])))),
        member("still", 0.2, curve(200, *[200.0] * 40)),
        member("against", 0.0, curve(100, *(100 * np.cumprod(1 - returns[0])))),
    ]
    found = portfolio(*members).correlations()
    assert found[0][0] == pytest.approx(1.0)
    assert found[0][1] == found[1][0] == pytest.approx(np.corrcoef(returns)[0, 1])
    assert found[0][3] == pytest.approx(-1.0)
    assert found[2] == [None] * 4


def test_a_member_that_lost_everything_has_no_correlation() -> None:
    """Returns of nothing are not defined, and the report says a dash."""
    found = portfolio(member("gone", 0.5, curve(500, 250, -1, -1)), member("kept", 0.5, curve(500, 510, 505, 515)))
    assert found.correlations() == [[None, None], [None, pytest.approx(1.0)]]
    assert "gone" in printed(found)


def test_json_has_no_number_that_is_none() -> None:
    """Everything can be written as strict JSON, also for an account that is used up."""
    used_up = portfolio(member("gone", 1.0, curve(1000, 0, 0)), payments=(Payment(START, "gone", 1.5),))
    data = json.loads(json.dumps(to_json(used_up), allow_nan=False))
    assert data["members"][0]["share"] is None
    assert data["payments"] == [{"time": "2024-01-01T00:00:00Z", "member": "gone", "amount": 1.5}]
    assert (data["portfolio"], data["portfolio_hash"], data["rebalance"]) == ("All", "f" * 64, "month")
    assert "strategy" not in data


def test_the_text_tells_members_side_by_side() -> None:
    """A row a member, cash beside them, refusals and cut sizes by member, and what rebalancing moved."""
    one, two = member("one", 0.5, curve(500, 510, 600), MAX_OPEN=3), member("two", 0.3, curve(300, 300, 250))
    two = replace(two, cut={"FUNDS_REDUCED": 4})
    moved = (Payment(START, "one", 20.0), Payment(START, "two", -20.0), Payment(START + DAY, "one", 5.0))
    told = printed(portfolio(one, two, payments=moved))
    lines = {words[0]: words[1:] for words in map(str.split, told.splitlines()) if words}
    assert lines["(cash)"][:2] == ["20.0", "%"]
    assert lines["MAX_OPEN"] == ["3", "0"]
    assert lines["FUNDS_REDUCED"] == ["0", "4"]
    assert "portfolio ffffffffffff" in told
    assert "25.00" in told


@pytest.mark.parametrize("count", [1, 8, 9, 100])
def test_many_members_fit_the_width(count: int) -> None:
    """No line is longer than the terminal, whatever members are called; programs get every correlation."""
    found = portfolio(
        *(member("a long name of a member " * 3 + str(k), 1 / count, curve(10, 11, 12)) for k in range(count))
    )
    assert max(map(len, printed(found, 100).splitlines())) <= 100
    assert len(found.correlations()) == count
    assert all(value is None or math.isfinite(value) for row in found.correlations() for value in row)
