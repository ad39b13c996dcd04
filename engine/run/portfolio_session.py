"""The paper session of a portfolio: closed candles arrive one time after another, for all its strategies together."""

from __future__ import annotations

from collections.abc import Mapping

from ..language.portfolio import Portfolio
from ..market.candles import Candles
from ..market.instrument import Instrument
from ..market.timeline import cut, union_times
from ..research.backtest import require_rows, select
from ..research.portfolio import PortfolioResult, result_of_portfolio
from ..trading.account import Account
from ..trading.portfolio import PortfolioSimulation
from ..trading.venue import Venue
from ..trading.wiring import wire
from .listener import Listener, tell_fills


class PortfolioSession:
    """Trades candles as they close, with simulated money and fills."""

    def __init__(
        self,
        portfolio: Portfolio,
        candles: Mapping[str, Candles],
        instruments: Mapping[str, Instrument],
        account: Account,
        venue: Venue | None = None,
    ) -> None:
        """Raises InputError when a symbol is missing or the candles do not reach beyond a warm-up."""
        self._given = [select(member.strategy, candles) for member in portfolio.members]
        self._times = union_times([c for own, _ in self._given for c in own])
        for member, (own, _) in zip(portfolio.members, self._given, strict=True):
            require_rows(wire(member.strategy).plan, own, self._times, self._times, member.strategy)
        self._account, self._instruments = account, instruments
        self._simulation = PortfolioSimulation(portfolio, instruments, account, 1, False, venue)
        self._stopping = False
        self._done = 0

    def __len__(self) -> int:
        """How many times there are to step through."""
        return len(self._times)

    def stop(self) -> None:
        """Ask the session to end after the present candle."""
        self._stopping = True

    @property
    def stopped(self) -> bool:
        """Whether the session was asked to end before its candles did."""
        return self._stopping and self._done < len(self._times)

    def run(self, listener: Listener) -> PortfolioResult:
        """Step through the candles until they end or `stop` is called; returns what it came to."""
        for chunks in zip(*(cut(own, feeds, self._times, 1) for own, feeds in self._given), strict=True):
            if self._stopping:
                break
            self._simulation.advance(chunks)
            for member in self._simulation.members:
                closed = member.records.last_count > 0
                trades = member.records.last_trades() if closed else None
                tell_fills(member.records.last_fills(), trades, member.strategy.symbols, listener)
            listener.stepped(int(self._times[self._done]), self._simulation.equity)
            self._done += 1
        seen = [{c.symbol: c.rows(0, self._seen(c)) for c in own} for own, _ in self._given]
        return result_of_portfolio(self._simulation, self._account, self._instruments, seen)

    def _seen(self, candles: Candles) -> int:
        if not self._done:
            return 0
        return int(candles.time.searchsorted(self._times[self._done - 1], side="right"))
