"""How a deployment reaches its venue in, a broker that is not open yet out. The only place in `run` that needs ccxt."""

from __future__ import annotations

from ..brokers.budget import Budget
from ..brokers.protocol import Broker
from ..language.deployment import Access
from ..language.strategy import Market
from ..market.venue import Kind


def broker_of(access: Access, budget: Budget | None = None) -> Broker:
    """With the account's keys. Raises InputError: no keys, a venue that is not traded here, no sandbox."""
    from ..brokers.ccxt_broker import CcxtBroker
    from ..brokers.connect import connect
    from ..brokers.key_stores import file_password, stores
    from ..brokers.keys import find_keys
    from ..brokers.local_session import Endpoint

    keys = find_keys(access.account, stores(file_password))
    local = access.endpoint
    endpoint = None if local is None else Endpoint.parse(dict(local.hosts) if local.hosts else local.address)
    kind = Kind.PERP if access.market is Market.PERP else Kind.SPOT
    return CcxtBroker(connect(access.venue, kind, keys, endpoint=endpoint, sandbox=access.sandbox, budget=budget))
