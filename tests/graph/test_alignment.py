"""Other clocks on the strategy's: a slower candle is seen at its close, an event once, a stale feed as unknown."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from stratrun.engine.market.candles import Candles

from .bench import MONDAY, Values, candles, column

T, F, U = True, False, None
HOUR = 3_600_000
DAY = 24 * HOUR


def check(text: str, own: Candles, expected: Values, feeds: Mapping[str, Candles] | None = None) -> None:
    """In one pass, and one candle at a time."""
    assert column(text, own, feeds) == expected
    for size in (1, 2, 3):
        assert column(text, own, feeds, chunk=size) == expected


def test_a_slower_candle_is_seen_at_its_close() -> None:
    """The first 4h value stands on the row that closes with it, and holds until the next."""
    own = candles([1, 2, 3, 4, 5, 6, 7, 8, 9])
    check("4h.close", own, [U, U, U, 4.0, 4.0, 4.0, 4.0, 8.0, 8.0])
    check("4h.open", own, [U, U, U, 1.0, 1.0, 1.0, 1.0, 5.0, 5.0])
    check("4h.volume", own, [U, U, U, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0])
    check("4h.close[1]", own, [U, U, U, U, U, U, U, 4.0, 4.0])


def test_a_gap_at_the_boundary_closes_with_the_next_candle() -> None:
    """A slower candle whose last part is missing closes once the next candle proves that its time has passed."""
    own = candles({0: 1, 1: 2, 2: 3, 4: 5, 5: 6, 6: 7, 7: 8, 12: 13})
    check("4h.close", own, [U, U, U, 3.0, 3.0, 3.0, 8.0, 8.0])


def test_a_gap_over_a_whole_slower_candle_makes_no_row() -> None:
    """Candles that do not exist make no slower candle: `[1]` is the one before the gap."""
    own = candles({0: 1, 1: 2, 2: 3, 3: 4, 8: 9, 9: 10, 10: 11, 11: 12})
    check("4h.close", own, [U, U, U, 4.0, 4.0, 4.0, 4.0, 12.0])
    check("4h.close[1]", own, [U, U, U, U, U, U, U, 4.0])


def test_two_slower_candles_may_close_on_one_row() -> None:
    """After a gap one row may close the broken slower candle and its own; the latest is seen."""
    own = candles({0: 1, 1: 2, 7: 8})
    check("4h.close", own, [U, U, 8.0])
    check("4h.close[1]", own, [U, U, 2.0])


def test_a_slower_condition_holds() -> None:
    """States hold until the next slower close."""
    own = candles([1, 1, 1, 2, 2, 2, 2, 1, 1])
    check("4h.close > 1.5", own, [U, U, U, T, T, T, T, F, F])


def test_a_slower_crossing_is_true_once() -> None:
    """A bare crossing on a slower clock is true only on the row that closes its candle."""
    own = candles([1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1])
    check("4h.close crosses above 1.5", own, [U, U, U, F, F, F, F, T, F, F, F, F, F, F, F, F])
    check("4h.close crosses below 1.5", own, [U, U, U, U, F, F, F, F, F, F, F, F, F, F, F, T])


def test_a_slower_crossing_inside_a_definition_of_state_holds() -> None:
    """A crossing within a slower window is a state, which holds."""
    own = candles([1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2])
    check("(4h.close crosses above 1.5) within 2 candles", own, [U] * 7 + [T] * 8 + [F])


def test_clocks_meet_on_the_strategys() -> None:
    """Terms of two clocks are compared row by row of the strategy's."""
    own = candles([1, 2, 3, 4, 5, 3, 7, 8])
    check("close > 4h.close", own, [U, U, U, F, T, F, T, F])


def test_weeks_begin_on_monday() -> None:
    """A week closes with Sunday's candle."""
    own = candles(list(range(1, 17)), "1d", MONDAY - 2 * DAY)
    check("1w.close", own, [U, 2.0, *[2.0] * 6, 9.0, *[9.0] * 6, 16.0])


def test_days_begin_at_midnight_utc() -> None:
    """A day closes with the candle that ends at midnight."""
    own = candles([float(k) for k in range(30)], "1h", MONDAY + 20 * HOUR)
    check("1d.close", own, [U] * 3 + [3.0] * 24 + [27.0] * 3)


@pytest.mark.parametrize("text", ["b.close", "b.close[0]", "b.sma(close, 1)"])
def test_a_feed_is_known_where_its_candle_is(text: str) -> None:
    """A feed's value stands beside the own candle of the same time, and is unknown where the feed has none."""
    own, feed = candles([1, 2, 3, 4, 5]), candles({1: 10, 2: 20, 4: 40}, symbol="B/USDT")
    check(text, own, [U, 10.0, 20.0, U, 40.0], {"b": feed})


def test_a_feeds_rows_are_its_own() -> None:
    """`[1]` on a feed's clock is the feed's candle before, even where the own symbol had none."""
    own, feed = candles({0: 1, 3: 4, 4: 5}), candles([10, 20, 30, 40], symbol="B/USDT")
    check("b.close[1]", own, [U, 30.0, U], {"b": feed})


def test_a_feed_that_began_earlier_is_warm() -> None:
    """A feed's candles before the first own one count for its indicators."""
    own, feed = candles({3: 4, 4: 5}), candles([10, 20, 30, 40, 50], symbol="B/USDT")
    check("b.sma(close, 4)", own, [25.0, 35.0], {"b": feed})


def test_a_feeds_crossing_between_own_candles_is_not_lost() -> None:
    """A crossing at a time without an own candle is true on the first own candle after it."""
    own, feed = candles({0: 1, 1: 1, 4: 1, 5: 1}), candles([1, 1, 3, 3, 3, 3], symbol="B/USDT")
    check("b.close crosses above 2", own, [F, F, T, F], {"b": feed})


def test_a_feeds_slower_candle_holds_while_it_is_due() -> None:
    """A feed's slower candle is known until the next one is due, and unknown while that one is missing."""
    own = candles(list(range(1, 18)))
    feed = candles({k: 10.0 * k for k in range(17) if not 4 <= k < 8}, symbol="B/USDT")
    check("b.4h.close", own, [U, U, U, *[30.0] * 4, *[U] * 4, *[110.0] * 4, 150.0, 150.0], {"b": feed})


def test_a_feeds_slower_candle_that_closes_between_own_candles_is_seen() -> None:
    """The feed's 4h candle closes while the own symbol has no candle; the next own candle sees it."""
    own = candles({0: 1, 1: 2, 5: 6, 6: 7, 9: 10})
    feed = candles([float(k) for k in range(10)], symbol="B/USDT")
    check("b.4h.close", own, [U, U, 3.0, 3.0, 7.0], {"b": feed})


def test_an_incomplete_feed_closes_late() -> None:
    """A feed's slower candle whose last part is missing is unknown until the feed moves on."""
    own = candles(list(range(1, 8)))
    feed = candles({0: 10, 1: 20, 2: 30, 5: 60, 6: 70}, symbol="B/USDT")
    check("b.4h.close", own, [U, U, U, U, U, 30.0, 30.0], {"b": feed})


@pytest.mark.parametrize("text", ["4h.close > 2 or close > 100", "not (4h.close > 2) and close > 100"])
def test_unknown_is_kleenes(text: str) -> None:
    """A known side may decide where the slower clock is still unknown."""
    own = candles([101, 1, 1, 1])
    expected = [T, U, U, F] if " or " in text else [U, F, F, F]
    check(text, own, expected)
