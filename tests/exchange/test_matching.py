"""Orders meet prices as they do at a venue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stratrun.engine.brokers.words import Status
from stratrun.engine.exchange.refusal import Refusal, RefusedError
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.ledger.values import OrderType, Side

from .venue import PERP, SPOT, D, ask, later, venue

MARKET, LIMIT, STOP, STOP_LIMIT = OrderType


def test_market_order_walks_the_levels_and_the_rest_expires() -> None:
    """Each level gives its depth one tick worse; what is left over expires with what was filled kept."""
    exchange, me = venue(Spec(SPOT, depth=D(2), levels=2, spread=D("0.5")))
    order = exchange.place(me, ask(Side.BUY, MARKET, "5"))
    assert (order.status, order.filled) == (Status.EXPIRED, D(4))
    assert [(fill.price, fill.quantity) for fill in me.fills] == [(D("100.50"), D(2)), (D("100.51"), D(2))]


def test_limit_fills_when_the_price_passes_it() -> None:
    """A touch does not fill a resting limit, unless the market says so; a pass fills it at its own price as maker."""
    exchange, me = venue()
    order = exchange.place(me, ask(Side.BUY, LIMIT, "1", price=95))
    exchange.print(SPOT, D(95))
    assert order.status is Status.OPEN
    exchange.print(SPOT, D(90))
    assert order.status is Status.CLOSED
    assert (me.fills[0].price, me.fills[0].maker) == (D(95), True)


def test_depth_fills_in_parts() -> None:
    """One print fills at most the depth of a resting order."""
    exchange, me = venue(Spec(SPOT, depth=D(1)))
    order = exchange.place(me, ask(Side.BUY, LIMIT, "2.5", price=95))
    exchange.print(SPOT, D(94))
    assert (order.status, order.filled) == (Status.OPEN, D(1))
    exchange.print(SPOT, D(94))
    exchange.print(SPOT, D(94))
    assert (order.status, order.filled) == (Status.CLOSED, D("2.5"))


@pytest.mark.parametrize(("jump", "price"), [(False, "95"), (True, "90")])
def test_stop_fills_at_its_level_or_beyond_a_gap(jump: bool, price: str) -> None:
    """Where the price moved through everything between, a stop trades at its trigger; past a gap, at the new price."""
    exchange, me = venue(BTC="1")
    order = exchange.place(me, ask(Side.SELL, STOP, "1", trigger=95))
    assert order.waiting
    exchange.print(SPOT, D(90), jump=jump)
    assert order.status is Status.CLOSED
    assert me.fills[0].price == D(price)


def test_nearest_order_acts_first() -> None:
    """On one move a nearer limit fills before a farther stop, whichever was placed first."""
    exchange, me = venue(BTC="1", USDT="1000")
    exchange.place(me, ask(Side.SELL, STOP, "1", trigger=90))
    exchange.place(me, ask(Side.BUY, LIMIT, "1", price=95))
    exchange.print(SPOT, D(85), jump=False)
    assert [fill.price for fill in me.fills] == [D(95), D(90)]


def test_immediate_limit_takes_what_there_is() -> None:
    """An immediate-or-cancel order never rests."""
    exchange, me = venue(Spec(SPOT, depth=D(1), levels=5))
    order = exchange.place(me, replace(ask(Side.BUY, LIMIT, "3", price="100.01"), immediate=True))
    assert (order.status, order.filled) == (Status.EXPIRED, D(2))
    assert me.wallet("USDT").locked == 0


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (ask(Side.BUY, MARKET, "0.00005"), Refusal.BAD_QUANTITY),
        (ask(Side.BUY, LIMIT, "1", price="99.001"), Refusal.BAD_PRICE),
        (ask(Side.BUY, LIMIT, "0.01", price=99), Refusal.SMALL_COST),
        (ask(Side.BUY, LIMIT, "1"), Refusal.BAD_REQUEST),
        (ask(Side.BUY, MARKET, "1", trigger=101), Refusal.BAD_REQUEST),
        (ask(Side.BUY, MARKET, "1000"), Refusal.NO_FUNDS),
        (ask(Side.SELL, MARKET, "1"), Refusal.NO_FUNDS),
        (ask(Side.BUY, STOP, "1", trigger=99), Refusal.WOULD_TRIGGER),
        (ask(Side.BUY, LIMIT, "1", price=101, post_only=True), Refusal.WOULD_MATCH),
        (ask(Side.BUY, MARKET, "1", symbol="DOGE/USDT"), Refusal.UNKNOWN_SYMBOL),
        (ask(Side.BUY, MARKET, "1", reduce_only=True), Refusal.BAD_REQUEST),
    ],
)
def test_refusals_change_nothing(request_: object, refusal: Refusal) -> None:
    """A refused order leaves no trace."""
    exchange, me = venue()
    with pytest.raises(RefusedError) as caught:
        exchange.place(me, request_)  # type: ignore[arg-type]
    assert caught.value.refusal is refusal
    assert (me.orders, me.fills, me.wallet("USDT").locked) == ({}, [], 0)


def test_client_ids_are_unique_among_open_orders_only() -> None:
    """A second open order with the id of the first is refused; once that has ended, the id is free."""
    exchange, me = venue()
    first = exchange.place(me, ask(Side.BUY, LIMIT, "1", price=90, client_id="x"))
    with pytest.raises(RefusedError) as caught:
        exchange.place(me, ask(Side.BUY, LIMIT, "1", price=90, client_id="x"))
    assert caught.value.refusal is Refusal.DUPLICATE
    exchange.cancel(me, first)
    second = exchange.place(me, ask(Side.BUY, LIMIT, "1", price=90, client_id="x"))
    assert exchange.find(me, client_id="x") is second


def test_replacing_gives_a_new_id_and_a_refusal_leaves_nothing() -> None:
    """Cancel-replace makes another order; where that one is refused the old one is gone all the same."""
    exchange, me = venue()
    old = exchange.place(me, ask(Side.BUY, LIMIT, "1", price=90, client_id="x"))
    new = exchange.replace(me, old, ask(Side.BUY, LIMIT, "2", price=91, client_id="x"))
    assert (old.status, new.status, new.order_id > old.order_id) == (Status.CANCELED, Status.OPEN, True)
    with pytest.raises(RefusedError):
        exchange.replace(me, new, ask(Side.BUY, LIMIT, "1000", price=91))
    assert (new.status, me.open, me.wallet("USDT").locked) == (Status.CANCELED, {}, 0)


def test_fee_in_base_leaves_less_than_was_bought() -> None:
    """Where the buyer pays in what is bought, the wallet holds less than the fill."""
    exchange, me = venue(Spec(SPOT, fee_in_base=True))
    exchange.place(me, ask(Side.BUY, MARKET, "1"))
    assert (me.wallet("BTC").total, me.fills[0].fee_currency) == (D("0.999"), "BTC")


def test_contract_position_turns_and_pays() -> None:
    """Closing realizes gain or loss, and more than the position opens the other side."""
    exchange, me = venue(Spec(PERP, taker=D(0)), USDT="1000")
    exchange.set_leverage(me, PERP, D(10), isolated=True)
    exchange.place(me, ask(Side.BUY, MARKET, "5", symbol=PERP))
    assert (me.holding(PERP).margin, me.wallet("USDT").free) == (D(50), D(950))
    exchange.print(PERP, D(104))
    exchange.place(me, ask(Side.SELL, MARKET, "8", symbol=PERP))
    holding = me.holding(PERP)
    assert (holding.quantity, holding.entry, me.wallet("USDT").total) == (D(-3), D(104), D(1020))


def test_liquidation_takes_the_margin_and_no_more() -> None:
    """However far the price falls, an isolated position loses its margin."""
    exchange, me = venue(Spec(PERP, taker=D(0)), USDT="1000")
    exchange.set_leverage(me, PERP, D(10), isolated=True)
    exchange.place(me, ask(Side.BUY, MARKET, "5", symbol=PERP))
    exchange.print(PERP, D(20))
    assert (me.holding(PERP).quantity, me.wallet("USDT").total, me.wallet("USDT").locked) == (0, D(950), 0)
    assert me.fills[-1].client_id.startswith("autoclose-")


def test_reduce_only_never_opens() -> None:
    """A reduce-only order without a position is refused; one that has outlived its position expires."""
    exchange, me = venue(Spec(PERP))
    with pytest.raises(RefusedError) as caught:
        exchange.place(me, ask(Side.SELL, MARKET, "1", symbol=PERP, reduce_only=True))
    assert caught.value.refusal is Refusal.REDUCE_ONLY
    exchange.place(me, ask(Side.BUY, MARKET, "1", symbol=PERP))
    stop = exchange.place(me, ask(Side.SELL, STOP, "2", symbol=PERP, trigger=95, reduce_only=True))
    exchange.outside.close("me", PERP)
    exchange.print(PERP, D(90))
    assert (stop.status, stop.filled, me.holding(PERP).quantity) == (Status.EXPIRED, D(0), D(0))


def test_funding_is_paid_every_eight_hours() -> None:
    """A long pays a positive rate on its value, once for each time that passed."""
    exchange, me = venue(Spec(PERP, taker=D(0)))
    exchange.place(me, ask(Side.BUY, MARKET, "1", symbol=PERP))
    later(exchange, 16 * 3_600)
    truth = exchange.truth("me")
    assert [payment.amount for payment in truth.funding] == [D("-0.01"), D("-0.01")]
    assert truth.wallets["USDT"].total == D("9999.98")


def test_modifying_keeps_the_id_and_what_was_filled() -> None:
    """A resting order changes where it stands, and may trade at once."""
    exchange, me = venue()
    order = exchange.place(me, ask(Side.BUY, LIMIT, "1", price=90))
    exchange.modify(me, order, D(2), D(95))
    assert (order.price, me.wallet("USDT").locked) == (D(95), D("190.19"))
    exchange.modify(me, order, D(2), D(101))
    assert (order.status, me.wallet("USDT").locked) == (Status.CLOSED, D(0))


def test_what_is_forgotten_has_ended() -> None:
    """Forgetting drops old ended orders with their fills, keeps open ones, and moves no money."""
    exchange, me = venue()
    exchange.place(me, ask(Side.BUY, MARKET, "1", client_id="gone"))
    resting = exchange.place(me, ask(Side.BUY, LIMIT, "1", price=90))
    before = exchange.truth("me").wallets
    me.forget(exchange.now() + 1)
    truth = exchange.truth("me")
    assert [order.order_id for order in truth.orders] == [resting.order_id]
    assert (truth.fills, truth.wallets) == ((), before)
