"""Positions at the venue in, market orders that close them out. Each is sent once: again, it might fill twice."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from decimal import Decimal

from ...brokers.outcome import ReadError, RejectedError
from ...brokers.words import Ticket
from ...ledger.values import OrderType, Side
from ...market.symbol import parse_symbol
from ...orders.rounding import quantity_down
from .known import Known
from .report import Did
from .venue import Venue, words_of

_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Closing:
    """`symbols` are those whose positions are meant."""

    def __init__(self, venue: Venue, known: Known, symbols: Sequence[str]) -> None:
        self._venue, self._known, self._symbols = venue, known, symbols
        self._report = venue.report

    async def contracts(self) -> bool:
        """Close what the venue holds; whether every position was sent its order."""
        try:
            positions = await self._venue.asked(lambda: self._venue.broker.positions(self._symbols))
        except ReadError as error:
            self._report.add("positions", Did.FAILED, f"positions cannot be listed: {words_of(error)}")
            return False
        held = {position.symbol: position.quantity for position in positions if position.quantity}
        if not held:
            self._report.add("positions", Did.DONE, "no open positions")
        return all(await asyncio.gather(*(self._close(s, q, True) for s, q in held.items())))

    async def spot(self, everything: bool) -> None:
        """Sell what the strategies hold, as far as it is free; with `everything` all of the symbols' base currency."""
        if self._known.trouble and not everything:
            words = "which holdings are ours is not known without the ledger: nothing is sold; --all sells them all"
            self._report.add("positions", Did.FAILED, words)
            return
        try:
            balances = (await self._venue.asked(self._venue.broker.balances)).balances
        except ReadError as error:
            self._report.add("positions", Did.FAILED, f"balances cannot be asked: {words_of(error)}")
            return
        free = {currency: balance.free for currency, balance in balances.items()}
        selling: dict[str, Decimal] = {}
        for symbol in self._symbols:
            base = parse_symbol(symbol)[0]
            left = free.get(base, Decimal(0))
            quantity = left if everything else min(left, self._known.held.get(symbol, Decimal(0)))
            if quantity > 0:
                selling[symbol], free[base] = quantity, left - quantity
        if not selling:
            self._report.add("positions", Did.DONE, "nothing is held")
        await asyncio.gather(*(self._close(s, q, False) for s, q in selling.items()))

    async def _close(self, symbol: str, held: Decimal, reduce_only: bool) -> bool:
        broker = self._venue.broker
        side = Side.SELL if held > 0 else Side.BUY
        try:
            quantity = quantity_down(abs(held), broker.instrument(symbol))
            if not quantity:
                self._report.add(symbol, Did.LEFT, f"{abs(held):f} {symbol} is less than can be traded")
                return True
            ticket = Ticket(_client_id(self._known), symbol, side, OrderType.MARKET, quantity, reduce_only=reduce_only)
            # Once, whatever comes of it: sent again it might fill twice.
            await asyncio.wait_for(broker.submit(broker.wire(ticket)), self._venue.patience)
            self._report.add(symbol, Did.DONE, f"closing: {side} {quantity:f} {symbol} at the market's price")
            return True
        except RejectedError as error:
            self._report.add(symbol, Did.FAILED, f"not closed: {symbol}: {words_of(error)}")
        except Exception as error:  # no answer, or one that nobody understands: it may have filled
            self._report.add(symbol, Did.UNCLEAR, f"perhaps not closed: {symbol}: {words_of(error)}")
        return False


def _client_id(known: Known) -> str:
    """A new id with our newest prefix, so that the session finds the order to be ours."""
    prefix = known.prefixes[-1] if known.prefixes else "s"
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(18 - len(prefix)))
