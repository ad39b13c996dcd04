"""Recorded events beside those that a replay made, out: where they are not the same, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...ledger.events_account import Filled
from ...ledger.events_session import DecisionMade
from .differing import Difference, Kind

Row = tuple[int, DecisionMade | Filled]
"""An event with the seq of its entry (of the close's last entry, for one that was made here)."""


def decisions(recorded: Sequence[Row], again: Sequence[Row], strategies: dict[str, str]) -> Iterator[Difference]:
    """Rows are of one close, in their order; `strategies` names them by session."""
    for mine, theirs in _paired(recorded, again):
        if mine is None or theirs is None or mine[1] != theirs[1]:
            seq, event = mine or theirs or (0, None)
            assert isinstance(event, DecisionMade)
            was, now = (None if row is None else _decision(row[1]) for row in (mine, theirs))
            name = strategies.get(event.session_id, event.session_id)
            yield Difference(Kind.DECISION, name, event.symbol, event.candle, seq, was, now)


def fills(recorded: Sequence[Row], again: Sequence[Row]) -> Iterator[Difference]:
    """Simulated fills of one close likewise."""
    for mine, theirs in _paired(recorded, again):
        if mine is None or theirs is None or mine[1] != theirs[1]:
            seq, event = mine or theirs or (0, None)
            assert isinstance(event, Filled)
            was, now = (None if row is None else _fill(row[1]) for row in (mine, theirs))
            yield Difference(Kind.FILL, event.strategy, event.symbol, event.venue_time, seq, was, now)


def _paired(recorded: Sequence[Row], again: Sequence[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """By name where both have it; in the order they were recorded."""
    names = {_name(event): (seq, event) for seq, event in again}
    for seq, event in recorded:
        yield (seq, event), names.pop(_name(event), None)
    for row in names.values():
        yield None, row


def _name(event: DecisionMade | Filled) -> str:
    return event.decision_id if isinstance(event, DecisionMade) else event.fill_id


def _decision(event: object) -> str:
    assert isinstance(event, DecisionMade)
    numbers = ", ".join(f"{name} {value}" for name, value in event.numbers)
    return f"{event.direction} {event.code}" + (f" ({numbers})" if numbers else "")


def _fill(event: object) -> str:
    assert isinstance(event, Filled)
    return f"{event.side} {event.quantity} at {event.price}, fee {event.fee} {event.fee_currency}"
