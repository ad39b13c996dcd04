"""Tickets as they leave: the exact requests of ccxt's unmodified classes, venue by venue, without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.brokers.capabilities import abilities
from stratrun.engine.brokers.instruments import Contract, make_contract
from stratrun.engine.brokers.outcome import RejectedError
from stratrun.engine.brokers.venue_facts import FACTS, facts_of
from stratrun.engine.brokers.wire import arguments, make_wire, text
from stratrun.engine.brokers.words import Ticket
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.market.venue import Kind

ID = "ab12cd34ef56gh78ij"
ROWS = [pytest.param(venue, kind, id=f"{venue} {kind}") for venue, kind in FACTS]


class Recorder:
    """A session that answers `{}` to everything and keeps what left."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.cookie_jar = None
        self.sent: list[tuple[str, str, str]] = []

    def __getattr__(self, method: str) -> Callable[..., Any]:
        if method not in ("get", "post", "put", "delete", "patch"):
            raise AttributeError(method)

        @asynccontextmanager
        async def ask(url: Any, data: bytes | None = None, **_: Any) -> Any:
            self.sent.append((method, str(url), (data or b"").decode()))
            yield _Answer()

        return ask


class _Answer:
    status, reason, headers = 200, "OK", {"Content-Type": "application/json"}

    async def text(self, **_: Any) -> str:
        return "{}"


def _contracts_count(venue: str, kind: Kind) -> Decimal:
    counted = kind is Kind.PERP and venue in ("okx", "gate", "kucoin")
    return Decimal("0.001") if counted else Decimal(1)


def _market(client: Any, venue: str, kind: Kind) -> dict[str, Any]:
    perp, size = kind is Kind.PERP, _contracts_count(venue, kind)
    ids = {"okx": "BTC-USDT", "kucoin": "BTC-USDT", "gate": "BTC_USDT", "coinbase": "BTC-USDT"}
    precision = {"amount": Decimal(1) if size != 1 else Decimal("0.00001"), "price": Decimal("0.01")}
    none = {"min": None, "max": None}
    row: dict[str, Any] = client.safe_market_structure({
        "id": ids.get(venue, "BTCUSDT"), "symbol": "BTC/USDT:USDT" if perp else "BTC/USDT",
        "base": "BTC", "quote": "USDT", "settle": "USDT" if perp else None,
        "baseId": "BTC", "quoteId": "USDT", "settleId": "USDT" if perp else None,
        "type": "swap" if perp else "spot", "spot": not perp, "swap": perp, "margin": False, "future": False,
        "option": False, "contract": perp, "linear": True if perp else None, "inverse": False if perp else None,
        "contractSize": size if perp else None, "active": True, "precision": precision,
        "limits": {"amount": none, "price": none, "cost": none, "leverage": none},
        "info": {"orderTypes": ["LIMIT", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "STOP", "STOP_MARKET"]},
    })  # fmt: skip
    return row


def request_of(venue: str, kind: Kind, ticket: Ticket) -> dict[str, Any]:
    """The parameters of the last request that an order makes."""
    import ccxt.pro

    facts, recorder = facts_of(venue, kind), Recorder()
    options = {"defaultType": "swap" if kind is Kind.PERP else "spot", "enableUnifiedAccount": True}
    client = getattr(ccxt.pro, facts.exchange)({
        "session": recorder, "apiKey": "k", "secret": "c2VjcmV0c2VjcmV0", "password": "p", "enableRateLimit": False,
        "number": str, "options": {**options, "enableUnifiedMargin": True, **dict(facts.options)},
    })  # fmt: skip
    market = _market(client, venue, kind)
    client.set_markets([market])
    client.timeout_on_exit = 0
    contract = make_contract(market, ticket.symbol, kind)
    wire = make_wire(ticket, contract, kind, facts, abilities(venue, kind))

    async def send() -> None:
        try:
            await client.create_order(**arguments(wire, facts))
        except Exception:
            assert recorder.sent, "nothing was sent"
        finally:
            await client.close()

    asyncio.run(send())
    _, url, body = recorder.sent[-1]
    parts = urlsplit(url)
    said = _flat(json.loads(body)) if body and body[0] in "[{" else dict(parse_qsl(body))
    given: dict[str, Any] = dict(parse_qsl(parts.query)) | said
    return given


