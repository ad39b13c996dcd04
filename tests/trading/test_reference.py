"""The engine against a second, independent reading of the fill rules."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings

from stratrun.engine.research.backtest import Result, backtest
from stratrun.engine.trading.codes import Decision
from stratrun.engine.trading.trades import ExitReason

from .drawn import PROOF, Drawn, drawn
from .reference import Reference

CASES = 400


def run(case: Drawn) -> Result:
    return backtest(case.strategy, case.candles, account=case.account, instruments=case.instruments, machine_code=False)


def trades_of(result: Result) -> list[tuple[object, ...]]:
    t = result.trades
    columns = (t.symbol, t.side, t.entry_time, t.exit_time, t.reason, t.candles, t.entry_price, t.exit_price,
               t.quantity, t.fees, t.profit)  # fmt: skip
    rows = zip(*(c.tolist() for c in columns), strict=True)
    return [(t.symbols[s], *row[:3], ExitReason(row[3]).name.lower(), *row[4:]) for s, *row in rows]


def decisions_of(result: Result) -> list[tuple[object, ...]]:
    d = result.decisions
    rows = zip(d.time.tolist(), d.symbol.tolist(), d.side.tolist(), d.code.tolist(), strict=True)
    return [(time, result.strategy.symbols[s], side, Decision(code).name) for time, s, side, code in rows]


@given(drawn())
@settings(PROOF, max_examples=CASES)
def test_the_engine_trades_like_the_reference(case: Drawn) -> None:
    """Every trade, decision and equity point of a drawn account is the reference's."""
    result, reference = run(case), Reference(case).run()
    assert decisions_of(result) == reference.decisions
    mine = trades_of(result)
    assert [t[:6] for t in mine] == [t[:6] for t in reference.trades]
    for one, other in zip(mine, reference.trades, strict=True):
        assert one[6:] == pytest.approx(other[6:], rel=1e-9, abs=1e-9)
    assert result.ambiguous == reference.ambiguous
    assert result.equity.tolist() == pytest.approx(reference.equity, rel=1e-9)


def test_the_drawn_accounts_trade_in_every_way() -> None:
    """The comparison met every reason to leave, both sides and nearly every decision, many times over."""
    found: Counter[str] = Counter()

    @given(drawn())
    @settings(PROOF, max_examples=CASES)
    def count(case: Drawn) -> None:
        result = run(case)
        found.update({ExitReason(r).name for r in result.trades.reason.tolist()})
        found.update(code.name for code in result.counts)
        found["ambiguous"] += result.ambiguous > 0
        found["shorts"] += bool((result.trades.side < 0).any())
        found["trades"] += len(result.trades) > 0
        found["cases"] += 1

    count()
    assert found["trades"] >= 0.8 * found["cases"]
    elsewhere = {ExitReason.LIQUIDATION, ExitReason.EXTERNAL, ExitReason.HALT}  # fills, live sessions, portfolios
    for reason in set(ExitReason) - elsewhere:
        assert found[reason.name] >= 0.05 * found["cases"], reason
    assert found["ambiguous"] >= 0.05 * found["cases"]
    assert found["shorts"] >= 0.3 * found["cases"]
    never = {"UNKNOWN_SIGNAL", "BOTH_SIDES", "FILTER_UNKNOWN", "SIZE_UNKNOWN"}
    first = {code.name for code in Decision if code <= Decision.CLOSED_OPPOSITE}
    assert first - set(found) <= never
