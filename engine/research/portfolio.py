"""Several strategies on one account over past candles: the same simulation as for one, paced together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..language.portfolio import Portfolio
from ..market.candles import Candles
from ..market.instrument import Instrument, make_instrument
from ..report.curve import Curve
from ..report.metrics import Metrics
from ..trading.account import Account
from ..trading.portfolio import PortfolioSimulation, needs_every_time
from ..trading.rebalance import Transfer
from ..trading.trades import Trades, joined
from ..trading.venue import Venue
from ..trading.wiring import wire
from .backtest import CHUNK, INTERPRETED_CHUNK, Result, prefers_machine_code, result_of
from .together import common_closes, cut_together, parts_of

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

    @property
    def ambiguous(self) -> int:
        """Candles that held both stop and target."""
        return sum(member.ambiguous for member in self.members)

    @cached_property
    def candles(self) -> dict[str, Candles]:
        """Those that were traded, by symbol; of one on several timeframes the fastest."""
        by_pace = sorted(self.members, key=lambda member: -member.strategy.timeframe.ms)
        fastest = {symbol: held for member in by_pace for symbol, held in member.candles.items()}
        return {symbol: fastest[symbol] for member in self.members for symbol in member.candles}

    @cached_property
    def metrics(self) -> Metrics:
        """Computed when asked."""
        begun = [int(m.time[0]) - m.strategy.timeframe.ms for m in self.members if len(m.time)]
        start = min(begun, default=0)
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
    account = account or Account()
    symbols = list(dict.fromkeys(s for member in portfolio.members for s in member.strategy.symbols))
    instruments = instruments or {symbol: make_instrument(symbol, {}) for symbol in symbols}
    parts = parts_of(portfolio, candles)
    plans = [wire(m.strategy, account.reads_volume).plan for m in portfolio.members]
    for part, plan in zip(parts, plans, strict=True):
        part.require(plan, start, end)
    traded = [part.between(start, end) for part in parts]
    if machine_code is None:
        rows = max(len(part.times) for part in traded) * sum(len(part.own) for part in traded)
        # A meeting is many small calls, each dearer as machine code; compiling its kernels takes long, too.
        fitting = any(prefers_machine_code(plan, rows // MEETINGS) for plan in plans)
        machine_code = fitting and not needs_every_time(portfolio)
    size = chunk or (max(1_024, CHUNK // len(symbols)) if machine_code else INTERPRETED_CHUNK)
    warm = [part.history(plan, start, size) for part, plan in zip(parts, plans, strict=True)]
    pieces = list(cut_together(traded, common_closes(traded), size))
    capacity = max((c.rows for chunks in (*warm, *pieces) for c in chunks), default=1)
    simulation = PortfolioSimulation(portfolio, instruments, account, capacity, machine_code, venue)
    for paced, part, chunks in zip(simulation.members, traded, warm, strict=True):
        paced.expect(len(part.times))
        for piece in chunks:
            paced.warm(piece)
    if start is not None:
        simulation.closes.see([part.between(None, start).own for part in parts])
    for together in pieces:
        simulation.advance(together)
    return result_of_portfolio(simulation, account, instruments, [{c.symbol: c for c in p.own} for p in traded])


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
