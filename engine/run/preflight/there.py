"""What the venue answers before a start: markets, clock, permissions, money, what is open there already.

Every question has an end, and one that fails leaves the others their turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from ...brokers.clock import Clock
from ...brokers.outcome import BrokerError
from ...brokers.protocol import Broker
from ...language.deployment import Deployment, Margin
from ...ledger.exact import subtract
from ...ledger.reader import Reader
from ...market.instrument import Instrument
from ...orders.client_id import is_ours
from ..live.history import symbols_of
from ..live.opening import capital_of
from .check import Check, fail, ok, skipped, warn
from .sizes import size_check

T = TypeVar("T")
PATIENCE = 20.0
"""Seconds for one question."""
ASKEW, WRONG = 1_000, 60_000
"""Ms between the clocks of which is warned, and with which nothing is started."""
LATER = ("instruments", "candles", "clock", "permissions", "money", "open orders")
"""What is left out where the venue does not answer at all."""


class SilentError(Exception):
    """A question without an answer, in words."""


async def asked(question: Awaitable[T]) -> T:
    """Raises SilentError."""
    try:
        return await asyncio.wait_for(question, PATIENCE)
    except BrokerError as error:
        raise SilentError(error.words) from None
    except TimeoutError:
        raise SilentError(f"no answer within {PATIENCE:g} seconds") from None


@dataclass(slots=True)
class There:
    """`reader` None: nothing is ours yet. `begun`: the capital of sessions that are gone on with, None where new ones
    begin. The broker is opened here; its owner closes it."""

    deployment: Deployment
    broker: Broker
    clock: Clock
    reader: Reader | None
    begun: float | None = None

    async def checks(self) -> AsyncIterator[Check]:
        venue, symbols = self.deployment.venue, self.deployment.symbols
        listed, unlisted = await self._open(symbols)
        if listed is None:
            mend = "check the network and the venue's own status page; then run it again"
            yield fail("answers", f"{venue} does not answer: {unlisted}", mend)
            for name in LATER:
                yield skipped(name, "not asked")
            return
        yield await self._normal()
        if unlisted:
            yield fail("instruments", unlisted, "correct the deployment's symbols, or its market")
        else:
            yield ok("instruments", f"{', '.join(listed)} can be traded")
        yield await self._candles()
        yield await self._clock()
        yield await self._permissions()
        async for check in self._money(listed):
            yield check
        async for check in self._open_orders(tuple(listed)):
            yield check
        if self.deployment.leverage is not None:
            yield await self._leverage(tuple(listed))
            yield await self._positions(tuple(listed))

    async def _open(self, symbols: Sequence[str]) -> tuple[dict[str, Instrument] | None, str]:
        """The instruments that there are, and words on those that there are not; None where nobody answers."""
        try:
            await asked(self.broker.open(symbols))
            return {symbol: self.broker.instrument(symbol) for symbol in symbols}, ""
        except (SilentError, BrokerError) as error:
            problem = str(error)
        try:
            await asked(self.broker.open(()))
        except SilentError as error:
            return None, str(error)
        found: dict[str, Instrument] = {}
        missing = []
        for symbol in symbols:
            try:
                found[symbol] = self.broker.instrument(symbol)
            except BrokerError as error:
                missing.append(error.words)
        return found, "; ".join(missing) or problem

    async def _normal(self) -> Check:
        try:
            normal = await asked(self.broker.normal())
        except SilentError as error:
            return warn("answers", f"{self.deployment.venue} does not tell how it is: {error}", "try again soon")
        if normal:
            return ok("answers", f"{self.deployment.venue} answers and says that all is normal")
        return fail("answers", f"{self.deployment.venue} is under maintenance", "start when it is over")

    async def _candles(self) -> Check:
        """Whether candles can be had of everything that is read, and are of today."""
        series = {(s, run.strategy.timeframe) for run in self.deployment.runs() for s in symbols_of(run)}
        late = []
        for symbol, timeframe in sorted(series, key=lambda one: (one[0], one[1].ms)):
            since = timeframe.floor(self.broker.now()) - 4 * timeframe.ms
            try:
                page = await asked(self.broker.candles(symbol, timeframe.name, since, 5))
            except SilentError as error:
                return fail("candles", f"no {timeframe} candles of {symbol}: {error}", "take a timeframe it has")
            if not page:
                late.append(f"{symbol} has no {timeframe} candle of late")
        if late:
            return warn("candles", "; ".join(late), "trading begins when candles come")
        return ok("candles", f"{len(series)} series can be read")

    async def _clock(self) -> Check:
        try:
            skew = await asked(self.broker.sync())
        except SilentError as error:
            return warn("clock", f"the venue's time is not known: {error}", "see that this machine's clock is right")
        side = "behind" if skew > 0 else "ahead of"
        words = f"this machine is {abs(skew) / 1_000:,.1f} s {side} the venue" if skew else "equal to the venue's"
        if abs(skew) >= WRONG:
            return fail("clock", words, "set this machine's clock (NTP): candles and signals would be of another time")
        return warn("clock", words, "keep the clock in step with NTP") if abs(skew) >= ASKEW else ok("clock", words)

    async def _permissions(self) -> Check:
        try:
            may = await asked(self.broker.permissions())
        except SilentError as error:
            return fail("permissions", f"what the keys allow is not known: {error}", "check the keys at the venue")
        if may.read is False:
            return fail("permissions", "the venue refuses the keys", "`stratrun keys set`, or make new keys")
        if may.trade is False:
            return fail("permissions", "the keys may not trade", "allow trading for them at the venue")
        if may.withdraw:
            return warn("permissions", "the keys may withdraw money", "take that right from them: it is never needed")
        if may.trade is None:
            return ok("permissions", "the keys are accepted; the venue does not tell what they allow")
        return ok("permissions", "the keys may trade and may not withdraw")

    async def _money(self, listed: dict[str, Instrument]) -> AsyncIterator[Check]:
        currency = self.deployment.currency
        try:
            money = (await asked(self.broker.balances())).balances.get(currency)
        except SilentError as error:
            yield fail("money", f"the balances cannot be read: {error}", "check the keys and the venue")
            return
        total, free = (Decimal(0), Decimal(0)) if money is None else (money.total, money.free)
        capital = capital_of(self.deployment, total) if self.begun is None else self.begun
        words = f"{total:f} {currency} in the account, {free:f} free; {capital:,.2f} for the strategies"
        wanted = self.deployment.capital.amount
        if self.begun is not None:  # what is missing may be in positions
            yield ok("money", f"{words}, as they began")
        elif capital <= 0.0:
            yield fail("money", words, f"bring {currency} into the account, or correct `capital:`")
            return
        elif wanted is not None and wanted > total:
            yield warn("money", f"{words}, not the {wanted:f} of `capital:`", "bring more in, or lower `capital:`")
        else:
            yield ok("money", words)
        for run in self.deployment.runs():
            yield size_check(run, capital * run.share, listed)

    async def _open_orders(self, symbols: Sequence[str]) -> AsyncIterator[Check]:
        prefixes = [] if self.reader is None else self.reader.prefixes(self.deployment.account)
        try:
            orders = [one for symbol in symbols for one in await asked(self.broker.open_orders(symbol))]
        except SilentError as error:
            yield fail("open orders", f"they cannot be listed: {error}", "check the keys and the venue")
            return
        others = [one for one in orders if not is_ours(one.client_id, prefixes)]
        if others:
            told = ", ".join(f"{one.side} {one.quantity:f} {one.symbol}" for one in others[:5])
            yield warn(
                "open orders", f"{len(others)} of somebody else: {told}", "they are left alone; cancel them by hand"
            )
        else:
            yield ok("open orders", f"{len(orders)} of ours, none of others")

    async def _leverage(self, symbols: Sequence[str]) -> Check:
        deployment = self.deployment
        wanted = (Decimal(repr(deployment.leverage)), deployment.margin is Margin.ISOLATED)
        told = f"{deployment.leverage:g}x {deployment.margin}"
        try:
            rows = await asked(self.broker.positions(symbols))
        except SilentError as error:
            return fail("leverage", f"it cannot be read: {error}", "check the keys and the venue")
        other = [
            row.symbol for row in rows
            if (row.leverage or wanted[0], wanted[1] if row.isolated is None else row.isolated) != wanted
        ]  # fmt: skip
        if not other:
            return ok("leverage", f"{told}, set at the start")
        held = [row.symbol for row in rows if row.quantity and row.symbol in other]
        if held:
            return fail(
                "leverage", f"{', '.join(held)} is held with other than {told}", "close it, or change the deployment"
            )
        return warn("leverage", f"not yet {told} for {', '.join(other)}", "nothing: the start sets it")

    async def _positions(self, symbols: Sequence[str]) -> Check:
        held: dict[str, Decimal] = dict.fromkeys(symbols, Decimal(0))
        for row in [] if self.reader is None else self.reader.positions():
            if row.account == self.deployment.account and row.symbol in held:
                held[row.symbol] += row.quantity
        try:
            rows = await asked(self.broker.positions(symbols))
        except SilentError as error:
            return fail("positions", f"they cannot be read: {error}", "check the keys and the venue")
        strange = [f"{row.symbol} {subtract(row.quantity, held[row.symbol]):f}" for row in rows
                   if row.symbol in held and row.quantity != held[row.symbol]]  # fmt: skip
        if strange:
            words = f"not of this ledger: {', '.join(strange)}"
            if self.begun is not None:
                return warn("positions", words, "the start takes in what its fills explain; no entries there otherwise")
            return fail("positions", words, "close them by hand, or trade on an account of its own")
        return ok("positions", "what the venue holds is what the ledger says")
