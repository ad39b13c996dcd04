"""The HTTP and websocket session given to ccxt: every request's host is checked, and may be led to a local venue.

ccxt builds its real URLs either way. Live, only encrypted connections to other machines pass; with an endpoint, only
hosts that it maps pass, and only to this machine. Everything else is refused before a byte leaves.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import aiohttp
import certifi
from yarl import URL

from ..diagnostics.diagnostic import InputError
from .budget import Budget
from .outcome import NotSentError

FORWARDED = "X-Forwarded-Host"
"""The header that tells a local venue which host was meant."""
_WEB = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
_ADDRESS = re.compile(r"\b(?:https?|wss?)://[^\s\"'<>]+")
_TOO_MANY = (418, 429)
_LONGEST_SILENCE = 3 * 24 * 3600.0


class UnmappedError(NotSentError):
    """A host that the endpoint does not stand for; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a venue's hosts are found on this machine: one address for all of them, or one for each."""

    base: URL | None = None
    hosts: Mapping[str, URL] = field(default_factory=dict)

    @classmethod
    def parse(cls, given: object) -> Endpoint:
        """From a deployment's `endpoint`: a text, or a mapping of hosts to texts. Raises InputError for any other."""
        if isinstance(given, str):
            return cls(base=_address(given))
        if isinstance(given, Mapping) and given:
            return cls(hosts={_host(name): _address(address) for name, address in given.items()})
        raise InputError(
            "`endpoint` is neither an address nor a map of hosts to addresses",
            help="write `endpoint: http://127.0.0.1:8080`",
        )

    def route(self, url: URL) -> URL:
        """The local address of a venue's URL. Raises UnmappedError."""
        host = url.host or ""
        target = self.hosts.get(f"{host}:{url.port}") or self.hosts.get(host) or self.base
        if target is None:
            raise UnmappedError(f"the endpoint does not map {url.host}: refused, nothing was sent")
        scheme = target.scheme if url.scheme in ("http", "https") else _WEB[target.scheme]
        path = target.raw_path.rstrip("/") + url.raw_path
        local = URL.build(scheme=scheme, host=target.host_subcomponent or "", port=target.port, path=path, encoded=True)
        return (
            local.with_query(None) if not url.raw_query_string else URL(f"{local}?{url.raw_query_string}", encoded=True)
        )

    def told(self, text: str) -> str:
        """A text in which ccxt names real addresses, with those that were really called instead."""
        return _ADDRESS.sub(lambda found: self._called(found[0]), text)

    def _called(self, address: str) -> str:
        try:
            return str(self.route(URL(address, encoded=True)))
        except (ValueError, NotSentError):
            return f"{address} (nothing was sent there)"


def live_route(url: URL) -> URL:
    """The same URL. Raises NotSentError for this machine's own addresses and for unencrypted ones."""
    if url.scheme not in ("https", "wss"):
        raise NotSentError(f"{url.scheme}://{url.host} is not encrypted: refused, nothing was sent")
    if url.host is None or is_loopback(url.host):
        raise NotSentError(f"{url.host} is this machine, no venue: refused in live mode, nothing was sent")
    return url


def is_loopback(host: str) -> bool:
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


class VenueSession:
    """What ccxt takes for an aiohttp session; it does not close it, whoever made it does.

    A 418 or 429 silences the budget for the time of its Retry-After before ccxt sees the answer.
    """

    def __init__(self, endpoint: Endpoint | None, budget: Budget) -> None:
        self._endpoint = endpoint
        self._budget = budget
        self._session: aiohttp.ClientSession | None = None
        self.retry_after: float | None = None
        """Of the last 418 or 429, in seconds."""

    def get(self, url: object, **options: Any) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        return self._ask("GET", url, options)

    def post(self, url: object, **options: Any) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        return self._ask("POST", url, options)

    def put(self, url: object, **options: Any) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        return self._ask("PUT", url, options)

    def delete(self, url: object, **options: Any) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        return self._ask("DELETE", url, options)

    def patch(self, url: object, **options: Any) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        return self._ask("PATCH", url, options)

    def ws_connect(self, url: object, **options: Any) -> Any:
        target, headers = self._route(url, options.pop("headers", None))
        return self._opened().ws_connect(target, headers=headers, **options)

    @property
    def simulated(self) -> bool:
        """An endpoint on this machine stands for the venue."""
        return self._endpoint is not None

    @property
    def headers(self) -> Any:
        return self._opened().headers

    @property
    def cookie_jar(self) -> Any:
        return self._opened().cookie_jar

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    @asynccontextmanager
    async def _ask(self, method: str, url: object, options: dict[str, Any]) -> AsyncIterator[aiohttp.ClientResponse]:
        target, headers = self._route(url, options.pop("headers", None))
        # A redirect could lead past the check of hosts, and an order must not be sent twice.
        options["allow_redirects"] = False
        async with self._opened().request(method, target, headers=headers, **options) as response:
            if response.status in _TOO_MANY:
                self.retry_after = self._budget.back_off(_seconds(response.headers.get("Retry-After")))
            elif response.status < 400:
                self._budget.answered()
            yield response

    def _route(self, url: object, headers: Mapping[str, str] | None) -> tuple[URL, dict[str, str]]:
        given = url if isinstance(url, URL) else URL(str(url), encoded=True)
        sent = dict(headers or {})
        if self._endpoint is None:
            return live_route(given), sent
        sent[FORWARDED] = given.host or ""
        return self._endpoint.route(given), sent

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            context = ssl.create_default_context(cafile=certifi.where()) if self._endpoint is None else False
            connector = aiohttp.TCPConnector(ssl=context, limit=0)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def _seconds(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return min(value, _LONGEST_SILENCE) if value >= 0 else None


def _address(given: object) -> URL:
    help_ = "an endpoint is on this machine, such as http://127.0.0.1:8080"
    try:
        url = URL(given) if isinstance(given, str) else URL()
    except ValueError:
        url = URL()
    if url.scheme not in _WEB or not url.host or url.query_string or url.fragment or url.user:
        raise InputError(f"`{str(given)[:80]}` is not the address of an endpoint", help=help_)
    if not is_loopback(url.host):
        raise InputError(f"the endpoint {str(given)[:80]} is another machine: refused", help=help_)
    return url


def _host(given: object) -> str:
    if not isinstance(given, str) or not given or "/" in given or len(given) > 253:
        raise InputError(f"`{str(given)[:80]}` is not a host of a venue", help="write it bare, such as api.binance.com")
    return given.lower()
