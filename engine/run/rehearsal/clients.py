"""How a rehearsed session reaches the venue: in the same process without a network, or through ccxt on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from ...brokers.clock import Clock
from ...brokers.protocol import Broker
from ...exchange.direct import DirectBroker
from ...exchange.exchange import Exchange
from ...exchange.faults import Faults
from ...language.strategy import Market
from ...market.venue import Kind
from .ground import KEY, SECRET, Rehearsal

VALIDITY = 30_000
"""Ms in which the venue may still accept a request."""


def kind_of(rehearsal: Rehearsal) -> Kind:
    return Kind.PERP if rehearsal.deployment.market is Market.PERP else Kind.SPOT


class Direct:
    """A `Client` in the venue's own process."""

    def __init__(self, rehearsal: Rehearsal, exchange: Exchange, faults: Faults) -> None:
        self._rehearsal, self._exchange, self._faults = rehearsal, exchange, faults

    def broker(self, clock: Clock) -> Broker:
        account, latency = self._rehearsal.deployment.account, self._rehearsal.latency
        return DirectBroker(
            self._exchange, account, kind_of(self._rehearsal), self._faults, latency=latency, validity=VALIDITY
        )  # fmt: skip

    def abandon(self, broker: Broker) -> None:
        assert isinstance(broker, DirectBroker)
        broker.abandon()


class Wire:
    """A `Client` that is ccxt's own class for Binance; `urls` say where its hosts are served."""

    def __init__(self, rehearsal: Rehearsal, urls: Mapping[str, str]) -> None:
        self._rehearsal, self._urls = rehearsal, dict(urls)
        self._closing: set[asyncio.Task[None]] = set()

    def broker(self, clock: Clock) -> Broker:
        from ...brokers.budget import Budget
        from ...brokers.ccxt_broker import CcxtBroker
        from ...brokers.connect import connect
        from ...brokers.keys import Keys
        from ...brokers.local_session import Endpoint
        from ...brokers.secret import Secret

        keys = Keys(self._rehearsal.deployment.account, Secret(KEY), Secret(SECRET), None, "a rehearsal")
        endpoint, budget = Endpoint.parse(self._urls), Budget(UNBOUND, UNBOUND)
        return CcxtBroker(connect("binance", kind_of(self._rehearsal), keys, endpoint=endpoint, budget=budget), clock)

    def abandon(self, broker: Broker) -> None:
        task = asyncio.get_running_loop().create_task(broker.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


UNBOUND = 1e6
"""Requests a second: the simulated venue counts none, and time may run fast."""