def _flat(value: Any) -> dict[str, Any]:
    """Inner names, with the outer one where two are alike."""
    found: dict[str, Any] = {}
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, (dict, list)):
            nested = _flat(inner)
            found |= {f"{key}.{name}" if name in found else name: one for name, one in nested.items()}
        else:
            found[str(key)] = inner
    return found


def _ticket(kind: Kind, **changes: Any) -> Ticket:
    symbol = "BTC/USDT:USDT" if kind is Kind.PERP else "BTC/USDT"
    given = {"client_id": ID, "symbol": symbol, "side": Side.SELL, "type": OrderType.LIMIT, "quantity": Decimal("0.5")}
    return Ticket(**(given | changes))  # type: ignore[arg-type]


def _quantity(venue: str, kind: Kind) -> str:
    return "500" if _contracts_count(venue, kind) != 1 else "0.5"


@pytest.mark.parametrize(("venue", "kind"), ROWS)
def test_a_limit_order_leaves_exactly_as_it_was_said(venue: str, kind: Kind) -> None:
    """Quantity (in the venue's count), price and our client id stand in the request, digit by digit."""
    sent = request_of(venue, kind, _ticket(kind, price=Decimal("100.37")))
    values = [str(value) for value in sent.values()]
    assert "100.37" in values
    assert {_quantity(venue, kind), f"-{_quantity(venue, kind)}"} & set(values)
    assert facts_of(venue, kind).client_id_prefix + ID in values


@pytest.mark.parametrize(("venue", "kind"), ROWS)
def test_a_market_order_has_no_price(venue: str, kind: Kind) -> None:
    """No venue gets a price or a cost with a market order."""
    sent = request_of(venue, kind, _ticket(kind, type=OrderType.MARKET))
    assert not {"quoteOrderQty", "quote_size", "cost", "px"} & set(sent)
    assert sent.get("price") in (None, "0")
    assert {_quantity(venue, kind), f"-{_quantity(venue, kind)}"} & {str(value) for value in sent.values()}


@pytest.mark.parametrize(("venue", "kind"), [row for row in ROWS if abilities(*row.values).stops])
@pytest.mark.parametrize("side", Side)
def test_a_stop_waits_for_its_trigger(venue: str, kind: Kind, side: Side) -> None:
    """Every stop that the table promises goes out with its trigger, on the right side, as no live order."""
    trigger, price = map(Decimal, {Side.SELL: ("90.25", "89.75"), Side.BUY: ("120.25", "121.75")}[side])
    ticket = _ticket(kind, side=side, type=OrderType.STOP_LIMIT, trigger=trigger, price=price)
    sent = request_of(venue, kind, ticket)
    numbers = {Decimal(str(value)) for value in sent.values() if _is_number(value)}
    assert {trigger, price} <= numbers
    assert facts_of(venue, kind).client_id_prefix + ID in {str(value) for value in sent.values()}
    sign = {
        ("bybit", Kind.PERP): ("triggerDirection", {Side.SELL: 2, Side.BUY: 1}),
        ("gate", Kind.PERP): ("rule", {Side.SELL: 2, Side.BUY: 1}),
        ("kucoin", Kind.SPOT): ("stop", {Side.SELL: "loss", Side.BUY: "entry"}),
        ("kucoin", Kind.PERP): ("stop", {Side.SELL: "down", Side.BUY: "up"}),
        ("kraken", Kind.SPOT): ("ordertype", dict.fromkeys(Side, "stop-loss-limit")),
        ("coinbase", Kind.SPOT): (
            "stop_direction", {Side.SELL: "STOP_DIRECTION_STOP_DOWN", Side.BUY: "STOP_DIRECTION_STOP_UP"},
        ),
        ("binance", Kind.SPOT): ("type", dict.fromkeys(Side, "STOP_LOSS_LIMIT")),
        ("binance", Kind.PERP): ("algoType", dict.fromkeys(Side, "CONDITIONAL")),
        ("bybit", Kind.SPOT): ("orderFilter", dict.fromkeys(Side, "StopOrder")),
        ("okx", Kind.SPOT): ("tdMode", dict.fromkeys(Side, "cash")),
        ("bitget", Kind.PERP): ("triggerType", dict.fromkeys(Side, "fill_price")),
    }.get((venue, kind))  # fmt: skip
    if sign is not None:
        assert sent[sign[0]] == sign[1][side]


