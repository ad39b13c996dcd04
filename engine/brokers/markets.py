"""Asks a venue for its markets through ccxt: a name in, the venue's listings in this project's terms out.

ccxt gives None, missing keys and texts for numbers wherever a venue says nothing; whatever is not a sensible number
counts as not told. Quantities of contracts become base units, costs stay in the quote currency.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from ..diagnostics.diagnostic import InputError
from ..market.timeframe import Timeframe
from ..market.venue import Kind, Listing, Venue

TIMEOUT = 20_000
"""Milliseconds to wait for each answer."""
_DECIMAL_PLACES, _TICK_SIZE = 2, 4
"""ccxt's precision modes; 3, significant digits, is no step."""
_STOPS = ("triggerPrice", "stopLossPrice")


def fetch_markets(name: str, connect: Callable[[str], Any] | None = None) -> Venue:
    """Every market of a venue. `connect` gives the client of a name, ccxt's where it is None.

    Raises InputError for an unknown venue, and where the venue does not answer or answers nonsense.
    """
    try:
        client = (connect or client_of)(name)
        markets = client.load_markets()
        return _venue(name, client, markets)
    except InputError:
        raise
    except Exception as error:  # ccxt has its own classes, and raises KeyError and TypeError on odd answers
        words = next(iter(str(error).splitlines()), "")[:200] or "nothing was said"
        message = f"the markets of {name} could not be fetched: {type(error).__name__}: {words}"
        raise InputError(
            message, help="check the connection and try again; some venues refuse some countries"
        ) from error


def client_of(name: str) -> Any:
    """The client of a venue, unconnected. Raises InputError for a name that ccxt does not know."""
    import ccxt

    if name not in ccxt.exchanges:
        near = get_close_matches(name, ccxt.exchanges, 1)
        hint = f"did you mean `{near[0]}`?" if near else f"ccxt knows {len(ccxt.exchanges)}, such as binance or kraken"
        raise InputError(f"there is no venue called `{name}`", help=hint)
    return getattr(ccxt, name)({"timeout": TIMEOUT, "enableRateLimit": True})


def _venue(name: str, client: Any, markets: Any) -> Venue:
    rows = markets.values() if isinstance(markets, Mapping) else ()
    mode = getattr(client, "precisionMode", None)
    listings = {
        listing.symbol: listing
        for row in rows
        if isinstance(row, Mapping) and (listing := _listing(row, mode)) is not None
    }
    if not listings:
        raise InputError(f"{name} lists no markets", help="try again later")
    return Venue(name, int(time.time() * 1000), _timeframes(client), _stops(client), listings)


def _listing(row: Mapping[str, Any], mode: Any) -> Listing | None:
    symbol = row.get("symbol")
    if not isinstance(symbol, str) or not symbol:
        return None
    precision = _mapping(row.get("precision"))
    limits = {key: _mapping(value) for key, value in _mapping(row.get("limits")).items()}
    amount = limits.get("amount", {})
    contract = _number(row.get("contractSize")) if row.get("contract") else None
    inverse = row.get("inverse") is True
    size = 1.0 if inverse else contract or 1.0
    least, most, cost = (_number(limit) for limit in (amount.get("min"), amount.get("max"), _least_cost(limits)))
    if inverse:  # counted in contracts of the quote currency: a minimum in money, none in base units
        cost = max((part for part in (cost, _times(least, contract)) if part is not None), default=None)
        least = most = None
    return Listing(
        symbol,
        _kind(row),
        row.get("active") is not False,
        _step(precision.get("price"), mode),
        None if inverse else _times(_step(precision.get("amount"), mode), size),
        _times(least, size),
        _times(most, size) or None,
        cost,
        _number(limits.get("leverage", {}).get("max")) or None,
        _number(row.get("maker"), signed=True),
        _number(row.get("taker"), signed=True),
    )


def _kind(row: Mapping[str, Any]) -> Kind:
    for word, kind in (("spot", Kind.SPOT), ("swap", Kind.PERP), ("future", Kind.FUTURE), ("option", Kind.OPTION)):
        if row.get(word) is True or row.get("type") == word:
            return kind
    return Kind.OTHER


def _least_cost(limits: Mapping[str, Mapping[str, Any]]) -> Any:
    return limits.get("cost", {}).get("min")


def _step(value: Any, mode: Any) -> float | None:
    number = _number(value)
    if mode == _DECIMAL_PLACES and number is not None and number <= 30:
        return float(10.0**-number)
    return number if mode == _TICK_SIZE and number else None


def _times(value: float | None, factor: float | None) -> float | None:
    """The product, without the noise of binary fractions."""
    return None if value is None or factor is None else float(f"{value * factor:.15g}")


def _number(value: Any, signed: bool = False) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and abs(number) < 1e300 and (signed or number >= 0) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _timeframes(client: Any) -> tuple[str, ...]:
    """Those this project can count in; months it cannot."""
    return tuple(sorted(_known(_mapping(getattr(client, "timeframes", None))), key=lambda t: Timeframe.parse(t).ms))


def _known(names: Iterable[Any]) -> Iterable[str]:
    for name in names:
        try:
            yield Timeframe.parse(name).name
        except (TypeError, ValueError):
            continue


def _stops(client: Any) -> dict[Kind, bool]:
    """By kind of market, whether `features` promises stop orders; a kind it does not describe stays out."""
    features = _mapping(getattr(client, "features", None))
    perps = [_mapping(_mapping(features.get("swap")).get(word)) for word in ("linear", "inverse")]
    found: dict[Kind, bool] = {}
    for kind, options in ((Kind.SPOT, [_mapping(features.get("spot"))]), (Kind.PERP, perps)):
        orders = [order for option in options if (order := _mapping(option.get("createOrder")))]
        if orders:
            found[kind] = any(bool(order.get(word)) for order in orders for word in _STOPS)
    return found
