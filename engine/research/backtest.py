"""A strategy over past candles: the simulation, handed long chunks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.diagnostic import InputError
from ..graph.plan import Plan
from ..kernel import prepared
from ..language.strategy import Strategy
from ..learning.walk import Learned
from ..market.candles import Candles, Times
from ..market.instrument import Instrument, make_instrument
from ..market.timeframe import Timeframe
from ..market.timeline import Chunk, cut, union_times
from ..report.curve import Curve
from ..report.metrics import Metrics
from ..trading.account import Account
from ..trading.codes import Decision
from ..trading.records import Changes, Decisions, Fills, Written
from ..trading.simulation import Simulation
from ..trading.trades import ExitReason, Trades
from ..trading.venue import Venue
from ..trading.wiring import wire

MACHINE_CODE_FROM = 2_500_000
"""Rows x steps from which loading compiled kernels (about a second, once per process) pays."""
COMPILE_FROM = 10_000_000
"""The same on a machine that has not compiled these kernels yet: that takes some twenty seconds, once."""
LOOP_STEPS = 20
"""What the sequential loop costs beside the graph, in steps of the graph."""
CHUNK = 32_768
"""Rows a chunk holds: its columns stay in the processor's cache."""
INTERPRETED_CHUNK = 2_048


@dataclass(frozen=True)
class Result:
    """What a run came to. `time` are close times (ms UTC) of the equity points; `equity` is in quote units."""

    strategy: Strategy
    account: Account
    instruments: Mapping[str, Instrument]
    candles: Mapping[str, Candles]
    """The candles that were traded, by symbol (history before them not included)."""
    trades: Trades
    time: NDArray[np.int64]
    equity: NDArray[np.float64]
    counts: Mapping[Decision, int]
    ambiguous: int
    leaving: Mapping[str, ExitReason]
    """Why positions still open at the end would leave at the next open, by symbol; those that would stay are absent."""
    plan: Plan
    written: Written
    learned: Mapping[str, tuple[Learned, ...]] = field(default_factory=dict)
    """What the models of each symbol came to."""

    @property
    def decisions(self) -> Decisions:
        """Every signal and what became of it."""
        return self.written.decisions

    @property
    def fills(self) -> Fills:
        """Every fill."""
        return self.written.fills

    @property
    def changes(self) -> Changes:
        """Every change of the account's state."""
        return self.written.changes

    @cached_property
    def metrics(self) -> Metrics:
        """Computed when asked."""
        start = int(self.time[0]) - self.strategy.timeframe.ms if len(self.time) else 0
        return Metrics(Curve(self.time, self.equity, self.account.capital, start), self.trades)


def prefers_machine_code(plan: Plan, rows: int) -> bool:
    """Whether `rows` candles of this graph are worth compiling for."""
    work = rows * (sum(step.weight for step in plan.steps) + LOOP_STEPS)
    return work >= COMPILE_FROM or (work >= MACHINE_CODE_FROM and prepared())


