"""What is known after an order was sent: every fault, through ccxt's unmodified class."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.classify import DUPLICATE
from stratrun.engine.brokers.outcome import NotFoundError, NotSentError, RejectedError, ThrottledError, UnclearError
from stratrun.engine.brokers.words import Reference

from .scripted import Scripted, order_row, ticket

ORDER = ("POST", "/api/v3/order")


async def _drop(request: web.Request, given: dict[str, str]) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def _cut_in_body(request: web.Request, given: dict[str, str]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "500", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(json.dumps(order_row()).encode()[:40])
    assert request.transport is not None
    request.transport.close()
    return response


async def _silence(request: web.Request, given: dict[str, str]) -> web.StreamResponse:
    await asyncio.sleep(60)  # longer than the client has patience; it is gone by then
    return web.Response()


def _says(code: int, message: str, status: int = 400) -> Callable[[Scripted], None]:
    return lambda venue: venue.give(*ORDER, {"code": code, "msg": message}, status)


UNCLEAR: dict[str, Callable[[Scripted], None]] = {
    "dropped": lambda venue: venue.does(*ORDER, _drop),
    "cut in the body": lambda venue: venue.does(*ORDER, _cut_in_body),
    "no answer": lambda venue: venue.does(*ORDER, _silence),
    "503": lambda venue: venue.give(*ORDER, "<html>busy</html>", 503),
    "504": lambda venue: venue.give(*ORDER, "<html>gateway</html>", 504),
    "-1007": _says(-1007, "Timeout waiting for response from backend server. Send status unknown.", 504),
    "-1006": _says(-1006, "An unexpected response was received. Execution status unknown."),
    "200 with HTML": lambda venue: venue.give(*ORDER, "<html>fine</html>"),
    "200 with nothing": lambda venue: venue.give(*ORDER, {}),
    "200 with an order that has no id": lambda venue: venue.give(*ORDER, {"symbol": "BTCUSDT"}),
    "200 with an id of control characters": lambda venue: venue.give(*ORDER, {"symbol": "BTCUSDT", "orderId": "7\x00"}),
    "a code nobody knows": _says(-9876, "Something else."),
    "500": lambda venue: venue.give(*ORDER, {"oops": True}, 500),
    "404": lambda venue: venue.give(*ORDER, {}, 404),
    "duplicate": _says(-2010, "Duplicate order sent."),
}


@pytest.mark.parametrize("fault", UNCLEAR.values(), ids=UNCLEAR)
def test_what_may_have_been_placed_is_unclear(at_venue: Any, fault: Callable[[Scripted], None]) -> None:
    """An answer that does not prove a refusal never counts as one, and the order is sent once."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        fault(venue)
        broker._link.client.timeout = 300
        with pytest.raises(UnclearError):
            await broker.submit(broker.wire(ticket()))
        assert len(venue.sent(*ORDER)) == 1

    at_venue(play)


REJECTED = {
    "no funds": (-2010, "Account has insufficient balance for requested action.", "InsufficientFunds"),
    "least cost": (-1013, "Filter failure: NOTIONAL", "-1013"),
    "bad key": (-2015, "Invalid API-key, IP, or permissions for action.", "-2015"),
    "would match at once": (-2010, "Order would immediately match and take.", "OrderImmediatelyFillable"),
    "clock": (-1021, "Timestamp for this request is outside of the recvWindow.", "CLOCK"),
}


@pytest.mark.parametrize("answer", REJECTED.values(), ids=REJECTED)
def test_a_specific_refusal_is_a_rejection(at_venue: Any, answer: tuple[int, str, str]) -> None:
    """What the venue refuses for a reason of its own was not placed."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        status, words, code = answer
        _says(status, words)(venue)
        with pytest.raises(RejectedError) as caught:
            await broker.submit(broker.wire(ticket()))
        assert caught.value.code == code

    at_venue(play)


@pytest.mark.parametrize("status", [418, 429])
def test_too_many_requests_are_a_rejection_that_says_how_long(at_venue: Any, status: int) -> None:
    """A 418 or 429 placed nothing, tells its Retry-After, and silences what comes next before it leaves."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        venue.give(*ORDER, {"code": -1003, "msg": "Too many requests."}, status, **{"Retry-After": "77"})
        wire = broker.wire(ticket())
        with pytest.raises(ThrottledError) as caught:
            await broker.submit(wire)
        assert caught.value.retry_after == 77
        with pytest.raises(NotSentError):
            await broker.submit(wire)
        assert len(venue.sent(*ORDER)) == 1

    at_venue(play)


