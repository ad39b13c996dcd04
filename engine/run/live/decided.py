"""What was seen at a close and what was decided, as events of the ledger."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ...language.deployment import Run
from ...ledger.events_session import CandlesSeen, DecisionMade
from ...ledger.values import Amounts, Direction
from ...trading.codes import Decision
from ...trading.records import Decisions
from .book import Decided, SessionBook
from .feed import Closed
from .history import symbols_of
from .opening import candle_of


def seen_events(
    closed: Closed, book: SessionBook[Any], runs: Sequence[Run], sessions: Sequence[str]
) -> list[CandlesSeen]:
    """The close's candles that the Book has not seen yet, for each strategy those that it reads."""
    events = []
    for m, run in enumerate(runs):
        name = run.strategy.timeframe.name
        for symbol in symbols_of(run):
            last = book.last(m, symbol)
            found = closed.candles.get((symbol, name), ())
            candles = tuple(candle_of(one) for one in found if one.time > last)
            if candles:
                events.append(CandlesSeen(sessions[m], symbol, name, candles, closed.late))
    return events


def decision_events(decided: Decided, runs: Sequence[Run], sessions: Sequence[str]) -> list[DecisionMade]:
    """One event for each decision, in the order they were made."""
    found: list[DecisionMade] = []
    for run, session, made in zip(runs, sessions, decided.decisions, strict=True):
        found += events_of(made, run, session, decided.time)
    return found


def events_of(made: Decisions, run: Run, session: str, close: int) -> list[DecisionMade]:
    """Those of one strategy at a close. A decision's name is its session, the candle that closed, the symbol and its
    number among those: what became of an older signal has that one's candle, and a name of its own."""
    numbered: Counter[str] = Counter()
    events = []
    for k in range(len(made.time)):
        symbol = run.strategy.symbols[int(made.symbol[k])]
        candle = int(made.time[k]) - run.strategy.timeframe.ms
        number = numbered[symbol]
        numbered[symbol] += 1
        events.append(
            DecisionMade(
                decision_id=f"{session}.{close - run.strategy.timeframe.ms}.{symbol}.{number}",
                session_id=session,
                symbol=symbol,
                candle=candle,
                direction=Direction.SHORT if made.side[k] < 0 else Direction.LONG,
                code=Decision(int(made.code[k])).name,
                numbers=_numbers(made, k),
            )
        )
    return events


def _numbers(made: Decisions, k: int) -> Amounts:
    """Quantity and price, and what a refusal compared; what is not a number is left out."""
    told = {"quantity": made.quantity[k], "price": made.price[k], "limit": made.limit[k], "actual": made.actual[k]}
    return tuple(
        (name, Decimal(repr(float(value)))) for name, value in sorted(told.items()) if math.isfinite(value)
    )  # fmt: skip
