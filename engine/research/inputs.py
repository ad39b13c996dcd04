"""Everything a back-test is made of, so that the same one can be made again with one thing changed."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Self, TypeVar

import numpy as np

from ..language.identity import meaning_hash
from ..language.portfolio import Portfolio
from ..language.strategy import Strategy
from ..market.candles import Candles
from ..market.digest import feed
from ..market.instrument import Instrument
from ..market.timeframe import Timeframe
from ..trading.account import MOST_SLIPPAGE, Account
from ..trading.venue import Funding, Venue
from .backtest import Result, backtest

_HIGHEST = MOST_SLIPPAGE * 0.999
"""Raised fees and slippage stay below the part of the price from which they count as mistakes."""

S = TypeVar("S", bound=Strategy | Portfolio)
R = TypeVar("R", covariant=True)


@dataclass(frozen=True)
class Given(ABC, Generic[S, R]):
    """What is run, and all that it is run with: `candles` by symbol, feeds and history included; `start` and `end` in
    ms UTC, the end exclusive."""

    subject: S
    candles: Mapping[str, Candles]
    instruments: Mapping[str, Instrument]
    account: Account = field(default_factory=Account)
    venue: Venue = field(default_factory=Venue)
    start: int | None = None
    end: int | None = None

    @property
    @abstractmethod
    def strategies(self) -> Sequence[Strategy]:
        """All that trade."""

    @property
    @abstractmethod
    def timeframe(self) -> Timeframe:
        """That of the candles."""

    @property
    @abstractmethod
    def identity(self) -> str:
        """The hash of what is run."""

    @abstractmethod
    def run(self, machine_code: bool | None = None) -> R:
        """`machine_code` changes speed only. Raises InputError when candles are missing or too few."""

    @property
    def symbols(self) -> tuple[str, ...]:
        """All that are traded."""
        return tuple(dict.fromkeys(symbol for strategy in self.strategies for symbol in strategy.symbols))

    def of(self, subject: S) -> Self:
        """The same for another one, or at other values."""
        return replace(self, subject=subject)

    def taken(self, optimistic: bool) -> Self:
        """The same with every ambiguous candle as the target, or as the stop."""
        return replace(self, account=replace(self.account, optimistic=optimistic))

    def at_costs(self, factor: float) -> Self:
        """The same with `factor` times the fees, the slippage, the spread and the impact."""
        return replace(self, instruments=dearer(self.instruments, factor), account=costlier(self.account, factor))


@dataclass(frozen=True)
class Inputs(Given[Strategy, Result]):
    """Those of one strategy."""

    @property
    def strategy(self) -> Strategy:
        return self.subject

    @property
    def strategies(self) -> Sequence[Strategy]:
        return (self.subject,)

    @property
    def timeframe(self) -> Timeframe:
        return self.subject.timeframe

    @property
    def identity(self) -> str:
        return meaning_hash(self.subject)

    def run(self, machine_code: bool | None = None) -> Result:
        return backtest(
            self.subject, self.candles, account=self.account, instruments=self.instruments,
            start=self.start, end=self.end, venue=self.venue, machine_code=machine_code,
        )  # fmt: skip


AnyInputs = Given[Any, Any]
"""Those of a strategy, or of a portfolio."""


def dearer(instruments: Mapping[str, Instrument], factor: float) -> dict[str, Instrument]:
    """The same instruments at `factor` times their fees."""
    return {
        symbol: replace(i, maker=min(i.maker * factor, _HIGHEST), taker=min(i.taker * factor, _HIGHEST))
        for symbol, i in instruments.items()
    }


def costlier(account: Account, factor: float) -> Account:
    """The same account with `factor` times the slippage, the spread and the impact."""
    return replace(
        account,
        slippage=min(account.slippage * factor, _HIGHEST),
        spread=min(account.spread * factor, _HIGHEST),
        impact=min(account.impact * factor, 1.0),
    )


def content_hash(candles: Mapping[str, Candles], funding: Mapping[str, Funding] | None = None) -> str:
    """64 hex digits: equal for equal candles of equal symbols and equal funding, whatever files they came from."""
    digest = hashlib.sha256()
    for symbol in sorted(candles):
        held = candles[symbol]
        columns = (held.time, held.open, held.high, held.low, held.close, held.volume)
        feed(digest, symbol, held.timeframe, len(held), map(_little, columns))
    for symbol, rates in sorted((funding or {}).items()):
        digest.update(f"funding {symbol} {len(rates.time)}\n".encode())
        for column in (rates.time, rates.rate):
            digest.update(_little(column))
    return digest.hexdigest()


def _little(column: np.ndarray[Any, np.dtype[Any]]) -> bytes:
    return column.astype(column.dtype.newbyteorder("<"), copy=False).tobytes()
