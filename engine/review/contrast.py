"""What two results have, and have not, in common, as plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signal:
    """An entry signal: `time` is the close it was decided at (ms UTC), `code` what became of it."""

    time: int
    symbol: str
    side: str
    code: str


@dataclass(frozen=True, slots=True)
class Trade:
    """A closed or still open round trip; times are opens in ms UTC, money in quote units."""

    symbol: str
    side: str
    entry_time: int
    entry_price: float
    exit_time: int
    exit_price: float
    quantity: float
    profit: float
    reason: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of both results, None where it is undefined."""

    name: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`decided_otherwise` and `moved` pair what has the same time, symbol and side on both sides."""

    signals: tuple[int, int]
    signals_gained: tuple[Signal, ...]
    signals_lost: tuple[Signal, ...]
    decided_otherwise: tuple[tuple[Signal, Signal], ...]
    trades: tuple[int, int]
    trades_gained: tuple[Trade, ...]
    trades_lost: tuple[Trade, ...]
    trades_moved: tuple[tuple[Trade, Trade], ...]
    trades_resized: tuple[tuple[Trade, Trade], ...]
    """The same prices and times, in another quantity."""
    figures: tuple[Figure, ...]

    @property
    def same(self) -> bool:
        changed = (
            self.signals_gained, self.signals_lost, self.decided_otherwise, self.trades_gained, self.trades_lost,
            self.trades_moved, self.trades_resized,
        )  # fmt: skip
        return not any(changed)
