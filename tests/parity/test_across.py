"""Strategies that compare their symbols: the same bytes in every way to run them."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.graph.runtime import Runtime, restore_all
from stratrun.engine.graph.snapshot import Snapshot
from stratrun.engine.graph.together import extend_all
from stratrun.engine.language.document import loads
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.market.timeline import cut, union_times
from stratrun.engine.research.inputs import Inputs
from stratrun.engine.trading.account import Account
from stratrun.engine.trading.simulation import Simulation
from stratrun.engine.trading.wiring import spans_of, wire
from stratrun.engine.tuning.seat import Keep
from stratrun.engine.tuning.trials import run_trials

from .case import PROOF, Case, in_pieces, on_paper, one_by_one, one_pass, pieces, told

START = 1_703_980_800_000
"""2023-12-31T00:00Z, a Sunday: a new week, month, quarter and year begin a day later."""
SERIES = (
    "roc(close, 5)",
    "rsi(close, 7)",
    "close / sma(close, 9)",
    "atr(5)",
    "4h.roc(close, 2)",
    "kvo(3, 5)",
    "volume",
)
CONDITIONS = (
    "rank({a}) <= {n}", "rank(rank({a}) + rank({b})) < {n}", "universe_share({a} > universe_mean({a})) > 30%",
    "universe_count({a} is rising) >= {n}", "rank({a})[2] == 1", "rank({a}) is falling", "new_day()", "member()",
    "{a} > universe_mean({a}) for 2 candles", "rank({a}) crosses below {n}",
)  # fmt: skip


def drawn_text(rng: random.Random) -> str:
    """A strategy on two to five symbols, in which symbols are compared in some way."""
    symbols = [f"{name}/USDT" for name in "ABCDE"[: rng.randrange(2, 6)]]

    def condition() -> str:
        a, b = rng.choice(SERIES), rng.choice(SERIES)
        return rng.choice(CONDITIONS).format(a=a, b=b, n=rng.randrange(1, len(symbols) + 1))

    document: dict[str, Any] = {"stratrun": 2, "name": "Drawn", "symbols": symbols, "timeframe": "1h"}
    document["size"] = rng.choice([{"equity": "30%"}, {"equity": "60%"}, {"cost": "200 USDT"}])
    if rng.randrange(2):
        every = rng.choice(["day", "week"])
        document["select"] = {"score": rng.choice(SERIES), "top": rng.randrange(1, 4), "every": every}
        document["select"]["exit"] = rng.choice(
            [{"stop": "4%"}, {"when": "position.profit > 2%"}, {"time": "9 candles"}]
        )
    else:
        enter = {"when": f"{condition()} or ({condition()})", "fire": rng.choice(["once", "every_candle"])}
        document["long"] = {"enter": enter, "exit": {"when": f"not ({condition()})", "stop": "5%"}}
        document["priority"] = rng.choice(SERIES)
    if rng.randrange(2):
        document["filters"] = condition()
    if rng.randrange(2):
        spans = [{"symbol": s, "from": "2023-12-31", "to": f"2024-01-0{rng.randrange(2, 9)}"} for s in symbols]
        document["universe"] = {"members": spans}
    if rng.randrange(3) == 0:
        document["schedule"] = {"timezone": "America/New_York"}
    return json.dumps(document)


def walk(rng: random.Random, symbol: str, count: int) -> Candles:
    """Hourly candles of small whole prices (so that ties occur), a tenth of them missing."""
    kept = [k for k in range(count) if k % 24 == 5 or rng.randrange(10) < 9]
    closes = 100.0 + np.cumsum([rng.choice((-1.0, 0.0, 1.0)) for _ in kept])
    opens = np.concatenate([[100.0], closes[:-1]])
    time = START + np.array(kept, np.int64) * 3_600_000
    high, low = np.maximum(opens, closes) + 1.0, np.minimum(opens, closes) - 1.0
    volume = np.array([float(rng.randrange(1, 4)) for _ in kept])
    return Candles(symbol, Timeframe.parse("1h"), time, opens, high, low, closes, volume)


def make_case(rng: random.Random) -> Case:
    text = drawn_text(rng)
    strategy = loads(text)
    candles = {symbol: walk(rng, symbol, 240) for symbol in strategy.symbols}
    times = len(union_times(list(candles.values())))
    cuts = tuple(sorted({rng.randrange(1, times) for _ in range(rng.randrange(1, 9))}))
    instruments = {symbol: make_instrument(symbol, {"taker": 0.001}) for symbol in strategy.symbols}
    return Case(text, frozenset(), strategy, candles, instruments, Account(10_000.0, 0.0005), cuts)


def across() -> st.SearchStrategy[Case]:
    return st.randoms(use_true_random=False).map(make_case)


@given(across())
@settings(PROOF, max_examples=25)
def test_chunks_change_no_bit(case: Case) -> None:
    """A year at once, pieces cut anywhere, one time after another and a paper session all come to the same."""
    whole = told(one_pass(case))
    assert told(in_pieces(case, case.cuts)) == whole
    assert told(one_by_one(case)) == whole
    assert told(on_paper(case)[0]) == whole


def test_the_drawn_strategies_trade() -> None:
    """The property above speaks of accounts that enter, leave by a rule, and rotate."""
    rng = random.Random(1)
    results = [one_pass(make_case(rng)) for _ in range(40)]
    assert sum(len(r.trades) > 0 for r in results) > 25
    assert sum(len(r.trades) > 0 and r.strategy.rotates for r in results) > 8


@pytest.mark.machine_code
def test_machine_code_changes_no_bit() -> None:
    """Compiled kernels give the bytes of interpreted ones."""
    case = make_case(random.Random(7))
    assert told(one_pass(case, machine_code=True)) == told(one_pass(case))


@given(across())
@settings(PROOF, max_examples=25)
def test_restored_symbols_go_on_with_the_same_bytes(case: Case) -> None:
    """Saved and restored between two chunks, every column of every symbol goes on as if nothing had been."""
    plan, members = wire(case.strategy).plan, spans_of(case.strategy)
    first, second = pieces(case, case.cuts[:1])

    def fresh() -> list[Runtime]:
        return [Runtime(plan, max(first.rows, second.rows), machine_code=False) for _ in case.strategy.symbols]

    def columns(runtimes: list[Runtime]) -> list[dict[str, bytes]]:
        extend_all([r.own for r in runtimes], second.own, second.feeds, members)
        counts = [len(c) for c in second.own]
        return [
            {name: r.root(name)[:n].tobytes() for name in plan.roots} for r, n in zip(runtimes, counts, strict=True)
        ]

    running = fresh()
    extend_all([r.own for r in running], first.own, first.feeds, members)
    saved = [Snapshot.from_bytes(r.save().to_bytes()) for r in running]
    again = fresh()
    restore_all(again, saved, first.own, first.feeds, members)
    assert columns(again) == columns(running)


def test_one_symbol_alone_is_refused() -> None:
    """A graph that compares symbols does not pretend to know the others."""
    case = make_case(random.Random(3))
    with pytest.raises(ValueError, match="together"):
        Runtime(wire(case.strategy).plan, 500, machine_code=False).extend(next(iter(case.candles.values())))


def test_trials_over_one_graph_are_backtests() -> None:
    """Points of a rotation that share their columns come to what each comes to alone."""
    text = {
        "stratrun": 2, "name": "x", "symbols": ["A/USDT", "B/USDT", "C/USDT"], "timeframe": "1h",
        "params": {"n": {"default": 5, "range": [3, 9]}}, "size": {"equity": "40%"},
        "universe": {"members": [{"symbol": s, "to": "2024-01-07"} for s in ("A/USDT", "B/USDT", "C/USDT")]},
        "select": {"score": "roc(close, n)", "top": 2, "every": "day"},
    }  # fmt: skip
    strategies = [loads(json.dumps(text), {"n": str(n)}) for n in (3, 5, 8)]
    candles = {symbol: walk(random.Random(k), symbol, 240) for k, symbol in enumerate(strategies[0].symbols)}
    instruments = {symbol: make_instrument(symbol, {"taker": 0.001}) for symbol in candles}
    inputs = Inputs(strategies[0], candles, instruments)
    for strategy, ran in zip(strategies, run_trials(inputs, strategies, Keep(equity=True, trades=True)), strict=True):
        alone = inputs.of(strategy).run()
        assert len(alone.trades) > 3
        assert np.array_equal(ran.curve.equity, alone.equity)


def test_a_rotation_never_spends_what_it_has_not() -> None:
    """After every close the cash of forty drawn spot rotations, missing candles among them, is not below zero."""
    rng, seen = random.Random(11), 0
    while seen < 40:
        case = make_case(rng)
        if not case.strategy.rotates:
            continue
        seen += 1
        simulation = Simulation(case.strategy, case.instruments, case.account, 5, machine_code=False)
        times = union_times([case.candles[s] for s in case.strategy.symbols])
        for chunk in cut([case.candles[s] for s in case.strategy.symbols], {}, times, 1):
            simulation.advance(chunk)
            assert simulation.book.wallets[0].cash >= -1e-9 * case.account.capital
