"""Several strategies on one account over past candles: the same simulation as for one, paced together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.diagnostic import InputError
from ..language.portfolio import Portfolio
from ..market.candles import Candles, Times
from ..market.instrument import Instrument, make_instrument
from ..market.timeline import Chunk, cut, union_times
from ..report.curve import Curve
from ..report.metrics import Metrics
from ..trading.account import Account
from ..trading.portfolio import PortfolioSimulation, needs_every_time
from ..trading.rebalance import Transfer
from ..trading.trades import Trades, joined
from ..trading.venue import Venue
from ..trading.wiring import wire
from .backtest import (
    CHUNK,
    INTERPRETED_CHUNK,
    Result,
    history_start,
    prefers_machine_code,
    require_rows,
    result_of,
    select,
    within,
)

MEETINGS = 20
"""How many times more rows than for one strategy make machine code worth its compilation."""


@dataclass(frozen=True)
class PortfolioResult:
    """What a run came to. `time` are close times (ms UTC) of the account's equity points; `equity` is in quote units.

    `members` are what each strategy did in its part of the account; their equity is their part's at the start and what
    they made since, whatever was paid between the parts (`transfers`).
    """

    portfolio: Portfolio
    account: Account
    members: tuple[Result, ...]
    time: NDArray[np.int64]
    equity: NDArray[np.float64]
    transfers: tuple[Transfer, ...]
    changes: tuple[tuple[float, ...], ...]
    """Rows of CHANGE_FIELDS: changes of the account's state."""

    @cached_property
    def trades(self) -> Trades:
        """All members' trades, in order of exit."""
        return joined([member.trades for member in self.members])

    @cached_property
    def metrics(self) -> Metrics:
        """Computed when asked."""
        ms = self.portfolio.members[0].strategy.timeframe.ms
        start = int(self.time[0]) - ms if len(self.time) else 0
        return Metrics(Curve(self.time, self.equity, self.account.capital, start), self.trades)


def backtest_portfolio(
    portfolio: Portfolio,
    candles: Mapping[str, Candles],
    *,
    account: Account | None = None,
    instruments: Mapping[str, Instrument] | None = None,
    start: int | None = None,
    end: int | None = None,
    venue: Venue | None = None,
    machine_code: bool | None = None,
    chunk: int | None = None,
) -> PortfolioResult:
    """Run `portfolio` over `candles` (by symbol, feeds included); arguments and errors as for `backtest`."""
    if portfolio.risk.max_correlated is not None:
        raise InputError(
            f"{portfolio.name}: `risk.max_correlated` of a portfolio is not run yet",
            help="give it to the members, each for its own symbols",
        )
    account = account or Account()
    symbols = list(dict.fromkeys(s for member in portfolio.members for s in member.strategy.symbols))
    instruments = instruments or {symbol: make_instrument(symbol, {}) for symbol in symbols}
    given = [_Given(*select(member.strategy, candles)) for member in portfolio.members]
    times = union_times([c for part in given for c in part.own])
    first = 0 if start is None else int(np.searchsorted(times, start))
    last = len(times) if end is None else int(np.searchsorted(times, end))
    plans = [wire(m.strategy, account.reads_volume).plan for m in portfolio.members]
    begins = [history_start(plan, part.own, times, first) for plan, part in zip(plans, given, strict=True)]
    for member, plan, part, begin in zip(portfolio.members, plans, given, begins, strict=True):
        require_rows(plan, part.own, times[begin:last], times[first:last], member.strategy)
    if machine_code is None:
        rows = (last - min(begins)) * sum(len(part.own) for part in given)
        # A meeting is many small calls, each dearer as machine code; compiling its kernels takes long, too.
        fitting = any(prefers_machine_code(plan, rows // MEETINGS) for plan in plans)
        machine_code = fitting and not needs_every_time(portfolio)
    size = chunk or (max(1_024, CHUNK // len(symbols)) if machine_code else INTERPRETED_CHUNK)
    warm = [part.chunks(times[begin:first], size) for part, begin in zip(given, begins, strict=True)]
    traded = [part.after(times, first).chunks(times[first:last], size) for part in given]
    capacity = max((c.rows for pieces in (*warm, *traded) for c in pieces), default=1)
    simulation = PortfolioSimulation(portfolio, instruments, account, capacity, machine_code, venue)
    for paced, pieces in zip(simulation.members, warm, strict=True):
        paced.expect(last - first)
        for piece in pieces:
            paced.warm(piece)
    for together in zip(*traded, strict=True):
        simulation.advance(together)
    return result_of_portfolio(simulation, account, instruments, [within(p.own, times, first, last) for p in given])


@dataclass(frozen=True, slots=True)
class _Given:
    """One member's candles."""

    own: list[Candles]
    feeds: Mapping[str, Candles]

    def chunks(self, times: Times, size: int) -> list[Chunk]:
        return list(cut(self.own, self.feeds, times, size)) if len(times) else []

    def after(self, times: Times, first: int) -> _Given:
        """Without what belongs to the history before `times[first]`."""
        if first == 0 or first >= len(times):
            return self
        since = int(times[first - 1]) + 1
        return _Given(
            [c.rows(int(c.time.searchsorted(since)), len(c)) for c in self.own],
            {name: c.rows(int(c.time.searchsorted(since)), len(c)) for name, c in self.feeds.items()},
        )


def result_of_portfolio(
    simulation: PortfolioSimulation,
    account: Account,
    instruments: Mapping[str, Instrument],
    candles: Sequence[Mapping[str, Candles]],
) -> PortfolioResult:
    """What a simulation came to so far; `candles` are those each member traded."""
    curves = [member.curve() for member in simulation.members]
    time = np.unique(np.concatenate([t for t, _ in curves]))
    equity = np.full(len(time), account.capital - sum(part.capital for part in simulation.accounts))
    results = []
    for m, (member, part, (at, raw)) in enumerate(zip(simulation.members, simulation.accounts, curves, strict=True)):
        paid = _paid_before([t for t in simulation.transfers if t.member == m], at)
        row = np.searchsorted(at, time, side="right")
        equity += np.concatenate([[part.capital], raw - paid])[row]
        result = result_of(member, part, instruments, candles[m])
        results.append(replace(result, equity=raw - paid))
    return PortfolioResult(
        simulation.portfolio, account, tuple(results), time, equity, tuple(simulation.transfers),
        tuple(simulation.state.changes),
    )  # fmt: skip


def _paid_before(transfers: Sequence[Transfer], times: NDArray[np.int64]) -> NDArray[np.float64]:
    """What was paid into a part before each time: a transfer at a close is in the marks after it."""
    sums = np.concatenate([[0.0], np.cumsum([t.amount for t in transfers])])
    found: NDArray[np.float64] = sums[np.searchsorted([t.time for t in transfers], times)]
    return found
