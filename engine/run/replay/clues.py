"""Where a replay first differs in, what may be behind it and what the rules saw there out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...diagnostics.diagnostic import InputError
from ...explaining.trace import trees_at
from ...explaining.tree import Node
from ...language.strategy import Strategy
from ...ledger.reader import Reader
from ...ledger.verify import Verdict, verify
from ...market.candles import Candles
from ...report.release import release
from .differing import Difference, Kind
from .play import Replayed, Tell
from .seen import candles_seen


@dataclass(frozen=True, slots=True)
class Clues:
    """`causes` in words, the surest first; the candle's prices, and the `rules` there by their keys in the file."""

    causes: tuple[str, ...]
    rules: Mapping[str, Node]
    candle: Mapping[str, float]


def clues(reader: Reader, replayed: Replayed, tell: Tell) -> Clues | None:
    """What is known of the first difference; None where there is none. Raises LedgerError."""
    if replayed.equal:
        return None
    first = replayed.differences[0]
    unsound = _unsound(verify(reader, tell, replay=False))
    if first.kind is Kind.CANDLE:
        return Clues((*unsound, "the venue told another candle then, or has revised it since"), {}, {})
    causes = [*unsound, *_releases(replayed), *replayed.subject.notes]
    strategy, candles = _seen(reader, replayed, first)
    causes += _gap(candles, first)
    causes += () if causes else ("the ledger does not tell: the program itself decided otherwise",)
    return Clues(tuple(causes), _rules(strategy, candles, first), _prices(candles, first))


def _seen(
    reader: Reader, replayed: Replayed, first: Difference
) -> tuple[Strategy | None, Mapping[str, Candles]]:  # fmt: skip
    for session, run in zip(replayed.subject.sessions, replayed.subject.runs, strict=True):
        if run.name == first.strategy:
            return run.strategy, candles_seen(reader, session.name, run.strategy.timeframe)
    return None, {}


def _unsound(verdict: Verdict) -> Sequence[str]:
    return [f"the ledger was changed: {one.words} (`stratrun ledger verify`)" for one in verdict.findings[:1]]


def _releases(replayed: Replayed) -> Sequence[str]:
    now = release()
    told = dict.fromkeys(s.opened.version for s in replayed.subject.sessions if s.opened.version not in ("", now))
    return [f"recorded by stratrun {version}, decided again by {now}" for version in told]


def _gap(candles: Mapping[str, Candles], first: Difference) -> Sequence[str]:
    """Candles that are missing before the difference: they may have been seen and are not in the ledger."""
    own = candles.get(first.symbol)
    if own is None or first.candle is None:
        return ()
    row = int(np.searchsorted(own.time, first.candle))
    if row < len(own) and int(own.time[row]) != first.candle:
        return ("the ledger does not have the candle it was decided on",)
    return ()


def _rules(strategy: Strategy | None, candles: Mapping[str, Candles], first: Difference) -> Mapping[str, Node]:
    row = _row(candles, first)
    if strategy is None or row is None:
        return {}
    try:
        return trees_at(strategy, candles, first.symbol, [row])[0]
    except InputError:  # a feed without a candle: nothing can be told of the rules
        return {}


def _prices(candles: Mapping[str, Candles], first: Difference) -> Mapping[str, float]:
    row = _row(candles, first)
    if row is None:
        return {}
    own = candles[first.symbol]
    return {name: float(getattr(own, name)[row]) for name in ("open", "high", "low", "close", "volume")}


def _row(candles: Mapping[str, Candles], first: Difference) -> int | None:
    own = candles.get(first.symbol)
    if own is None or first.candle is None:
        return None
    row = int(np.searchsorted(own.time, first.candle))
    return row if row < len(own) and int(own.time[row]) == first.candle else None
