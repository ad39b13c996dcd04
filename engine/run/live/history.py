"""What a strategy must have seen before it may trade, from the venue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...brokers.protocol import Broker
from ...brokers.words import CandleReport
from ...language.deployment import Run
from ...ledger.rows import SessionRow
from ...orders.state import State
from ...trading.wiring import wire
from .feed import Key
from .series import Series

LEAST = 200
"""Candles loaded before a start at least, for what never forgets its first candle."""
_PAGE = 500
_WINDOW = 2_000


def symbols_of(run: Run) -> tuple[str, ...]:
    """Everything whose candles a strategy reads, each once."""
    return tuple(dict.fromkeys((*run.strategy.symbols, *run.strategy.feeds.values())))


def history_of(run: Run) -> int:
    """Candles before the start after which its values no longer depend on where they began."""
    plan = wire(run.strategy).plan
    return max(plan.settle or LEAST, plan.first) + 2


def first_seq(state: State, sessions: Sequence[str]) -> int:
    """Where the oldest of the sessions begins in the ledger."""
    return min(row.opened_seq for one in sessions if (row := state.get(SessionRow, one)) is not None)


async def load(broker: Broker, one: Series) -> tuple[CandleReport, ...]:
    """Every closed candle since the series' last, page by page. Raises ReadError."""
    found: list[CandleReport] = []
    while True:
        page = await broker.candles(one.symbol, one.timeframe.name, one.last + 1, _PAGE)
        closed = one.confirm(page, broker.now())
        found += closed
        if not closed or len(page) < _PAGE:
            return tuple(found)


def windows(
    found: Mapping[Key, tuple[CandleReport, ...]],
) -> Iterator[dict[Key, tuple[CandleReport, ...]]]:
    """The candles of all series cut into stretches of time, so that none runs ahead of another that it reads."""
    times = sorted({one.time for rows in found.values() for one in rows})
    for first in range(0, len(times), _WINDOW):
        begin, end = times[first], times[min(first + _WINDOW, len(times)) - 1]
        yield {key: tuple(one for one in rows if begin <= one.time <= end) for key, rows in found.items()}
