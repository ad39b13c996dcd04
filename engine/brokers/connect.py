"""One client of ccxt for an account: its class, keys, session and budget put together, and taken apart at the end."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from ..diagnostics.diagnostic import InputError
from ..market.venue import Kind
from . import classify
from .budget import Budget, Urgency, urgency
from .keys import Keys
from .lean import exchange_class
from .local_session import Endpoint, VenueSession
from .secret import Redactor
from .venue_facts import Facts, facts_of

Answer = TypeVar("Answer")

TIMEOUT = 10_000
"""Milliseconds that a request may take."""
BURST_SECONDS = 10.0
"""A venue counts over longer stretches: so much of its rate may be spent at once."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A venue's client. Several brokers may share one; the session ends it."""

    venue: str
    kind: Kind
    facts: Facts
    client: Any
    session: VenueSession
    budget: Budget
    redact: Redactor
    sandbox: bool

    async def change(self, call: Callable[[], Awaitable[Answer]], level: Urgency) -> Answer:
        """A call that changes something. Raises RejectedError, NotSentError, NotFoundError, UnclearError."""
        self.session.retry_after = None
        with urgency(level):
            try:
                return await call()
            except Exception as error:  # whatever it was, the venue may have done it: `of_send` says what is proven
                raise classify.of_send(error, self.redact, self.session.retry_after) from None

    async def ask(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """A call that asks. Raises ReadError, and RejectedError as `change` where the broker itself did."""
        try:
            return await call()
        except Exception as error:  # odd answers make ccxt raise KeyError and the like: a question without an answer
            raise classify.of_read(error, self.redact) from None

    def can(self, name: str) -> bool:
        """Whether the venue itself has this method of ccxt's."""
        return self.client.has.get(name) is True

    def feature(self, method: str) -> dict[str, Any]:
        """What ccxt says of a method for this kind of market; empty where it does not."""
        return feature(self.client.features, self.kind, method)

    async def close(self) -> None:
        """Streams first, then the session beneath them. Never raises."""
        with suppress(Exception):  # whatever ccxt fails with here, the session below it is still to be closed
            await self.client.close()
        await self.session.close()


def connect(
    venue: str,
    kind: Kind,
    keys: Keys | None = None,
    *,
    endpoint: Endpoint | None = None,
    sandbox: bool = False,
    budget: Budget | None = None,
) -> Connection:
    """A client that has not said anything yet. `keys` None: only public questions can be asked.

    `budget` None makes one of the venue's usual rate; give one to share it among connections of an account.
    Raises InputError for a venue that is not traded here, missing keys, or one without a sandbox.
    """
    facts = facts_of(venue, kind)
    if sandbox and endpoint is not None:
        raise InputError("an endpoint and a sandbox exclude each other", help="take one of them out")
    if keys is not None:
        keys.check(venue)
    maker = exchange_class(facts.exchange)
    rate = 1000 / float(maker().rateLimit)
    budget = budget or Budget(rate, rate * BURST_SECONDS)
    session = VenueSession(endpoint, budget)
    client = maker(_config(facts, kind, session, keys))
    client.has["fetchCurrencies"] = False  # a question with keys that nothing here needs
    client.throttle = budget.take  # its own bucket knows no reserve; ours takes the weights it computes
    client.logger = _silence()
    client.timeout_on_exit = 0
    if sandbox:
        _enter_sandbox(client, venue, kind)
    redact = Redactor(keys.secrets if keys is not None else (), endpoint.told if endpoint is not None else str)
    return Connection(venue, kind, facts, client, session, budget, redact, sandbox)


def feature(features: Any, kind: Kind, method: str) -> dict[str, Any]:
    """One method's row of ccxt's `features`, of linear contracts for perps."""
    found: Any = features
    for name in ("spot",) if kind is Kind.SPOT else ("swap", "linear"):
        found = found.get(name) if isinstance(found, dict) else None
    found = found.get(method) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _config(facts: Facts, kind: Kind, session: VenueSession, keys: Keys | None) -> dict[str, Any]:
    # A sub-type would lead ccxt's spot questions to the contracts' hosts.
    options = {"defaultType": "spot"} if kind is Kind.SPOT else {"defaultType": "swap", "defaultSubType": "linear"}
    secrets = {} if keys is None else {
        name: secret.reveal()
        for name, secret in (("apiKey", keys.key), ("secret", keys.secret), ("password", keys.password))
        if secret is not None
    }  # fmt: skip
    return {
        **secrets,
        "session": session,
        "enableRateLimit": True,  # so that it asks `throttle`, which is ours
        "timeout": TIMEOUT,
        "number": str,  # as the venue wrote them; with Decimal ccxt loses fees and triggers on the way
        "newUpdates": True,
        "options": {**options, **dict(facts.options)},
    }


def _enter_sandbox(client: Any, venue: str, kind: Kind) -> None:
    try:
        if venue == "binance" and kind is Kind.PERP:
            client.enable_demo_trading(True)  # its futures test net is gone
        else:
            client.set_sandbox_mode(True)
    except Exception:  # by venue it is ccxt's NotSupported, a KeyError or a TypeError
        raise InputError(f"{venue} has no sandbox for {kind} markets", help="use `--paper`, or an endpoint") from None


def _silence() -> logging.Logger:
    """ccxt logs every request with its headers and signature: to nobody."""
    silent = logging.Logger("stratrun.silent", logging.CRITICAL + 1)
    silent.addHandler(logging.NullHandler())
    return silent
