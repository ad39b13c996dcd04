"""Every file under `portfolio_scenarios/`: each member's hand-computed trades and refusals, the account's states and
its equity come out, however the candles arrive."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from stratrun.engine.research.portfolio import PortfolioResult, backtest_portfolio
from stratrun.engine.run.portfolio_session import PortfolioSession
from stratrun.engine.trading.codes import Decision

from .portfolio_scenario import PortfolioScenario, changed, read
from .scenario import compared, happened
from .test_scenarios import check

FILES = sorted((Path(__file__).parent / "portfolio_scenarios").glob("*.yaml"))


def runs(scenario: PortfolioScenario) -> list[PortfolioResult]:
    given = (scenario.portfolio, scenario.candles)
    facts = {"account": scenario.account, "instruments": scenario.instruments}
    return [
        backtest_portfolio(*given, **facts, machine_code=False),
        backtest_portfolio(*given, **facts, machine_code=False, chunk=3),
        PortfolioSession(*given, scenario.instruments, scenario.account).run(Mock()),
    ]


def test_there_are_scenarios() -> None:
    """The folder was found."""
    assert len(FILES) >= 12


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scenario(path: Path) -> None:
    """What the file says holds in one pass, in pieces and on paper."""
    scenario = read(path)
    for result in runs(scenario):
        for member, found in zip(scenario.portfolio.members, result.members, strict=True):
            check(scenario.trades.get(member.name, []), happened(found))
            counts = {c: n for c, n in found.counts.items() if c is not Decision.APPROVED}
            assert counts == scenario.counts.get(member.name, {}), member.name
        assert changed(result) == scenario.states
        if scenario.compared:
            told = [(m.name, *row) for m, found in zip(scenario.portfolio.members, result.members, strict=True)
                    for row in compared(found)]  # fmt: skip
            wanted = [text.split() for text in scenario.compared]
            assert told == [
                (name, code, pytest.approx(float(limit), rel=1e-12), pytest.approx(float(actual), rel=1e-12))
                for name, code, limit, actual in wanted
            ]
        if scenario.equity is not None:
            assert result.equity[-1] == pytest.approx(scenario.equity, rel=1e-12)
