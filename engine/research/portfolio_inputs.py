"""Everything a portfolio's back-test is made of, so that it can be made again with one thing changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..language.portfolio import Portfolio
from ..market.candles import Candles
from ..market.instrument import Instrument
from ..trading.account import Account
from ..trading.venue import Venue
from .inputs import Inputs, costlier, dearer
from .portfolio import PortfolioResult, backtest_portfolio
from .together import on_pace


@dataclass(frozen=True)
class PortfolioInputs:
    """`candles` by symbol, of the fastest member's timeframe, feeds and history included; times in ms UTC."""

    portfolio: Portfolio
    candles: Mapping[str, Candles]
    instruments: Mapping[str, Instrument]
    account: Account = field(default_factory=Account)
    venue: Venue = field(default_factory=Venue)
    start: int | None = None
    end: int | None = None

    def run(self) -> PortfolioResult:
        """Raises InputError when candles are missing or too few."""
        return backtest_portfolio(
            self.portfolio, self.candles, account=self.account, instruments=self.instruments,
            start=self.start, end=self.end, venue=self.venue,
        )  # fmt: skip

    def taken(self, optimistic: bool) -> PortfolioInputs:
        """The same with every ambiguous candle as the target, or as the stop."""
        return replace(self, account=replace(self.account, optimistic=optimistic))

    def at_costs(self, factor: float) -> PortfolioInputs:
        """The same with `factor` times the fees, the slippage, the spread and the impact."""
        return replace(self, instruments=dearer(self.instruments, factor), account=costlier(self.account, factor))

    def of_member(self, number: int) -> Inputs:
        """What one member's part of the run was made of."""
        member = self.portfolio.members[number]
        return Inputs(
            member.strategy, on_pace(self.candles, member.strategy.timeframe),
            {symbol: self.instruments[symbol] for symbol in member.strategy.symbols},
            replace(self.account, capital=self.account.capital * member.weight), self.venue, self.start, self.end,
        )  # fmt: skip
