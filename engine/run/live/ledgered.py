"""The one way into the ledger, as a session needs it: the order path's, or one of its own on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from ...ledger.events import Event
from ...orders.journal import Decide, Subscriber
from ...orders.state import State

T = TypeVar("T")


class Ledgered(Protocol):
    """The one way into the ledger."""

    @property
    def state(self) -> State: ...
    async def record(self, *events: Event) -> None: ...
    async def decide(self, make: Decide) -> None: ...
    async def wait_for(self, call: Callable[[], T]) -> T: ...
    def subscribe(self, subscriber: Subscriber) -> None: ...
