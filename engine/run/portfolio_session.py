"""The paper session of a portfolio: closed candles arrive one time after another, for all its strategies together."""

from __future__ import annotations

from collections.abc import Mapping

from ..language.portfolio import Portfolio
from ..market.candles import Candles
from ..market.instrument import Instrument
from ..research.portfolio import PortfolioResult, result_of_portfolio
from ..research.together import common_closes, cut_together, parts_of
from ..trading.account import Account
from ..trading.portfolio import PortfolioSimulation
from ..trading.venue import Venue
from ..trading.wiring import wire
from .listener import PortfolioListener, tell_fills


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
        self._names = [member.name for member in portfolio.members]
        self._parts = parts_of(portfolio, candles)
        self._closes = common_closes(self._parts)
        for part in self._parts:
            part.require(wire(part.strategy).plan, None, None)
        self._account, self._instruments = account, instruments
        self._simulation = PortfolioSimulation(portfolio, instruments, account, 1, False, venue)
        self._stopping = False
        self._done = 0

    def __len__(self) -> int:
        """How many times there are to step through."""
        return len(self._closes)

    def stop(self) -> None:
        """Ask the session to end after the present candle."""
        self._stopping = True

    @property
    def stopped(self) -> bool:
        """Whether the session was asked to end before its candles did."""
        return self._stopping and self._done < len(self._closes)

    def run(self, listener: PortfolioListener) -> PortfolioResult:
        """Step through the candles until they end or `stop` is called; returns what it came to."""
        for chunks in cut_together(self._parts, self._closes, 1):
            if self._stopping:
                break
            self._simulation.advance(chunks)
            for name, member in zip(self._names, self._simulation.members, strict=True):
                listener.turn_to(name)
                closed = member.records.last_count > 0
                trades = member.records.last_trades() if closed else None
                tell_fills(member.records.last_fills(), trades, member.strategy.symbols, listener)
            listener.stepped(int(self._closes[self._done]), self._simulation.equity)
            self._done += 1
        last = int(self._closes[self._done - 1]) if self._done else None
        seen = [part.until(last) for part in self._parts]
        return result_of_portfolio(self._simulation, self._account, self._instruments, seen)
