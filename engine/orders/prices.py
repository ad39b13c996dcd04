"""The newest price of each symbol: told from outside, or asked for where that is too old."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal

from ..brokers.outcome import ReadError
from ..brokers.words import Quote
from .parts import Parts


class Prices:
    """`before` is told of a symbol before a newer price of it counts."""

    def __init__(self, parts: Parts, before: Callable[[str], None]) -> None:
        self._parts, self._before = parts, before
        self._newest: dict[str, tuple[float, Decimal]] = {}

    def see(self, quote: Quote) -> Decimal | None:
        """The price it tells; None, and not seen, where that is no price."""
        price = quote.last if quote.last is not None else quote.bid
        if price is None or not price.is_finite() or price <= 0:
            return None
        self._before(quote.symbol)
        self._newest[quote.symbol] = (asyncio.get_running_loop().time(), price)
        return price

    def since(self, symbol: str) -> float:
        """When the newest came, by the loop's time; 0 where there is none."""
        return self._newest[symbol][0] if symbol in self._newest else 0.0

    async def now(self, symbol: str, patience: float) -> Decimal | None:
        """A price not older than a look ago; None where there is none, or none within so many seconds."""
        seen = self._newest.get(symbol)
        if seen is not None and asyncio.get_running_loop().time() - seen[0] < self._parts.settings.watch:
            return seen[1]
        try:
            async with asyncio.timeout(patience):
                return self.see(await self._parts.ask(self._parts.broker.quote(symbol)))
        except (ReadError, TimeoutError):
            return None
