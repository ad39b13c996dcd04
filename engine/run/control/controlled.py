"""What control asks of a session, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ...ledger.values import Texts
from .commands import Action
from .views import OrderView, PositionView, StatusView


@dataclass(frozen=True, slots=True)
class Ordered:
    """An action as it was asked for; `command_id` names it in the ledger."""

    command_id: str
    who: str
    why: str
    action: Action


@dataclass(frozen=True, slots=True)
class Outcome:
    """`done` False: it was refused, and `code` says by what (a code of the gate, or of control)."""

    done: bool
    code: str
    words: str
    details: Texts = ()


class Controlled(Protocol):
    """A session as its operator sees it. Every call runs in the session's event loop and returns soon: what an action
    begins may go on afterwards, and shows in `status`, `orders` and `positions`."""

    async def status(self) -> StatusView: ...

    async def orders(self) -> Sequence[OrderView]: ...

    async def positions(self) -> Sequence[PositionView]: ...

    async def act(self, ordered: Ordered) -> Outcome:
        """Carry out what is recorded already. What is refused is an Outcome; an exception is a fault of ours."""
