"""Several strategies on one account: chunks of candles in, each strategy's trades and the account's equity out.

Every strategy trades its part of the account by itself, with the one decision core. They are held at the times at which
one may enter, and there, for each such time:
1. every strategy that has a candle passes it up to its marks
2. the account's equity, its day and its highest mark are noted; parts are set back to their weights where it is due
3. the strategies decide in the order of the file, each told what the others hold and have ordered by now
4. the account's state from then on; where it got stricter, waiting orders are canceled (and positions left, where a
   halt flattens)
In between nobody needs the others, and each runs on alone. Limits of the account's losses, and orders that rest, need
every time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..language.portfolio import Conflict, Portfolio
from ..language.strategy import OrderType, Risk, Strategy
from ..market.instrument import Instrument
from ..market.timeline import Chunk
from .account import Account
from .account_closes import AccountCloses
from .account_state import AccountState
from .paced import PacedSimulation
from .pool import EQUITY, GROSS, HEAT, MOST_OPEN, NET, OPEN, SHARED
from .rebalance import Transfer, due_times, transfers
from .rules import NEVER
from .venue import Venue


class PortfolioSimulation:
    """One account that trades `portfolio`; `capacity` is the most candles per symbol of a chunk."""

    def __init__(
        self,
        portfolio: Portfolio,
        instruments: Mapping[str, Instrument],
        account: Account,
        capacity: int,
        machine_code: bool,
        venue: Venue | None = None,
    ) -> None:
        self.portfolio = portfolio
        self.accounts = [replace(account, capital=account.capital * m.weight) for m in portfolio.members]
        self.members = [
            self._member(m.strategy, instruments, part, capacity, machine_code, venue)
            for m, part in zip(portfolio.members, self.accounts, strict=True)
        ]
        self.idle = account.capital - sum(part.capital for part in self.accounts)
        """What the weights leave of the account, in cash."""
        self.state = AccountState(portfolio, account.capital)
        self.closes = AccountCloses(portfolio)
        if self.closes.limited:
            for member in self.members:
                member.join(self.closes.moves, self.closes.symbols)
        self.transfers: list[Transfer] = []
        self._seen = -1
        """The last close so far, ms UTC."""
        self._due: set[int] = set()
        self._worth = np.array([part.capital for part in self.accounts])
        self._every_time = needs_every_time(portfolio)
        self._alone = portfolio.risk == Risk() and portfolio.conflicts is Conflict.ALLOW

    def _member(
        self,
        strategy: Strategy,
        instruments: Mapping[str, Instrument],
        account: Account,
        capacity: int,
        machine_code: bool,
        venue: Venue | None,
    ) -> PacedSimulation:
        return PacedSimulation(
            strategy, instruments, account, capacity, machine_code, venue=venue, portfolio=self.portfolio
        )

    def advance(self, chunks: Sequence[Chunk]) -> None:
        """Trade the next candles: a chunk for each strategy, all of the same stretch of time."""
        for member, chunk in zip(self.members, chunks, strict=True):
            member.load(chunk)
        self.closes.load(chunks)
        for time in self._meetings().tolist():
            for member in self.members:
                member.run_to(time)
            self._meet(time)
        for member in self.members:
            member.run_to(np.iinfo(np.int64).max)
            member.unload()
        self.closes.note_until()

    @property
    def equity(self) -> float:
        """Of the account, marked at the last close."""
        return self.idle + sum(member.equity for member in self.members)

    def _meetings(self) -> NDArray[np.int64]:
        """The closes of the loaded candles at which the strategies need each other."""
        times = np.unique(np.concatenate([m.closes for m in self.members]))
        self._signalled = [set(member.signalled().tolist()) for member in self.members]
        if not len(times):
            return times
        due = due_times(times, self.portfolio.rebalance, self._seen)
        self._due, self._seen = set(due.tolist()), int(times[-1])
        if self._every_time:
            return times
        if self._alone:
            return due
        fired = sorted(set().union(*self._signalled, self._due))
        return np.array(fired, np.int64)

    def _meet(self, time: int) -> None:
        """One close, as the module's numbered steps have it."""
        here = [member.mark(time) for member in self.members]
        for m, member in enumerate(self.members):
            self._worth[m] = member.measured()[EQUITY]
        self.state.note(time, self.idle + float(self._worth.sum()))
        self.closes.note_until(time)
        self._rebalance(time)
        asking = [time in times or adds(m.strategy) for times, m in zip(self._signalled, self.members, strict=True)]
        for m, member in enumerate(self.members):
            if here[m]:
                if asking[m]:
                    self._tell(member)
                member.decide()
                if any(asking[m + 1 :]):
                    member.measured()
        if self.state.conclude(time):
            for member in self.members:
                member.stop(time, self.state.flattens)
        for member, present in zip(self.members, here, strict=True):
            if present:
                member.settle_stop()
                member.leave_time()

    def _tell(self, member: PacedSimulation) -> None:
        """Let a strategy know what the others hold."""
        pool, beside, sides = member.book.pool, member.book.beside, member.book.sides
        others = [other for other in self.members if other is not member]
        pool[SHARED] = 0.0 if self._alone else 1.0
        pool[EQUITY] = self.idle + float(self._worth.sum())
        for figure in (GROSS, NET, HEAT, OPEN):
            pool[figure] = sum(float(other.figures[figure]) for other in others)
        pool[MOST_OPEN] = NEVER if self.portfolio.risk.max_open is None else self.portfolio.risk.max_open
        self.state.write(pool)
        for s, symbol in enumerate(member.strategy.symbols):
            for side in (0, 1):
                beside[side, s] = sum(
                    float(other.costs[side, other.strategy.symbols.index(symbol)])
                    for other in others if symbol in other.strategy.symbols
                )  # fmt: skip
        if self.closes.limited:
            sides[:] = 0.0
            for other in others:
                sides[:, other.book.places[1]] += other.costs > 0.0

    def _rebalance(self, time: int) -> None:
        """Set the parts back to their weights where a new period began."""
        if time not in self._due:
            return
        weights = np.array([m.weight for m in self.portfolio.members])
        made, self.idle = transfers(weights, self._worth, [member.free for member in self.members], self.idle)
        for m, amount in enumerate(made.tolist()):
            if amount:
                self.members[m].pay(amount)
                self.members[m].measured()
                self._worth[m] += amount
                self.transfers.append(Transfer(time, m, amount))


def needs_every_time(portfolio: Portfolio) -> bool:
    """Whether the strategies meet at every close: what a loss of the account, an order that rests or an addition means
    is not known before."""
    losses = portfolio.risk.daily_loss is not None or portfolio.risk.drawdown is not None
    strategies = [member.strategy for member in portfolio.members]
    return losses or any(s.orders.type is not OrderType.MARKET or adds(s) for s in strategies)


def adds(strategy: Strategy) -> bool:
    """Whether the strategy may add to a position at times at which no entry rule is true."""
    return any(side is not None and side.add for side in (strategy.long, strategy.short))
