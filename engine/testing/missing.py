"""A trade that a test expects and that never came -> where to look: the last entry signal without one, or the candle
at which the entry was nearest."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..explaining.why_not import why_not
from ..trading.codes import EXPLANATIONS
from .observed import Observed

Place = tuple[str, int]
"""A symbol and the number of a candle."""


def where_it_failed(
    observed: Observed, symbols: Sequence[str], entered: Collection[Place]
) -> tuple[str, Place | None]:  # fmt: skip
    """In words, and the candle to look at; `entered` are the candles in which trades began."""
    signals = [found for symbol in symbols for found in _unanswered(observed, symbol, entered)]
    if not signals:
        words, place = _nearest(observed, symbols)
        return f"no {'other ' if entered else ''}entry was signalled{words}", place
    number, symbol, row = max(signals)
    said = " and ".join(name for name in observed.signals(symbol)[row] if name.startswith("enter"))
    of = f" of {symbol}" if len(symbols) > 1 else ""
    became = " and ".join(decisions(observed, symbol, row)) or "nothing was decided"
    return f"{said}{of} came last at candle {number}: {became}", (symbol, number)


def decisions(observed: Observed, symbol: str, row: int) -> list[str]:
    """What became of the signal at a row: codes and what they mean."""
    made = {code.name.lower(): EXPLANATIONS[code] for code in observed.decisions(symbol, row)}
    return [f"{code} ({words})" for code, words in made.items()]


def _unanswered(observed: Observed, symbol: str, entered: Collection[Place]) -> list[tuple[int, str, int]]:
    """(number, symbol, row) of the entry signals that no trade followed in the next candle."""
    times = observed.result.candles[symbol].time
    rows = [row for row, said in enumerate(observed.signals(symbol)) if any(name.startswith("enter") for name in said)]
    numbered = [(observed.number(int(times[row])), row) for row in rows]
    return [
        (number, symbol, row) for number, row in numbered if number is not None and (symbol, number + 1) not in entered
    ]


def _nearest(observed: Observed, symbols: Sequence[str]) -> tuple[str, Place | None]:
    """The candle at which a single condition was missing, and by the least."""
    result = observed.result
    sides = why_not(
        result.strategy, observed.candles, symbol=symbols[0] if len(symbols) == 1 else None, account=result.account,
        instruments=result.instruments,
    )  # fmt: skip
    misses = [(miss, condition) for side in sides for condition in side.conditions for miss in condition.nearest]
    ms = result.strategy.timeframe.ms
    for miss, condition in sorted(misses, key=lambda it: (it[0].distance is None, it[0].distance, -it[0].close_time)):
        number = observed.number(miss.close_time - ms)
        if number is not None:
            of = f" of {miss.symbol}" if len(symbols) > 1 else ""
            words = f"; nearest was candle {number}{of}, where only `{condition.expression}`"
            return f"{words} was not true", (miss.symbol, number)
    last = (symbols[0], len(observed) - 1) if len(observed) else None
    return ", and at no candle was just one condition false", last
