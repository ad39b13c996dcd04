"""What an operator can do with a session's orders: at a venue, or in a Book on paper."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from ...ledger.values import Scope
from ..control.commands import Cancel, Close, PlaceManual
from ..control.controlled import Ordered, Outcome
from ..control.views import OrderView


class Acts(Protocol):
    """What differs between a venue's orders and simulated ones."""

    @property
    def note(self) -> str:
        """Said with every status; empty for nothing."""

    def orders(self) -> Sequence[OrderView]: ...

    def price(self, symbol: str) -> Decimal | None:
        """The newest that is known."""

    def stop(self, strategy: str, symbol: str) -> Decimal | None:
        """What a position's stop stands at."""

    def cancel_entries(self, scope: Scope, name: str, why: str) -> int:
        """Begin to cancel what would add to a position; how many orders that are."""

    async def flatten(self, scope: Scope, name: str, why: str) -> Outcome: ...
    async def cancel(self, action: Cancel, why: str) -> Outcome: ...
    async def close(self, action: Close, why: str) -> Outcome: ...
    async def place(self, action: PlaceManual, ordered: Ordered) -> Outcome: ...
