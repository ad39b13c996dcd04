"""Everything a portfolio's back-test is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..language.identity import portfolio_hash
from ..language.portfolio import Portfolio
from ..language.strategy import Strategy
from ..market.timeframe import Timeframe
from .inputs import Given, Inputs
from .portfolio import PortfolioResult, backtest_portfolio
from .together import on_pace


@dataclass(frozen=True)
class PortfolioInputs(Given[Portfolio, PortfolioResult]):
    """Those of a portfolio; its candles are of the fastest member's timeframe."""

    @property
    def portfolio(self) -> Portfolio:
        return self.subject

    @property
    def strategies(self) -> Sequence[Strategy]:
        return [member.strategy for member in self.subject.members]

    @property
    def timeframe(self) -> Timeframe:
        return self.subject.timeframes[0]

    @property
    def identity(self) -> str:
        return portfolio_hash(self.subject)

    def run(self, machine_code: bool | None = None) -> PortfolioResult:
        return backtest_portfolio(
            self.subject, self.candles, account=self.account, instruments=self.instruments,
            start=self.start, end=self.end, venue=self.venue, machine_code=machine_code,
        )  # fmt: skip

    def of_member(self, number: int) -> Inputs:
        """What one member's part of the run was made of."""
        member = self.subject.members[number]
        return Inputs(
            member.strategy, on_pace(self.candles, member.strategy.timeframe),
            {symbol: self.instruments[symbol] for symbol in member.strategy.symbols},
            replace(self.account, capital=self.account.capital * member.weight), self.venue, self.start, self.end,
        )  # fmt: skip
