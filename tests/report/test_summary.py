"""The report, as text for people and as JSON for programs."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable

import numpy as np
import pytest

from stratrun.engine.market.candles import Candles
from stratrun.engine.market.gaps import Gaps
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.report.curve import Curve
from stratrun.engine.report.hold import buy_and_hold
from stratrun.engine.report.metrics import Metrics
from stratrun.engine.report.spark import sparkline
from stratrun.engine.report.summary import SYNTHETIC, Change, Summary, Variant, all_notes, to_json
from stratrun.engine.report.text import print_summary
from stratrun.engine.trading.trades import ExitReason, Trades

HOUR = 3_600_000
START = 1_704_067_200_000


@pytest.fixture
def summary(make_trades: Callable[..., Trades]) -> Summary:
    time = START + HOUR * np.arange(1, 24 * 60 + 1)
    equity = 1000 + 100 * np.sin(np.arange(len(time)) / 50)
    trades = make_trades(
        {"profit": 12.5},
        {"profit": -4, "side": -1, "reason": ExitReason.STOP},
        {"profit": 1, "reason": ExitReason.OPEN},
    )
    return Summary(
        title="dip [bold]",
        mode="back-test",
        symbols=["BTC/USDT"],
        timeframe="1h",
        quote="USDT",
        metrics=Metrics(Curve(time, equity, 1000.0, START), trades),
        hold=Curve(time, equity + 50, 1000.0, START),
        candles=len(time),
        gaps={"BTC/USDT": Gaps(2, 7, 5, None, None, None)},
        fee=0.001,
        slippage=0.0,
        refused={"FUNDS": 3, "FILTERED": 0},
        cut={"FUNDS_REDUCED": 8},
        ambiguous=4,
        assumptions=["price_tick: prices are not rounded"],
        notes=["café"],
        synthetic=True,
    )


@pytest.fixture
def rich_summary(summary: Summary, make_trades: Callable[..., Trades]) -> Summary:
    """With all that a report may hold besides: variants, changes of state, funding, slippage, many trades."""
    curve = summary.metrics.curve
    trades = make_trades(*({"profit": k - 4.0, "funding": 0.5, "entry": k} for k in range(9)))
    dearer = Metrics(dataclasses.replace(curve, equity=curve.equity - 100), trades)
    return dataclasses.replace(
        summary,
        metrics=Metrics(curve, trades),
        settings={"spread": 0.0002, "touch": True},
        slippage_paid=7.25,
        variants=[Variant("as it is", "as reported", summary.metrics), Variant("double costs", "fees x 2", dearer)],
        changes=[Change(START + HOUR, "reducing", "DAILY_LOSS", 0.02, 0.031), Change(START, "active", "DAILY_LOSS",
                                                                                     float("nan"), float("nan"))],
    )  # fmt: skip


def printed(summary: Summary, width: int | None = None, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    print_summary(summary, file, width)
    file.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize(
    "words",
    [
        "dip [bold] - back-test", "2024-01-01 00:00 to 2024-03-01 00:00 UTC, 1,440 candles, 2 gaps (7 missing)",
        "fee 0.1 %, slippage 0 %", "Max drawdown", "Sharpe", "Buy and hold", "Ambiguous candles", "Still open", "Long",
        "stop", "FUNDS", "Returns, %", "Last trades", "Assumed: price_tick", "Note: café", SYNTHETIC,
    ],
)  # fmt: skip
def test_text_tells(summary: Summary, words: str) -> None:
    """The text holds the run's inputs, its result, its trades, what was refused and assumed, and every note."""
    assert words in printed(summary)


@pytest.mark.parametrize(
    "words",
    [
        "spread 0.02 %", "Funding", "4.50", "Slippage, spread", "7.25", "What if", "Double costs", "fees x 2",
        "DAILY_LOSS", "3.10% of 2.00%", "reducing", "Best and worst", "Sharpe above 0", "beyond it (CVaR)",
        "FUNDS: free funds do not cover", "Sizes cut", "FUNDS_REDUCED: approved, with the size cut",
    ],
)  # fmt: skip
def test_text_tells_what_else_there_is(rich_summary: Summary, words: str) -> None:
    """Costs, variants, changes of state, best and worst trades and the words of codes are in the text."""
    assert words in printed(rich_summary)


@pytest.mark.parametrize("width", [40, 60, 200])
def test_the_longest_text_fits(rich_summary: Summary, width: int) -> None:
    """However much there is to tell, no line is wider than the terminal."""
    assert max(map(len, printed(rich_summary, width).splitlines())) <= width


def test_json_tells_what_else_there_is(rich_summary: Summary) -> None:
    """Variants have all figures, changes of state their numbers, and days their equity; unknown numbers are null."""
    found = json.loads(json.dumps(to_json(rich_summary), allow_nan=False))
    assert found["bounds"]["double costs"]["final_equity"] == found["result"]["final_equity"] - 100
    assert [change["actual"] for change in found["changes"]] == [0.031, None]
    assert (found["costs"]["funding"], found["costs"]["slippage_paid"]) == (4.5, 7.25)
    assert len(found["daily"]["time"]) == len(found["daily"]["equity"]) == 60
    assert found["daily"]["equity"][-1] == found["result"]["final_equity"]