def test_a_duplicate_is_told_as_one(at_venue: Any) -> None:
    """The resolver can see that the first order of this client id lives."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        _says(-2010, "Duplicate order sent.")(venue)
        with pytest.raises(UnclearError, match=DUPLICATE):
            await broker.submit(broker.wire(ticket()))

    at_venue(play)


def test_a_refused_connection_sent_nothing(at_venue: Any) -> None:
    """Where there was no connection, not a byte left."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        from stratrun.engine.brokers.local_session import Endpoint

        broker._link.session._endpoint = Endpoint.parse("http://127.0.0.1:1")
        with pytest.raises(NotSentError):
            await broker.submit(broker.wire(ticket()))

    at_venue(play)


def test_being_canceled_stays_a_cancellation(at_venue: Any) -> None:
    """Whoever cancels the call learns so, and holds the order for unclear."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        arrived = asyncio.Event()

        async def wait(request: web.Request, given: dict[str, str]) -> web.StreamResponse:
            arrived.set()
            return await _silence(request, given)

        venue.does(*ORDER, wait)
        sending = asyncio.create_task(broker.submit(broker.wire(ticket())))
        await arrived.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

    at_venue(play)


def test_an_unknown_cancel_is_not_found(at_venue: Any) -> None:
    """The venue says the same of filled, canceled and unknown orders: not found, not rejected."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        venue.give("DELETE", "/api/v3/order", {"code": -2011, "msg": "Unknown order sent."}, 400)
        with pytest.raises(NotFoundError):
            await broker.cancel(Reference("BTC/USDT", "abc123"))
        assert venue.sent("DELETE", "/api/v3/order")[0]["origClientOrderId"] == "abc123"

    at_venue(play)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("InvalidOrder", 'bybit {"retCode":170146,"retMsg":"Order creation timeout"}'),
        ("InvalidOrder", 'bybit {"retCode":170147,"retMsg":"Order cancellation timeout"}'),
        ("BadRequest", 'bybit {"retCode":170035,"retMsg":"Submitted to the system for processing!"}'),
        ("BadRequest", 'kucoin {"code":"408000","msg":"Network timeout, please try again later"}'),
        ("ExchangeError", "anything"),
        ("OperationFailed", "anything"),
        ("OnMaintenance", "anything"),
        ("CancelPending", "anything"),
        ("ChecksumError", "anything"),
        ("DuplicateOrderId", "anything"),
        ("InvalidOrder", 'okx {"data":[{"sCode":"51016","sMsg":"Client order ID already exists."}]}'),
        ("InvalidOrder", 'bybit {"retCode":110072,"retMsg":"OrderLinkedID is duplicate"}'),
        ("ExchangeClosedByUser", "closed"),
    ],
)
def test_refusals_by_class_that_are_none(name: str, words: str) -> None:
    """Time-outs and doubles that ccxt files under refusals stay unclear."""
    import ccxt

    from stratrun.engine.brokers.classify import of_send
    from stratrun.engine.brokers.secret import Redactor

    assert type(of_send(getattr(ccxt, name)(words), Redactor())) is UnclearError


@pytest.mark.parametrize(
    "error", [ValueError("x"), KeyError("x"), TimeoutError(), ConnectionResetError("x"), OSError()]
)
def test_exceptions_of_others_are_unclear(error: Exception) -> None:
    """An exception that is not ccxt's proves nothing."""
    from stratrun.engine.brokers.classify import of_send
    from stratrun.engine.brokers.secret import Redactor

    assert type(of_send(error, Redactor())) is UnclearError


def test_a_key_that_was_revoked_is_no_throttle(at_venue: Any) -> None:
    """After a key has worked, its refusal still reads as one."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        await broker.open_orders()
        _says(-2015, "Invalid API-key, IP, or permissions for action.", 401)(venue)
        with pytest.raises(RejectedError) as caught:
            await broker.submit(broker.wire(ticket()))
        assert not isinstance(caught.value, ThrottledError)
        assert caught.value.code == "-2015"

    at_venue(play)
