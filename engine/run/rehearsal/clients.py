"""How a rehearsed session reaches the venue: in the same process without a network, or through ccxt on loopback."""

from __future__ import annotations

from ...brokers.clock import Clock
from ...brokers.protocol import Broker
from ...exchange.direct import DirectBroker
from ...exchange.exchange import Exchange
from ...exchange.faults import Faults
from ...language.strategy import Market
from ...market.venue import Kind
from .ground import Rehearsal

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
