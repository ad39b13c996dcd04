"""Every file under `scenarios/`: the hand-computed trades, refusals and equity come out, however the candles arrive."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratrun.engine.research.backtest import Result, backtest
from stratrun.engine.run.session import PaperSession
from stratrun.engine.trading.codes import Decision

from .scenario import Scenario, Told, changed, compared, filled, happened, read

FILES = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))


class Silent:
    def stepped(self, time: int, equity: float) -> None: ...
    def opened(self, fill: object) -> None: ...
    def reduced(self, fill: object) -> None: ...
    def closed(self, trade: object) -> None: ...


def runs(scenario: Scenario) -> dict[str, Result]:
    given = (scenario.strategy, scenario.candles)
    facts = {"account": scenario.account, "instruments": scenario.instruments, "venue": scenario.venue}
    return {
        "at once": backtest(*given, **facts, machine_code=False),
        "in threes": backtest(*given, **facts, machine_code=False, chunk=3),
        "on paper": PaperSession(*given, scenario.instruments, scenario.account, scenario.venue).run(Silent()),
    }


def check(expected: list[Told], found: list[Told]) -> None:
    assert [(t.symbol, t.side, t.entered, t.left, t.reason) for t in found] == [
        (t.symbol, t.side, t.entered, t.left, t.reason) for t in expected
    ]
    for want, got in zip(expected, found, strict=True):
        assert got.entry == pytest.approx(want.entry, rel=1e-12)
        assert got.exit == pytest.approx(want.exit, rel=1e-12)
        assert want.quantity is None or got.quantity == pytest.approx(want.quantity, rel=1e-12)
        assert want.profit is None or got.profit == pytest.approx(want.profit, rel=1e-9)


def test_there_are_scenarios() -> None:
    """The folder was found."""
    assert len(FILES) >= 35


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scenario(path: Path) -> None:
    """What the file says holds in one pass, in pieces and on paper."""
    scenario = read(path)
    for result in runs(scenario).values():
        check(scenario.trades, happened(result))
        assert {c: n for c, n in result.counts.items() if c is not Decision.APPROVED} == scenario.counts
        assert result.ambiguous == scenario.ambiguous
        assert changed(result) == scenario.states
        if scenario.compared is not None:
            wanted = [text.split() for text in scenario.compared]
            assert [(code, limit, actual) for code, limit, actual in compared(result)] == [
                (code, pytest.approx(float(limit), rel=1e-12), pytest.approx(float(actual), rel=1e-12))
                for code, limit, actual in wanted
            ]
        if scenario.fills is not None:
            assert filled(result) == scenario.fills
        if scenario.equity is not None:
            assert result.equity[-1] == pytest.approx(scenario.equity, rel=1e-12)


def test_a_wrong_expectation_is_noticed() -> None:
    """The comparison is not blind: another price, candle or reason fails."""
    scenario = read(next(p for p in FILES if p.stem == "stop_inside_a_candle"))
    found = happened(runs(scenario)["at once"])
    (trade,) = found
    check(found, found)
    for other in ({"exit": trade.exit + 1e-6}, {"left": trade.left + 1}, {"reason": "trail"}, {"side": -1}):
        changed = Told(**{**{f: getattr(trade, f) for f in Told.__dataclass_fields__}, **other})
        with pytest.raises(AssertionError):
            check([changed], found)
