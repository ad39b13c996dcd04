"""One pass, any cutting, one candle at a time and a paper session: the same bytes."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.market.timeline import union_times
from stratrun.engine.research.backtest import Result, backtest
from stratrun.engine.run.listener import Filled
from stratrun.engine.trading.trades import ExitReason, Trades

from .case import PROOF, Case, cases, in_pieces, on_paper, one_by_one, one_pass, told

DRAWN = cases()


@given(DRAWN)
@settings(PROOF, max_examples=300)
def test_any_cutting_gives_the_same_bytes(case: Case) -> None:
    """Trades, equity, decisions and counts do not depend on how the candles were handed over."""
    whole = told(one_pass(case))
    assert told(in_pieces(case, case.cuts)) == whole
    assert told(one_by_one(case)) == whole


@given(DRAWN)
@settings(PROOF, max_examples=60)
def test_paper_is_the_backtest(case: Case) -> None:
    """A paper session over the same candles comes to the same bytes, and tells every fill as it happens."""
    whole = one_pass(case)
    paper, heard = on_paper(case)
    assert told(paper) == told(whole)
    assert [equity for _, equity in heard.steps] == whole.equity.tolist()
    assert [time + case.strategy.timeframe.ms for time, _ in heard.steps] == whole.time.tolist()
    closed = whole.trades.where(whole.trades.reason != ExitReason.OPEN)
    assert sorted(row for trades in heard.trades for row in _rows(trades)) == sorted(_rows(closed))
    assert list(map(_key, heard.fills)) == _told_fills(whole)


def _rows(trades: Trades) -> list[tuple[bytes, ...]]:
    """Each trade's columns as bytes (NaN equals itself there)."""
    columns = [getattr(trades, f.name) for f in fields(Trades)[1:]]
    return [tuple(column[k].tobytes() for column in columns) for k in range(len(trades))]


def _key(fill: Filled) -> tuple[int, str, float, float]:
    return fill.time, fill.symbol, fill.quantity, fill.price


def _told_fills(result: Result) -> list[tuple[int, str, float, float]]:
    """Every fill but those that closed a position, which are told as trades."""
    fills = result.fills
    rows = zip(fills.time.tolist(), fills.symbol.tolist(), (fills.side * fills.quantity).tolist(),
               fills.price.tolist(), fills.position.tolist(), strict=True)  # fmt: skip
    return [(t, result.trades.symbols[s], q, p) for t, s, q, p, left in rows if left != 0.0]


@given(DRAWN, st.integers(1, 60))
@settings(PROOF, max_examples=50)
def test_a_later_start_is_warmed_up_the_same_in_any_cutting(case: Case, size: int) -> None:
    """What is traded from a later start on does not depend on how history and range were cut."""
    times = union_times([case.candles[s] for s in case.strategy.symbols])
    first = int(times[-1 - min(len(times) // 2, 40)])
    run = {
        chunk: told(backtest(case.strategy, case.candles, account=case.account, instruments=case.instruments,
                             start=first, machine_code=False, chunk=chunk))
        for chunk in (1_000_000, size, 1)
    }  # fmt: skip
    assert run[size] == run[1_000_000]
    assert run[1] == run[1_000_000]
    assert np.frombuffer(run[1]["time"][1], np.int64)[0] == first + case.strategy.timeframe.ms