def test_programs_are_told_of_cut_sizes(summary: Summary) -> None:
    """Entries made smaller are counted by code, apart from the signals that were refused."""
    found = to_json(summary)
    assert (found["cut"], found["refused"]) == ({"FUNDS_REDUCED": 8}, {"FUNDS": 3, "FILTERED": 0})


@pytest.mark.parametrize(("risk", "told"), [(float("nan"), 0), (49.0, 0), (51.0, 1)])
def test_stops_that_are_prices_are_noted(
    summary: Summary, make_trades: Callable[..., Trades], risk: float, told: int
) -> None:
    """A stop more than half of the price away is a note; one nearer, or none at all, is not."""
    trades = make_trades({"risk": risk})
    found = all_notes(dataclasses.replace(summary, metrics=Metrics(summary.metrics.curve, trades)))
    assert sum("1 of 1 trade began with a stop more than half" in note for note in found) == told


def test_skipped_variants_are_null(summary: Summary) -> None:
    """A run that was not made again says so, other than one that has no variants."""
    assert to_json(dataclasses.replace(summary, variants=None))["bounds"] is None
    assert to_json(summary)["bounds"] == {}


def test_text_into_a_file_has_no_colours(summary: Summary) -> None:
    """What is not a terminal gets plain lines of the fixed width."""
    text = printed(summary)
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 110


@pytest.mark.parametrize("width", [60, 80, 110])
def test_text_fits(summary: Summary, width: int) -> None:
    """No line is wider than the terminal."""
    assert max(map(len, printed(summary, width).splitlines())) <= width


@pytest.mark.parametrize("width", [40, 110])
def test_text_without_unicode(summary: Summary, width: int) -> None:
    """An output that takes ASCII only gets ASCII only."""
    assert "Note: caf?" in printed(summary, width, encoding="ascii")


def test_nothing_happened(summary: Summary, make_trades: Callable[..., Trades]) -> None:
    """A run without candles and trades prints dashes and gives None, and fails nowhere."""
    curve = Curve(np.empty(0, np.int64), np.empty(0), 1000.0, START)
    empty = dataclasses.replace(summary, metrics=Metrics(curve, make_trades()), hold=None, candles=0, gaps={})
    text = printed(empty)
    assert "Profit factor" in text
    assert "nan" not in text
    found = to_json(empty)
    json.dumps(found, allow_nan=False)
    assert (found["trades"], found["monthly"], found["buy_and_hold"]) == ([], {}, None)


def test_json(summary: Summary) -> None:
    """JSON has the documented keys, plain numbers, and null for what is undefined."""
    found = json.loads(json.dumps(to_json(summary), allow_nan=False))
    told = set((to_json.__doc__ or "").replace("(", " ").replace(";", " ").replace(":", " ").replace(",", " ").split())
    assert set(found) - told == set()
    assert found["result"]["trades"] == 2
    assert found["result"]["sqn"] is None
    assert found["exits"] == {
        "open": {"trades": 1, "profit": 1.0},
        "stop": {"trades": 1, "profit": -4.0},
        "rule": {"trades": 1, "profit": 12.5},
    }
    assert found["range"] == {"from": "2024-01-01T00:00:00Z", "to": "2024-03-01T00:00:00Z", "candles": 1440}
    assert [row["exit_reason"] for row in found["trades"]] == ["rule", "stop", "open"]
    assert found["notes"][0] == SYNTHETIC


@pytest.mark.parametrize(("last", "count"), [(None, 3), (0, 0), (2, 2), (9, 3)])
def test_json_with_the_last_trades(summary: Summary, last: int | None, count: int) -> None:
    """`trades` bounds the rows to the last ones."""
    rows = to_json(summary, last)["trades"]
    assert len(rows) == count
    assert not rows or rows[-1]["exit_reason"] == "open"


def candles(symbol: str, first: int, closes: list[float]) -> Candles:
    time = START + HOUR * (first + np.arange(len(closes)))
    close = np.array(closes)
    opened = np.concatenate((close[:1], close[:-1]))
    return Candles(symbol, Timeframe.parse("1h"), time, opened, close, close, close, close)


def test_buy_and_hold_splits_the_capital() -> None:
    """Each symbol gets the same share at its first open; before it, and in gaps, the last value stands."""
    curve = Curve(START + HOUR * np.arange(1, 5), np.full(4, 100.0), 100.0, START)
    held = buy_and_hold(curve, [candles("A/USDT", 0, [10, 20, 20, 30]), candles("B/USDT", 1, [5.0, 10.0])])
    assert held is not None
    assert held.equity.tolist() == [100, 150, 200, 250]
    assert buy_and_hold(curve, []) is None


def test_sparkline() -> None:
    """A sparkline is as wide as told, rises with the values and can be ASCII."""
    rising = np.arange(100.0)
    assert sparkline(rising, 8) == "▁▂▃▄▅▆▇█"
    assert sparkline(rising, 8, ascii_only=True).isascii()
    assert len(sparkline(rising[:3], 8)) == 3
    assert set(sparkline(np.ones(5), 4)) == {"▄"}
    assert sparkline(np.empty(0), 8) == ""
