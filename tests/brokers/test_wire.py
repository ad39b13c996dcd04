"""Tickets as they leave: the exact requests of ccxt's unmodified classes, venue by venue, without a network."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.brokers.capabilities import abilities
from stratrun.engine.brokers.instruments import Contract, make_contract
from stratrun.engine.brokers.outcome import RejectedError
from stratrun.engine.brokers.venue_facts import FACTS, facts_of
from stratrun.engine.brokers.wire import arguments, make_wire, text
from stratrun.engine.brokers.words import Terms, Ticket
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.market.venue import Kind

from .recorded import Recorder, client_of, contracts_count, market

ID = "ab12cd34ef56gh78ij"
THREEFOLD = Terms(leverage=Decimal(3))
ROWS = [pytest.param(venue, kind, id=f"{venue} {kind}") for venue, kind in FACTS]


def request_of(venue: str, kind: Kind, ticket: Ticket, terms: Terms = THREEFOLD) -> dict[str, Any]:
    """The parameters of the last request that an order makes."""
    facts, recorder = facts_of(venue, kind), Recorder()
    client = client_of(venue, kind, recorder)
    listed = market(client, venue, kind)
    client.set_markets([listed])
    contract = make_contract(listed, ticket.symbol, kind)
    wire = make_wire(ticket, contract, kind, facts, abilities(venue, kind), terms)

    async def send() -> None:
        try:
            await client.create_order(**arguments(wire, facts))
        except Exception:
            assert recorder.sent, "nothing was sent"
        finally:
            await client.close()

    asyncio.run(send())
    return recorder.request()[1]


def _ticket(kind: Kind, **changes: Any) -> Ticket:
    symbol = "BTC/USDT:USDT" if kind is Kind.PERP else "BTC/USDT"
    given = {"client_id": ID, "symbol": symbol, "side": Side.SELL, "type": OrderType.LIMIT, "quantity": Decimal("0.5")}
    return Ticket(**(given | changes))  # type: ignore[arg-type]


def _quantity(venue: str, kind: Kind) -> str:
    return "500" if contracts_count(venue, kind) != 1 else "0.5"


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


POST_ONLY = {"LIMIT_MAKER", "GTX", "PostOnly", "post_only", "post", "poc", "True"}


@pytest.mark.parametrize(("venue", "kind"), ROWS)
def test_post_only_is_said(venue: str, kind: Kind) -> None:
    """An order that must not take says so in the venue's own word."""
    sent = request_of(venue, kind, _ticket(kind, price=Decimal("100.25"), post_only=True))
    assert POST_ONLY & {str(value) for value in sent.values()}, sent
    taking = request_of(venue, kind, _ticket(kind, price=Decimal("100.25")))
    assert not POST_ONLY & {str(value) for value in taking.values()}, taking


SAYING = {"okx": "tdMode", "bitget": "marginMode", "kucoin": "marginMode"}


@pytest.mark.parametrize("venue", SAYING)
@pytest.mark.parametrize("isolated", [True, False])
def test_an_order_says_the_margin_that_was_asked_for(venue: str, isolated: bool) -> None:
    """Where every order names its margin mode, it is the deployment's and not ccxt's choice."""
    ticket = _ticket(Kind.PERP, type=OrderType.MARKET)
    sent = request_of(venue, Kind.PERP, ticket, Terms(isolated, Decimal(3)))
    assert str(sent[SAYING[venue]]).lower().removesuffix("ed") == ("isolat" if isolated else "cross")
    if venue == "kucoin":
        assert sent["leverage"] == 3


def test_no_leverage_is_none_of_our_choice() -> None:
    """Where ccxt would say 1, an order that opens is refused until a leverage is named; one that reduces is not."""
    for changes in ({"type": OrderType.MARKET}, {"price": Decimal(100)}):
        with pytest.raises(RejectedError, match="leverage"):
            request_of("kucoin", Kind.PERP, _ticket(Kind.PERP, **changes), Terms())
    assert request_of("kucoin", Kind.PERP, _ticket(Kind.PERP, type=OrderType.MARKET, reduce_only=True), Terms())
    assert "leverage" not in request_of("bitget", Kind.PERP, _ticket(Kind.PERP, price=Decimal(100)), Terms())


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
        ("kucoin", {"type": OrderType.STOP, "trigger": Decimal(1)}),
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
