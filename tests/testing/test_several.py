"""Tests of strategies with several symbols and feeds, on slower clocks, and with refused signals."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratrun.engine.testing.outcome import CaseOutcome
from stratrun.engine.testing.suite import run_paths

STRATEGIES = {
    "two": """stratrun: 2
name: Two
symbols: [BTC/USDT, ETH/USDT]
timeframe: 1h
feeds: {gold: {symbol: PAXG/USDT}}
filters: gold.close < 50
long: {enter: close > 105, exit: {time: 2 candles}}
size: {equity: 50%}
risk: {max_open: 1}
""",
    "slow": """stratrun: 2
name: Slow
symbols: [BTC/USDT]
timeframe: 1h
long: {enter: 4h.close > 105, exit: {when: position.profit > 2%, stop: 5%}}
size: {cost: 20000 USDT}
""",
    "passive": """stratrun: 2
name: Passive
symbols: [BTC/USDT]
timeframe: 1h
long: {enter: close > 105, exit: {time: 2 candles}}
size: {equity: 10%}
orders: {type: limit, offset: 1%, post_only: true, cancel_after: 2 candles}
""",
    "both": """stratrun: 2
name: Both
symbols: [BTC/USDT]
market: perp
timeframe: 1h
long: {enter: close > 105, exit: {time: 2 candles}}
short: {enter: close < 95, exit: {time: 2 candles}}
size: {equity: 10%}
orders: {type: limit, offset: 50%}
""",
    "greedy": """stratrun: 2
name: Greedy
symbols: [BTC/USDT]
timeframe: 1h
long: {enter: close > 105, exit: {time: 2 candles}}
size: {equity: 100%}
""",
}

TWO = """
symbols:
          BTC/USDT: {close: 100x3 _ 110 100x4}
          ETH/USDT: {close: 100x4 110x3 100}
          PAXG/USDT: {close: 40x6 60x2}
"""

CASES = {
    "the first symbol's candles are counted": ("two", TWO, "{at: 4, symbol: BTC/USDT, signal: enter_long}", None),
    "another symbol is asked about": ("two", TWO, "{at: 4, symbol: ETH/USDT, signal: enter_long}", None),
    "its decision is its own": ("two", TWO, "{at: 4, symbol: ETH/USDT, decision: max_open}", None),
    "its trades are counted alone": (
        "two", TWO, "{symbol: ETH/USDT, trades: 1}", "there is no trade; enter_long came last at candle 4: max_open "
        "(`risk.max_open` positions are already open or ordered)",
    ),
    "a trade of another symbol": ("two", TWO, "{symbol: BTC/USDT, trade: 1, entered: 5, held: 2}", None),
    "a symbol without a candle then": (
        "two",
        TWO.replace("100x4 110x3 100}", "100x4 _ 110x2 100}"),
        "{at: 4, symbol: ETH/USDT, signal: enter_long}",
        "ETH/USDT has no candle at that time",
    ),
    "a slower clock": ("slow", "{close: 100x3 110x7}", "{at: 7, signal: enter_long, because: 4h.close > 105}", None),
    "a size beyond the funds": ("slow", "{close: 100x3 110x7}", "{at: 7, decision: funds}", None),
    "a fill that is cut": ("greedy", "{close: 100x3 110 100x4, open: 100x3 100 130 100x3}",
                           "{at: 5, decision: fill_reduced}", None),
    "a limit that would have filled at once": ("passive", "{close: 100x3 110 100x4, open: 100x3 100 90 100x3}",
                                               "{at: 5, decision: post_only}", None),
    "an order that grew old": ("passive", "{close: 100x3 110 120x4}", "{at: 6, decision: order_expired}", None),
    "an order canceled by the other side": ("both", "{close: 100x3 110 120 80x3}",
                                            "{at: 6, decision: order_canceled}", None),
}  # fmt: skip


def played(folder: Path, name: str, candles: str, expectation: str) -> CaseOutcome:
    (folder / f"{name}.yaml").write_text(STRATEGIES[name])
    path = folder / f"{name}.test.yaml"
    head = f"stratrun: 2\nkind: test\nstrategy: {name}.yaml\ntests:\n  - name: it\n"
    path.write_text(f"{head}    candles: {candles.strip()}\n    expect:\n      - {expectation}\n".replace(
        "candles: symbols:", "candles:\n        symbols:"))  # fmt: skip
    (outcome,) = run_paths([path])
    return outcome


@pytest.mark.parametrize("case", CASES)
def test_it_is_told(tmp_path: Path, case: str) -> None:
    """Each expectation holds, or fails with the words given."""
    name, candles, expectation, happened = CASES[case]
    outcome = played(tmp_path, name, candles, expectation)
    assert not outcome.mistakes
    assert [failure.happened for failure in outcome.failures] == ([] if happened is None else [happened])


def test_a_feed_must_be_given(tmp_path: Path) -> None:
    """A feed without candles is a mistake that names it."""
    candles = TWO.replace("          PAXG/USDT: {close: 40x6 60x2}\n", "")
    (mistake,) = played(tmp_path, "two", candles, "{trades: 0}").mistakes
    assert mistake.message == "no candles for PAXG/USDT"
    assert "under its symbol" in (mistake.help or "")
