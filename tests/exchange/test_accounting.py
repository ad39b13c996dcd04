"""Whatever is asked of it, the simulated exchange's books balance."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.brokers.words import Status
from stratrun.engine.exchange.accounts import Account
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.market_data import Print
from stratrun.engine.exchange.orders import Request
from stratrun.engine.exchange.refusal import RefusedError
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.ledger.values import OrderType, Side

from .venue import PERP, SPOT, D, expected_totals, later, venue

_CENTS = st.integers(6_000, 16_000).map(lambda cents: Decimal(cents) / 100)
_REQUESTS = st.builds(
    Request, st.sampled_from([SPOT, PERP]), st.sampled_from(Side), st.sampled_from(OrderType),
    st.integers(1, 400).map(lambda tenths: Decimal(tenths) / 10), st.none() | _CENTS, st.none() | _CENTS,
    st.none() | st.sampled_from(["a", "b"]), st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip
_ACTIONS = st.one_of(
    st.tuples(st.just("place"), _REQUESTS.map(lambda request: _shaped(request))),
    st.tuples(st.just("price"), st.tuples(_CENTS, st.booleans())),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("replace"), st.tuples(st.integers(0, 9), _REQUESTS.map(lambda request: _shaped(request)))),
    st.tuples(st.just("hours"), st.integers(1, 20)),
    st.tuples(st.just("short"), st.sampled_from(["USDT", "BTC"])),
    st.tuples(st.just("leverage"), st.sampled_from([1, 3, 50])),
)


def _shaped(request: Request) -> Request:
    """Mostly sensible: a price and a trigger where the type has them."""
    priced = request.type in (OrderType.LIMIT, OrderType.STOP_LIMIT)
    stopped = request.type in (OrderType.STOP, OrderType.STOP_LIMIT)
    return replace(
        request,
        price=(request.price or D(100)) if priced else None,
        trigger=(request.trigger or D(100)) if stopped else None,
        reduce_only=request.reduce_only and request.symbol == PERP,
    )


@given(st.lists(_ACTIONS, max_size=40), st.sampled_from([None, D(3)]), st.booleans(), st.sampled_from([D(0), D("0.5")]))
def test_books_balance(
    actions: list[tuple[str, object]], depth: Decimal | None, in_base: bool, spread: Decimal
) -> None:
    """Balances stay at or above zero and equal the fold of all that happened; orders equal their fills."""
    exchange, account = venue(Spec(SPOT, depth=depth, fee_in_base=in_base, spread=spread), BTC="20", USDT="5000")
    exchange.list(Spec(PERP, depth=depth, spread=spread), [Print(exchange.clock.now(), D(100))])
    for name, what in actions:
        with suppress(RefusedError):
            _act(exchange, account, name, what)
        _check(exchange, account)


def _act(exchange: Exchange, account: Account, name: str, what: object) -> None:
    match name, what:
        case "place", Request() as request:
            exchange.place(account, request)
        case "price", (Decimal() as price, bool() as jump):
            for symbol in (SPOT, PERP):
                exchange.print(symbol, price, jump=jump)
        case "cancel", int(number) if len(account.open) > number:
            exchange.cancel(account, list(account.open.values())[number])
        case "replace", (int(number), Request() as request) if len(account.open) > number:
            exchange.replace(account, list(account.open.values())[number], request)
        case "hours", int(hours):
            later(exchange, hours * 3_600)
            exchange.advance()
        case "short", str(currency):
            exchange.outside.short("me", currency)
        case "leverage", int(leverage):
            exchange.set_leverage(account, PERP, D(leverage), isolated=True)


def _check(exchange: Exchange, account: Account) -> None:
    truth = exchange.truth("me")
    held = {name: D(0) for name in truth.wallets}
    for holding in truth.holdings.values():
        held["USDT"] += holding.margin
    for order in truth.orders:
        mine = [fill for fill in truth.fills if fill.order_id == order.order_id]
        assert order.filled == sum((fill.quantity for fill in mine), D(0))
        assert order.cost == sum((fill.quantity * fill.price for fill in mine), D(0))
        assert order.filled <= order.quantity
        assert (order.status is Status.OPEN) is (order.order_id in account.open)
        assert order.held == 0 or order.status is Status.OPEN
        if order.currency:
            held[order.currency] += order.held
    for name, wallet in truth.wallets.items():
        assert wallet.total >= 0
        assert wallet.free >= 0
        assert abs(wallet.locked - held[name]) < D("1e-15")
        assert abs(wallet.total - expected_totals(exchange, truth).get(name, D(0))) < D("1e-15")
    signed = sum(
        (fill.quantity if fill.side is Side.BUY else -fill.quantity for fill in truth.fills if fill.symbol == PERP),
        D(0),
    )
    assert account.holding(PERP).quantity == signed
    assert len({(fill.symbol, fill.fill_id) for fill in truth.fills}) == len(truth.fills)
