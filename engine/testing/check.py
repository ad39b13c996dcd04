"""One expectation held against what happened: nothing where it holds, else a Miss in plain words."""

from __future__ import annotations

from ..language.scenario import Expectation
from .because import not_because
from .figures import miss_figure
from .miss import Miss, plural
from .missing import decisions
from .observed import Observed, symbol_of
from .trades import miss_trade, miss_trades

SHOWN = 3
"""Candles told at most where a signal came elsewhere."""


def check(observed: Observed, expectation: Expectation) -> Miss | None:
    """What of `expectation` did not hold, or None. Raises InputError or DocumentError for one that asks nonsense."""
    if expectation.kind == "trade":
        return miss_trade(observed, expectation)
    if expectation.kind == "trades":
        return miss_trades(observed, expectation)
    if expectation.kind == "figure":
        return miss_figure(observed, expectation)
    return _miss_at_candles(observed, expectation)


def _miss_at_candles(observed: Observed, expectation: Expectation) -> Miss | None:
    """Signals and decisions must hold at every candle of a stretch."""
    symbol = symbol_of(observed, expectation.symbol)
    first, last = _stretch(observed, expectation)
    expected = _words(expectation, first, last)
    if last >= len(observed):
        words = f"there is no candle {last}: the test has {plural(len(observed), 'candle')}, 0 to {len(observed) - 1}"
        return Miss(expected, words)
    for number in range(first, last + 1):
        row = observed.row(symbol, number)
        if row is None:
            if expectation.value == "none":
                continue
            return Miss(expected, f"{symbol} has no candle at that time", number, observed.symbol)
        happened = _unlike(observed, expectation, symbol, row)
        if happened:
            where = f"candle {number}: " if last > first else ""
            return Miss(expected, where + happened, number, symbol)
    return None


def _stretch(observed: Observed, expectation: Expectation) -> tuple[int, int]:
    first = expectation.first or 0
    return first, len(observed) - 1 if expectation.last is None else max(first, expectation.last)


def _words(expectation: Expectation, first: int, last: int) -> str:
    value = str(expectation.value)
    what = value if expectation.kind == "signal" else f"decision {value}"
    what = "no signal" if what == "none" else what
    where = f"at candle {first}" if first == last else f"at candles {first} to {last}"
    of = f" of {expectation.symbol}" if expectation.symbol else ""
    because = f" because {' '.join(expectation.because.split())}" if expectation.because else ""
    return f"{what}{of} {where}{because}"


def _unlike(observed: Observed, expectation: Expectation, symbol: str, row: int) -> str | None:
    """What happened at a row instead of what was expected."""
    value = str(expectation.value)
    if expectation.kind == "decision":
        if value in (code.name.lower() for code in observed.decisions(symbol, row)):
            return None
        return " and ".join(decisions(observed, symbol, row)) or "no signal, so nothing was decided"
    said = observed.signals(symbol)[row]
    if value == "none":
        return " and ".join(said) or None
    if value not in said:
        return f"{' and '.join(said) or _silence(observed, symbol, row, value)}; {_elsewhere(observed, symbol, value)}"
    return not_because(observed, symbol, row, value, expectation.because) if expectation.because else None


def _silence(observed: Observed, symbol: str, row: int, signal: str) -> str:
    """Why nothing was signalled, where that is not plain from the rule."""
    if observed.entries(symbol, row).get(signal) == 2:
        return "the entry rule is still unknown there"
    if signal.startswith("enter") and observed.rule_holds(symbol, signal, row):
        return "no signal (the rule is true there, and fires only when it turns true)"
    return "no signal"


def _elsewhere(observed: Observed, symbol: str, signal: str) -> str:
    """Where the signal did come."""
    times = observed.result.candles[symbol].time
    rows = [row for row, said in enumerate(observed.signals(symbol)) if signal in said]
    if not rows:
        return f"{signal} comes at no candle"
    numbers = [observed.number(int(times[row])) for row in rows[:SHOWN]]
    shown = ", ".join("?" if number is None else str(number) for number in numbers)
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return f"{signal} comes at candle{'' if len(rows) == 1 else 's'} {shown}{more}"
