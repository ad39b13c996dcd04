"""How a deployment reaches its venue in, a broker that is not open yet out. The only place in `run` that needs ccxt."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from ..brokers.budget import Budget
from ..brokers.protocol import Broker
from ..brokers.words import Terms
from ..language.deployment import Access, Margin
from ..language.strategy import Market
from ..market.venue import Kind

if TYPE_CHECKING:
    from ..brokers.local_session import Endpoint


def broker_of(
    access: Access,
    budget: Budget | None = None,
    markets: Path | None = None,
    rescue: Callable[[str], None] | None = None,
) -> Broker:
    """With the account's keys. Raises InputError: no keys, a venue that is not traded here, no sandbox.

    `markets`: a file that keeps the venue's list of them; with `rescue` it is taken where the venue does not answer,
    and `rescue` told so.
    """
    from ..brokers.ccxt_broker import CcxtBroker
    from ..brokers.connect import connect
    from ..brokers.key_stores import file_password, stores
    from ..brokers.keys import find_keys
    from ..brokers.saved_markets import SavedMarkets

    keys = find_keys(access.account, stores(file_password))
    endpoint = _endpoint(access)
    link = connect(access.venue, _kind(access), keys, endpoint=endpoint, sandbox=access.sandbox, budget=budget)
    leverage = None if access.leverage is None else Decimal(repr(access.leverage))
    saved = None if markets is None else SavedMarkets(markets, rescue)
    return CcxtBroker(link, terms=Terms(access.margin is Margin.ISOLATED, leverage), saved=saved)


def public_broker_of(access: Access) -> Broker:
    """Without keys: only what anybody may ask. Not of a test network, whose prices are nobody's."""
    from ..brokers.ccxt_broker import CcxtBroker
    from ..brokers.connect import connect

    return CcxtBroker(connect(access.venue, _kind(access), endpoint=_endpoint(access)))


def _kind(access: Access) -> Kind:
    return Kind.PERP if access.market is Market.PERP else Kind.SPOT


def _endpoint(access: Access) -> Endpoint | None:
    from ..brokers.local_session import Endpoint

    local = access.endpoint
    return None if local is None else Endpoint.parse(dict(local.hosts) if local.hosts else local.address)
