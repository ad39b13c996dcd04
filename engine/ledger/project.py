"""What follows from an event: (rows so far, entry) -> rows that change. Pure, and the only way any row is made.

The same function fills the tables as events are appended and replays them; it raises RefusedError for an event that
the rows so far do not allow.
"""

from __future__ import annotations

from typing import assert_never

from .events import Entry, key_of
from .events_control import Archived, ControlEvent, Noted, OperatorCommanded, StateChanged
from .events_orders import OrderEvent
from .events_session import SessionEvent
from .project_account import project_account
from .project_orders import project_order
from .project_sessions import project_session
from .rows import KeyRow, Row, StateRow
from .view import Draft, View


def project(view: View, entry: Entry) -> tuple[Row, ...]:
    """The rows that the entry changes. Raises RefusedError."""
    draft, event = Draft(view), entry.event
    if isinstance(event, SessionEvent):
        project_session(draft, entry, event)
    elif isinstance(event, OrderEvent):
        project_order(draft, entry, event)
    elif isinstance(event, ControlEvent):
        _project_control(draft, entry, event)
    else:
        project_account(draft, entry, event)
    key = key_of(event)
    if key is not None:
        draft.put(KeyRow(key, entry.seq))
    return draft.rows()


def _project_control(draft: Draft, entry: Entry, event: ControlEvent) -> None:
    match event:
        case StateChanged():
            draft.put(
                StateRow(
                    event.scope, event.name, event.state, event.code, event.until, event.who, event.why, entry.time
                )
            )
        case OperatorCommanded() | Noted() | Archived():
            pass
        case _:
            assert_never(event)
