"""What the order path and the session ask of a venue, whoever it is: ccxt's classes, or the simulated exchange."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Protocol

from ..ledger.values import Texts
from ..market.instrument import Instrument
from ..market.venue import Kind
from .words import (
    Abilities,
    BalancesReport,
    CandleReport,
    FillReport,
    FundingReport,
    OrderReport,
    Permissions,
    PositionReport,
    Quote,
    Reference,
    Report,
    Ticket,
)


class Broker(Protocol):
    """One account at one venue, in one kind of market.

    Calls that change something raise RejectedError (nothing happened), NotSentError (nothing left us), NotFoundError
    (cancel and amend) or UnclearError; being canceled means unclear, too. Calls that ask raise ReadError.
    """

    @property
    def name(self) -> str:
        """The venue."""

    @property
    def kind(self) -> Kind: ...

    @property
    def abilities(self) -> Abilities: ...

    async def open(self, symbols: Sequence[str]) -> None:
        """Connect, learn the instruments and the venue's time; again: learn them anew, and what was opened stays.

        Raises ReadError, RejectedError.
        """

    async def close(self) -> None:
        """End every stream and connection; nothing may be asked afterwards."""

    def now(self) -> int:
        """The venue's time as we know it, ms UTC."""

    async def sync(self) -> int:
        """Compare clocks; returns the venue's time less ours, in ms."""

    def instrument(self, symbol: str) -> Instrument:
        """Its steps and minimums; `Decimal(repr(step))` is exact."""

    def wire(self, ticket: Ticket) -> Texts:
        """The exact parameters that `submit` would send. Pure. Raises RejectedError where it cannot be said."""

    async def submit(self, wire: Texts) -> OrderReport:
        """Send what `wire` made. The answer has an id, or it is UnclearError."""

    async def cancel(self, order: Reference) -> None:
        """Ask for the end of an order. Returning means that the venue took the request; the order's last fill is to be
        asked for afterwards."""

    async def amend(self, order: Reference, ticket: Ticket) -> OrderReport:
        """Change an open order where `abilities.amend`; the answer may bear a new venue id."""

    async def find(self, order: Reference) -> OrderReport | None:
        """The order, open or ended. None: the venue answered that there is none (an authoritative negative)."""

    async def open_orders(self, symbol: str | None = None) -> list[OrderReport]:
        """All open orders, stops included."""

    async def ended_orders(self, symbol: str, since: int) -> list[OrderReport]:
        """Orders that ended, as far back as `since` where the venue remembers."""

    async def fills(self, symbol: str, since: int) -> list[FillReport]:
        """All our executions from `since` on, oldest first, every page of them."""

    async def order_fills(self, order: Reference) -> list[FillReport]:
        """All executions of one order."""

    async def balances(self) -> BalancesReport: ...

    async def positions(self, symbols: Sequence[str]) -> list[PositionReport]:
        """Contract positions; empty on spot."""

    async def funding(self, symbol: str, since: int) -> list[FundingReport]: ...

    async def quote(self, symbol: str) -> Quote: ...

    async def normal(self) -> bool:
        """Whether the venue says that it works normally (True where it does not say)."""

    async def permissions(self) -> Permissions: ...

    async def set_leverage(self, symbol: str, leverage: Decimal, isolated: bool) -> None: ...

    async def candles(self, symbol: str, timeframe: str, since: int, limit: int) -> list[CandleReport]:
        """Candles from `since` on, oldest first; the last may still be open."""

    def reports(self) -> AsyncIterator[Report]:
        """The user stream, reconnected for ever: it ends only with `close`. Where the venue has none, polling."""

    def watch_candles(self, symbol: str, timeframe: str) -> AsyncIterator[CandleReport]:
        """Candles as they change and close; as `reports`."""
