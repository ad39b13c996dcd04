"""Where requests may go: a venue's hosts live, this machine with an endpoint, nowhere else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from yarl import URL

from stratrun.engine.brokers.connect import connect
from stratrun.engine.brokers.local_session import Endpoint, live_route
from stratrun.engine.brokers.outcome import NotSentError, ReadError
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.venue import Kind

from .scripted import keys


@pytest.mark.parametrize(
    ("given", "asked", "led_to"),
    [
        ("http://127.0.0.1:80", "https://api.x.com/a?b=%2F&c=1", "http://127.0.0.1:80/a?b=%2F&c=1"),
        ("http://localhost:9/base/", "https://api.x.com/a/b", "http://localhost:9/base/a/b"),
        ("http://[::1]:9", "wss://stream.x.com:9443/ws", "ws://[::1]:9/ws"),
        ({"api.x.com": "http://127.0.0.1:7"}, "https://api.x.com/", "http://127.0.0.1:7/"),
        ({"s.x.com:9443": "ws://127.0.0.2:8"}, "wss://s.x.com:9443/ws/k", "ws://127.0.0.2:8/ws/k"),
    ],
)  # fmt: skip
def test_an_endpoint_leads_here(given: Any, asked: str, led_to: str) -> None:
    """Path and query stay as ccxt signed them."""
    assert str(Endpoint.parse(given).route(URL(asked, encoded=True))) == str(URL(led_to, encoded=True))


def test_an_unmapped_host_is_refused() -> None:
    """With a map, what is not in it is not reached."""
    endpoint = Endpoint.parse({"api.x.com": "http://127.0.0.1:7"})
    for url in ("https://sapi.x.com/", "https://127.0.0.1:7/", "wss://api.x.com.evil.org/"):
        with pytest.raises(NotSentError):
            endpoint.route(URL(url))


@pytest.mark.parametrize(
    "given",
    ["https://api.binance.com", "http://10.0.0.1:80", "http://127.0.0.1.evil.org", "ftp://127.0.0.1", "127.0.0.1", "",
     "http://user:word@127.0.0.1", "http://127.0.0.1/?x=1", "http://", 5, None, {}, [], {"a": 1}, {5: "http://127.0.0.1"},
     {"https://x": "http://127.0.0.1"}, {"x": "https://x"}, "http://[::1", "http://127.0.0.1:99999"],
)  # fmt: skip
def test_another_machine_is_no_endpoint(given: object) -> None:
    """Only this machine's addresses, and only whole ones."""
    with pytest.raises(InputError):
        Endpoint.parse(given)


@pytest.mark.parametrize(
    "url",
    ["https://localhost/x", "https://127.0.0.1/x", "wss://[::1]/x", "https://0.0.0.0/x", "https://127.9.9.9/x",
     "https://a.localhost/x", "http://api.binance.com/x", "ws://stream.binance.com/x"],
)  # fmt: skip
def test_live_refuses_this_machine(url: str) -> None:
    """A simulator is never taken for the venue, and nothing goes in the clear."""
    with pytest.raises(NotSentError):
        live_route(URL(url))


def test_live_lets_venues_through() -> None:
    """Real hosts, unchanged."""
    url = URL("https://api.binance.com/api/v3/order?signature=%2Fx", encoded=True)
    assert live_route(url) == url


def test_an_endpoint_and_a_sandbox_exclude_each_other() -> None:
    """Which of them is meant cannot be told."""
    with pytest.raises(InputError):
        connect("binance", Kind.SPOT, keys(), endpoint=Endpoint.parse("http://127.0.0.1:1"), sandbox=True)


@pytest.mark.parametrize(("venue", "kind"), [("kraken", Kind.SPOT), ("kucoin", Kind.SPOT), ("coinbase", Kind.SPOT)])
def test_a_venue_without_a_sandbox_says_so(venue: str, kind: Kind) -> None:
    """Live hosts never stand in for a sandbox."""
    from stratrun.engine.brokers.keys import Keys
    from stratrun.engine.brokers.secret import Secret

    with pytest.raises(InputError, match="sandbox"):
        connect(venue, kind, Keys("main", Secret("k"), Secret("s"), Secret("p"), "here"), sandbox=True)


@pytest.mark.parametrize(("venue", "kind"), [("binance", Kind.SPOT), ("binance", Kind.PERP), ("bybit", Kind.PERP)])
def test_a_sandbox_has_other_hosts(venue: str, kind: Kind) -> None:
    """ccxt's class points elsewhere then."""
    real, safe = connect(venue, kind, keys()), connect(venue, kind, keys(), sandbox=True)
    assert real.client.urls["api"] != safe.client.urls["api"]


@pytest.mark.parametrize("venue", ["nowhere", "", "binanc"])
def test_an_unknown_venue_is_an_input_error(venue: str) -> None:
    """With the names there are."""
    with pytest.raises(InputError):
        connect(venue, Kind.SPOT)
    with pytest.raises(InputError):
        connect("binance", Kind.OPTION)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("GET https://api.binance.com/api/v3/time", "GET http://127.0.0.1:9/api/v3/time"),
        ("'wss://stream.binance.com:9443/ws' broke", "'ws://127.0.0.1:9/ws' broke"),
        ("no address at all", "no address at all"),
        ("https://[bad", "https://[bad (nothing was sent there)"),
    ],
)
def test_messages_name_the_endpoint(text: str, told: str) -> None:
    """Whoever reads a message must not believe that the real host was called."""
    assert Endpoint.parse("http://127.0.0.1:9").told(text) == told


def test_a_message_of_an_unmapped_host_says_that_nothing_was_sent() -> None:
    """With an address for each host, one that has none was not called."""
    endpoint = Endpoint.parse({"api.binance.com": "http://127.0.0.1:9"})
    assert endpoint.told("https://fapi.binance.com/x").endswith("(nothing was sent there)")


def test_a_refused_connection_names_the_endpoint() -> None:
    """Through ccxt's own class, too."""

    async def asked() -> str:
        link = connect("binance", Kind.SPOT, keys(), endpoint=Endpoint.parse("http://127.0.0.1:9"))
        try:
            with pytest.raises(ReadError) as caught:
                await link.ask(link.client.fetch_balance)
            return caught.value.words
        finally:
            await link.close()

    words = asyncio.run(asked())
    assert "http://127.0.0.1:9/" in words
    assert "binance.com" not in words
