"""One drawn case: a strategy, its market and account; and every way to run it, told as bytes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import Phase, settings
from hypothesis import strategies as st

from stratrun.engine.language.document import loads
from stratrun.engine.language.strategy import Strategy
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import Instrument
from stratrun.engine.market.timeline import Chunk, union_times
from stratrun.engine.research.backtest import Result, backtest, result_of, select
from stratrun.engine.run.session import PaperSession
from stratrun.engine.trading.account import Account
from stratrun.engine.trading.simulation import Simulation
from stratrun.engine.trading.trades import Trades
from stratrun.engine.trading.wiring import wire

from .generator import strategy_text
from .markets import instruments, market

PROOF = settings(derandomize=True, deadline=None, database=None, phases=[Phase.generate])
"""The same cases every time; add `Phase.shrink` to find the smallest file that fails (minutes)."""


@dataclass(frozen=True)
class Case:
    text: str
    drawn: frozenset[str]
    strategy: Strategy
    candles: Mapping[str, Candles]
    instruments: Mapping[str, Instrument]
    account: Account
    cuts: tuple[int, ...]
    """Where to cut the times for one random chunking."""

    def __repr__(self) -> str:
        rows = {symbol: len(candles) for symbol, candles in self.candles.items()}
        return f"candles {rows}, {self.account}, cuts {self.cuts}\n{self.text}"


def make_case(rng: random.Random) -> Case:
    text, drawn = strategy_text(rng)
    strategy = loads(text)
    count = wire(strategy).plan.first + 60 + rng.randrange(120)
    symbols = tuple(dict.fromkeys((*strategy.symbols, *strategy.feeds.values())))
    candles = market(rng, symbols, strategy.timeframe, count)
    account = Account(
        (300.0, 10_000.0, 10_000.0)[rng.randrange(3)], (0.0, 0.0005)[rng.randrange(2)],
        spread=(0.0, 0.0004)[rng.randrange(2)], volume_share=(0.0, 0.0, 0.05)[rng.randrange(3)],
        impact=(0.0, 0.1)[rng.randrange(2)], touch=bool(rng.randrange(2)), optimistic=rng.randrange(5) == 4,
    )  # fmt: skip
    times = len(union_times([candles[s] for s in strategy.symbols]))
    cuts = sorted({1 + rng.randrange(times) for _ in range(1 + rng.randrange(9))} - {times})
    return Case(text, drawn, strategy, candles, instruments(rng, strategy.symbols), account, tuple(cuts))


def cases() -> st.SearchStrategy[Case]:
    return st.randoms(use_true_random=False).map(make_case)


def one_pass(case: Case, machine_code: bool = False) -> Result:
    return backtest(case.strategy, case.candles, account=case.account, instruments=case.instruments,
                    machine_code=machine_code, chunk=1_000_000)  # fmt: skip


def pieces(case: Case, cuts: Iterable[int]) -> list[Chunk]:
    """The case's candles cut before the times numbered `cuts`; a feed's earlier candles go with the first piece."""
    own, feeds = select(case.strategy, case.candles)
    times = union_times(own)
    borders = [int(times[k]) for k in cuts]
    ends = [*borders, int(times[-1]) + 1]

    def parts(candles: Candles) -> list[Candles]:
        at = [0, *np.searchsorted(candles.time, ends).tolist()]
        return [candles.rows(lo, hi) for lo, hi in pairwise(at)]

    split = [parts(c) for c in own]
    fed = {name: parts(c) for name, c in feeds.items()}
    return [Chunk(tuple(s[k] for s in split), {n: f[k] for n, f in fed.items()}) for k in range(len(ends))]


def in_pieces(case: Case, cuts: Sequence[int], machine_code: bool = False) -> Result:
    chunks = pieces(case, cuts)
    simulation = Simulation(case.strategy, case.instruments, case.account, max(c.rows for c in chunks), machine_code)
    for chunk in chunks:
        simulation.advance(chunk)
    return result_of(simulation, case.account, case.instruments, {s: case.candles[s] for s in case.strategy.symbols})


def one_by_one(case: Case) -> Result:
    return backtest(case.strategy, case.candles, account=case.account, instruments=case.instruments,
                    machine_code=False, chunk=1)  # fmt: skip


class Heard:
    """A listener that keeps what it was told."""

    def __init__(self, session: PaperSession | None = None, stop_after: int | None = None) -> None:
        self.session = session
        self.stop_after = stop_after
        self.steps: list[tuple[int, float]] = []
        self.fills: list[Any] = []
        self.trades: list[Trades] = []

    def stepped(self, time: int, equity: float) -> None:
        self.steps.append((time, equity))
        if self.session is not None and len(self.steps) == self.stop_after:
            self.session.stop()

    def opened(self, fill: Any) -> None:
        self.fills.append(fill)

    def reduced(self, fill: Any) -> None:
        self.fills.append(fill)

    def closed(self, trades: Trades) -> None:
        self.trades.append(trades)


def on_paper(case: Case, stop_after: int | None = None) -> tuple[Result, Heard]:
    session = PaperSession(case.strategy, case.candles, case.instruments, case.account)
    heard = Heard(session, stop_after)
    return session.run(heard), heard


def told(result: Result) -> dict[str, Any]:
    """Everything a run came to, its columns as bytes."""
    columns = {"time": result.time, "equity": result.equity}
    columns |= {f"trades.{f.name}": getattr(result.trades, f.name) for f in fields(result.trades)[1:]}
    columns |= {f"decisions.{f.name}": getattr(result.decisions, f.name) for f in fields(result.decisions)}
    columns |= {f"fills.{f.name}": getattr(result.fills, f.name) for f in fields(result.fills)}
    columns |= {f"changes.{f.name}": getattr(result.changes, f.name) for f in fields(result.changes)}
    exact = {name: (column.dtype.str, column.tobytes()) for name, column in columns.items()}
    return {**exact, "counts": dict(result.counts), "ambiguous": result.ambiguous}
