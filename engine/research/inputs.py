"""Everything a back-test is made of, so that the same one can be made again with one thing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..language.strategy import Strategy
from ..market.candles import Candles
from ..market.digest import feed
from ..market.instrument import Instrument
from ..trading.account import MOST_SLIPPAGE, Account
from ..trading.venue import Venue
from .backtest import Result, backtest

_HIGHEST = MOST_SLIPPAGE * 0.999
"""Raised fees and slippage stay below the part of the price from which they count as mistakes."""


@dataclass(frozen=True)
class Inputs:
    """`candles` by symbol, feeds and history included; `start` and `end` in ms UTC, the end exclusive."""

    strategy: Strategy
    candles: Mapping[str, Candles]
    instruments: Mapping[str, Instrument]
    account: Account = field(default_factory=Account)
    venue: Venue = field(default_factory=Venue)
    start: int | None = None
    end: int | None = None

    def run(self) -> Result:
        """Raises InputError when candles are missing or too few."""
        return backtest(
            self.strategy, self.candles, account=self.account, instruments=self.instruments,
            start=self.start, end=self.end, venue=self.venue,
        )  # fmt: skip

    def taken(self, optimistic: bool) -> Inputs:
        """The same with every ambiguous candle as the target, or as the stop."""
        return replace(self, account=replace(self.account, optimistic=optimistic))

    def at_costs(self, factor: float) -> Inputs:
        """The same with `factor` times the fees, the slippage, the spread and the impact."""
        return replace(self, instruments=dearer(self.instruments, factor), account=costlier(self.account, factor))


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


def content_hash(candles: Mapping[str, Candles]) -> str:
    """64 hex digits: equal for equal candles of equal symbols, whatever files they came from."""
    digest = hashlib.sha256()
    for symbol in sorted(candles):
        held = candles[symbol]
        columns = (held.time, held.open, held.high, held.low, held.close, held.volume)
        little = (column.astype(column.dtype.newbyteorder("<"), copy=False).tobytes() for column in columns)
        feed(digest, symbol, held.timeframe, len(held), little)
    return digest.hexdigest()
