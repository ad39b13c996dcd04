"""Sessions, the candles they saw, and the intents they planned."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import assert_never

from .events import Entry
from .events_session import CandlesSeen, DecisionMade, IntentPlanned, SessionClosed, SessionEvent, SessionOpened
from .refusal import RefusedError, Rule
from .rows import FeedRow, IntentRow, SessionRow
from .view import Draft, View


def project_session(draft: Draft, entry: Entry, event: SessionEvent) -> None:
    match event:
        case SessionOpened():
            _open(draft, entry, event)
        case SessionClosed():
            row = running(draft, event.session_id)
            draft.put(replace(row, closed=entry.time, closed_seq=entry.seq, reason=event.reason))
        case CandlesSeen():
            _see(draft, event)
        case DecisionMade():
            running(draft, event.session_id)
        case IntentPlanned():
            _plan(draft, entry, event)
        case _:
            assert_never(event)


def running(view: View, session_id: str) -> SessionRow:
    """The session, which must be open. Raises RefusedError."""
    row = view.get(SessionRow, session_id)
    if row is None:
        raise RefusedError(Rule.UNKNOWN_SESSION, f"session {session_id} was never opened")
    if row.closed is not None:
        raise RefusedError(Rule.SESSION_CLOSED, f"session {session_id} is closed")
    return row


def _open(draft: Draft, entry: Entry, it: SessionOpened) -> None:
    if draft.get(SessionRow, it.session_id) is not None:
        raise RefusedError(Rule.DUPLICATE_ID, f"session {it.session_id} was opened before")
    draft.put(
        SessionRow(
            it.session_id,
            it.mode,
            it.account,
            it.strategy,
            it.strategy_hash,
            it.deployment,
            it.symbols,
            it.timeframe,
            it.first_candle,
            it.version,
            entry.time,
            entry.seq,
        )
    )


def _see(draft: Draft, it: CandlesSeen) -> None:
    running(draft, it.session_id)
    times = [candle.time for candle in it.candles]
    if not times or any(a >= b for a, b in itertools.pairwise(times)):
        raise RefusedError(Rule.PAYLOAD, "candles_seen: no candles, or not in the order of their times")
    feed = draft.get(FeedRow, it.session_id, it.symbol, it.timeframe)
    last, count = (feed.last, feed.count) if feed else (times[-1], 0)
    draft.put(FeedRow(it.session_id, it.symbol, it.timeframe, max(last, times[-1]), count + len(times)))


def _plan(draft: Draft, entry: Entry, it: IntentPlanned) -> None:
    session = running(draft, it.session_id)
    if (session.account, session.strategy) != (it.account, it.strategy):
        raise RefusedError(Rule.MISMATCH, f"intent {it.intent_id} is not of its session's account and strategy")
    if it.quantity <= 0:
        raise RefusedError(Rule.PAYLOAD, f"intent {it.intent_id}: a quantity of {it.quantity}")
    if draft.get(IntentRow, it.intent_id) is not None:
        raise RefusedError(Rule.DUPLICATE_ID, f"intent {it.intent_id} was planned before, for something else")
    draft.put(
        IntentRow(
            it.intent_id,
            it.session_id,
            it.decision_id,
            it.account,
            it.strategy,
            it.symbol,
            it.role,
            it.side,
            it.quantity,
            it.candle,
            it.leg,
            it.attempt,
            it.reason,
            entry.time,
            entry.seq,
        )
    )