@pytest.mark.parametrize(("venue", "kind"), [row for row in ROWS if abilities(*row.values).reduce_only])
def test_reduce_only_is_said(venue: str, kind: Kind) -> None:
    """An order that may only reduce says so to the venue, market orders and stops alike."""
    words = {"reduceOnly", "reduce_only"}
    for changes in ({}, {"type": OrderType.STOP, "trigger": Decimal("90.25")}):
        ticket = _ticket(kind, reduce_only=True, **{"type": OrderType.MARKET, **changes})
        sent = request_of(venue, kind, ticket)
        assert {str(value).lower() for key, value in sent.items() if key in words} & {"true", "yes"}, sent


def _is_number(value: object) -> bool:
    try:
        return Decimal(str(value)).is_finite()
    except ArithmeticError:
        return False


REFUSED = {
    "market with a price": {"type": OrderType.MARKET, "price": Decimal(1)},
    "limit without": {},
    "stop without a trigger": {"type": OrderType.STOP},
    "a trigger without a stop": {"price": Decimal(1), "trigger": Decimal(2)},
    "off the step": {"price": Decimal(1), "quantity": Decimal("0.123456789")},
    "off the tick": {"price": Decimal("1.001")},
    "nothing": {"price": Decimal(1), "quantity": Decimal(0)},
    "less than nothing": {"price": Decimal(1), "quantity": Decimal(-1)},
    "not a number": {"price": Decimal("NaN")},
    "a market order post-only": {"type": OrderType.MARKET, "post_only": True},
    "no client id": {"price": Decimal(1), "client_id": ""},
    "a client id too long": {"price": Decimal(1), "client_id": "a" * 37},
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_said_is_refused(changes: dict[str, Any]) -> None:
    """A ticket that would be sent otherwise than it is meant is not sent."""
    with pytest.raises(RejectedError):
        _wire("binance", Kind.SPOT, _ticket(Kind.SPOT, **changes))


@pytest.mark.parametrize(
    ("venue", "changes"),
    [
        ("gate", {"type": OrderType.STOP, "trigger": Decimal(1)}),
        ("coinbase", {"type": OrderType.STOP, "trigger": Decimal(1)}),
        *((name, {"type": OrderType.MARKET, "side": Side.BUY}) for name in ("gate", "coinbase", "bitget")),
    ],
)
def test_what_a_venue_takes_otherwise_is_refused(venue: str, changes: dict[str, Any]) -> None:
    """Market buys by cost and stops that would not last are refused, not approximated."""
    with pytest.raises(RejectedError):
        _wire(venue, Kind.SPOT, _ticket(Kind.SPOT, **changes))


@settings(max_examples=200)
@given(st.decimals(min_value="0.00000001", max_value="1e12", places=8))
def test_a_number_is_said_in_full(value: Decimal) -> None:
    """No exponent, no lost digit."""
    said = text(value)
    assert Decimal(said) == value
    assert "e" not in said.lower()
    assert not said.endswith(".")


def test_wires_are_in_order_and_once() -> None:
    """The ledger keeps them as sorted pairs."""
    wire = _wire("binance", Kind.PERP, _ticket(Kind.PERP, type=OrderType.STOP, trigger=Decimal(5), reduce_only=True))
    assert list(wire) == sorted(set(wire))


def _wire(venue: str, kind: Kind, ticket: Ticket) -> Any:
    stated = {"price_tick": 0.01, "quantity_step": 0.00001}
    contract = Contract(make_instrument(ticket.symbol, stated), Decimal(1))
    return make_wire(ticket, contract, kind, facts_of(venue, kind), abilities(venue, kind))
