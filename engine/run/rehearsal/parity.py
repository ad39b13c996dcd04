"""The trades of a rehearsal beside those of a back-test of the same candles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...ledger.rows import TradeRow
from ...ledger.values import Direction
from ...market.timeframe import Timeframe
from ...research.portfolio import PortfolioResult, backtest_portfolio
from ...trading.account import Account
from ...trading.trades import ExitReason, Trades
from ..live.opening import as_portfolio
from .ground import Rehearsal

NEAR = 1e-6
"""Part of a price or quantity that is the steps' rounding."""


@dataclass(frozen=True, slots=True)
class Side:
    """One trade: opens of the candles in which it began and ended (ms UTC), mean prices, base units, quote units."""

    strategy: str
    symbol: str
    side: int
    entered: int
    left: int
    quantity: float
    entry_price: float
    exit_price: float
    profit: float
    reason: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A trade of the rehearsal and of the back-test that began in the same candle; None: the other has none."""

    rehearsed: Side | None
    tested: Side | None

    @property
    def differs(self) -> tuple[str, ...]:
        """What is not the same: names of fields, or `missing`."""
        if self.rehearsed is None or self.tested is None:
            return ("missing",)
        found = [name for name in ("left",) if getattr(self.rehearsed, name) != getattr(self.tested, name)]
        for name in ("quantity", "entry_price", "exit_price"):
            ours, theirs = getattr(self.rehearsed, name), getattr(self.tested, name)
            if abs(ours - theirs) > NEAR * max(abs(ours), abs(theirs)):
                found.append(name)
        return tuple(found)


def tested(rehearsal: Rehearsal) -> PortfolioResult:
    """The back-test. Raises InputError where there are too few candles."""
    return backtest_portfolio(
        as_portfolio(rehearsal.deployment), rehearsal.candles, account=Account(float(rehearsal.capital)),
        instruments=rehearsal.instruments, start=rehearsal.start, end=rehearsal.end,
    )  # fmt: skip


def pairs(rows: Sequence[TradeRow], result: PortfolioResult, rehearsal: Rehearsal) -> list[Pair]:
    """Trades side by side, by strategy, symbol and the candle that they began in. What was left after the last candle
    is open in the back-test, and stands in neither list."""
    frames = {run.name: run.strategy.timeframe for run in rehearsal.deployment.runs()}
    sides = [_rehearsed(row, frames[row.strategy]) for row in rows if row.strategy in frames]
    ours = {_key(one): one for one in sides if one.left < rehearsal.end}
    names = [run.name for run in rehearsal.deployment.runs()]
    theirs = {
        _key(one): one for name, part in zip(names, result.members, strict=True) for one in _tested(name, part.trades)
    }
    order = sorted(ours.keys() | theirs.keys(), key=lambda key: (key[2], key[0], key[1]))
    return [Pair(ours.get(key), theirs.get(key)) for key in order]


def _key(side: Side) -> tuple[str, str, int]:
    return side.strategy, side.symbol, side.entered


def _rehearsed(row: TradeRow, frame: Timeframe) -> Side:
    left = row.closed or 0
    entry = float(row.entry_cost / row.entry_quantity) if row.entry_quantity else 0.0
    exit_price = float(row.exit_cost / row.exit_quantity) if row.exit_quantity else 0.0
    return Side(
        row.strategy, row.symbol, 1 if row.direction is Direction.LONG else -1, frame.floor(row.opened),
        frame.floor(left), float(row.entry_quantity), entry, exit_price, float(row.profit or 0),
        row.reason.value if row.reason else "",
    )  # fmt: skip


def _tested(name: str, trades: Trades) -> Iterable[Side]:
    for k in range(len(trades.side)):
        reason = ExitReason(int(trades.reason[k]))
        if reason is not ExitReason.OPEN:
            yield Side(
                name, trades.symbols[int(trades.symbol[k])], int(trades.side[k]), int(trades.entry_time[k]),
                int(trades.exit_time[k]), float(trades.quantity[k]), float(trades.entry_price[k]),
                float(trades.exit_price[k]), float(trades.profit[k]), reason.name.lower(),
            )  # fmt: skip