def backtest(
    strategy: Strategy,
    candles: Mapping[str, Candles],
    *,
    account: Account | None = None,
    instruments: Mapping[str, Instrument] | None = None,
    start: int | None = None,
    end: int | None = None,
    venue: Venue | None = None,
    machine_code: bool | None = None,
    chunk: int | None = None,
) -> Result:
    """Run `strategy` over `candles` (by symbol, feeds included); `venue` adds finer candles and funding.

    `start` and `end` (ms UTC, end exclusive) bound what is traded; candles before `start` warm the graph up as far
    as they are needed. `machine_code` and `chunk` change speed only. Raises InputError when a symbol is missing
    or the candles do not reach beyond the warm-up.
    """
    account = account or Account()
    instruments = instruments or {symbol: make_instrument(symbol, {}) for symbol in strategy.symbols}
    wiring = wire(strategy, account.reads_volume)
    own, feeds = select(strategy, candles)
    times = union_times(own)
    first = 0 if start is None else int(np.searchsorted(times, start))
    last = len(times) if end is None else int(np.searchsorted(times, end))
    begin = history_start(wiring.plan, own, times, first)
    require_rows(wiring.plan, own, times[begin:last], times[first:last], strategy)
    rows = (last - begin) * len(own)
    machine_code = prefers_machine_code(wiring.plan, rows) if machine_code is None else machine_code
    size = chunk or (max(1_024, CHUNK // len(own)) if machine_code else INTERPRETED_CHUNK)
    warm, traded = chunks(own, feeds, times, (begin, first, last), size)
    capacity = max((c.rows for c in (*warm, *traded)), default=1)
    simulation = Simulation(strategy, instruments, account, capacity, machine_code, wiring, venue)
    for piece in warm:
        simulation.warm(piece)
    simulation.run(traded, last - first)
    return result_of(simulation, account, instruments, within(own, times, first, last))


def chunks(
    own: list[Candles], feeds: Mapping[str, Candles], times: Times, bounds: tuple[int, int, int], size: int
) -> tuple[list[Chunk], list[Chunk]]:
    """History chunks and traded chunks between the bounds (begin, first traded, last) of `times`."""
    begin, first, last = bounds
    pieces = list(cut(own, feeds, times[begin:first], size)) if first > begin else []
    if pieces and last > first:
        # What feeds hold between the two parts belongs to the history.
        feeds = {name: c.rows(int(np.searchsorted(c.time, times[first - 1] + 1)), len(c)) for name, c in feeds.items()}
    return pieces, list(cut(own, feeds, times[first:last], size))


def within(own: list[Candles], times: Times, first: int, last: int) -> dict[str, Candles]:
    if last <= first:
        return {c.symbol: c.rows(0, 0) for c in own}
    low, high = times[first], times[last - 1]
    return {c.symbol: c.rows(*(int(k) for k in np.searchsorted(c.time, [low, high + 1]))) for c in own}


def select(strategy: Strategy, candles: Mapping[str, Candles]) -> tuple[list[Candles], dict[str, Candles]]:
    """The strategy's own candles in its order, and those of its feeds by name."""
    wanted = dict.fromkeys((*strategy.symbols, *strategy.feeds.values()))
    missing = [symbol for symbol in wanted if symbol not in candles]
    if missing:
        raise InputError(
            f"no candles for {', '.join(missing)}",
            help=f"the strategy needs {', '.join(wanted)}; pass --candles for each",
        )
    for symbol in wanted:
        if candles[symbol].timeframe != strategy.timeframe:
            raise InputError(
                f"{symbol}: the candles are {candles[symbol].timeframe}, the strategy runs on {strategy.timeframe}",
                help=f"pass {strategy.timeframe} candles",
            )
    return [candles[s] for s in strategy.symbols], {name: candles[s] for name, s in strategy.feeds.items()}


def history_start(plan: Plan, own: list[Candles], times: Times, first: int) -> int:
    """The row of `times` from which the graph must see candles so that row `first` may trade.

    Every symbol gets `settle` candles of its own, however few it has.
    """
    if first == 0 or first >= len(times) or plan.settle is None:
        return 0
    slowest = max((c.clock.timeframe for c in plan.clocks), key=lambda t: t.ms)
    rows = [(c, int(np.searchsorted(c.time, times[first]))) for c in own]
    begins = [int(c.time[max(0, row - plan.settle)]) for c, row in rows if row]
    # Slower candles are made of whole buckets.
    return int(np.searchsorted(times, slowest.floor(min(begins)))) if begins else 0


def require_rows(plan: Plan, own: list[Candles], seen: Times, traded: Times, strategy: Strategy) -> None:
    """Refuse a range in which the rules could not be known on any candle."""
    if not len(traded):
        held = ", ".join(f"{c.symbol} {iso(int(c.time[0]))} .. {iso(int(c.time[-1]))}" for c in own if len(c))
        raise InputError("no candles in the range", help=f"the candles given are {held or 'empty'}")
    if len(seen) > plan.first:
        return
    end = int(traded[-1]) + strategy.timeframe.ms
    if plan.lacking([_closed(seen, spec.clock.timeframe, end) for spec in plan.clocks]):
        raise InputError(
            f"{len(seen)} candles are less than the warm-up: {strategy.name} needs about {plan.first + 1} "
            f"{strategy.timeframe} candles before its rules are known",
            help="give more candles, or shorten the longest indicator",
        )


def _closed(times: Times, timeframe: Timeframe, end: int) -> int:
    """How many candles of `timeframe` those at `times` make, closed by `end`."""
    buckets = np.unique((times - timeframe.anchor) // timeframe.ms)
    return int(np.count_nonzero((buckets + 1) * timeframe.ms + timeframe.anchor <= end))


def iso(ms: int) -> str:
    """A time in ms UTC as text, to the minute."""
    return str(np.datetime64(ms, "ms").astype("datetime64[m]")) + "Z"


def result_of(
    simulation: Simulation, account: Account, instruments: Mapping[str, Instrument], candles: Mapping[str, Candles]
) -> Result:
    time, equity = simulation.curve()
    return Result(
        strategy=simulation.strategy, account=account, instruments=instruments, candles=candles,
        trades=simulation.trades(), time=time, equity=equity,
        counts=simulation.counts, ambiguous=simulation.ambiguous, leaving=simulation.leaving(),
        plan=simulation.wiring.plan, written=simulation.records.written(),
        learned=simulation.learned(),
    )  # fmt: skip
