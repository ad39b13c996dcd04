"""Venues that nothing here speaks as: one market of each, and a session that keeps what left and answers by rote."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from stratrun.engine.brokers.budget import Budget
from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.connect import connect
from stratrun.engine.brokers.keys import Keys
from stratrun.engine.brokers.secret import Secret
from stratrun.engine.brokers.venue_facts import facts_of
from stratrun.engine.brokers.words import Terms
from stratrun.engine.market.venue import Kind

SYMBOLS = {Kind.SPOT: "BTC/USDT", Kind.PERP: "BTC/USDT:USDT"}


class Recorder:
    """Answers what `told` says for "METHOD /path" (the longest end that fits), and `otherwise` to everything else.

    What is told may be a function of the request's parameters.
    """

    def __init__(self, told: dict[str, Any] | None = None, otherwise: Any = None) -> None:
        self.headers: dict[str, str] = {}
        self.cookie_jar = None
        self.sent: list[tuple[str, str, str]] = []
        self.told, self._otherwise = told or {}, {} if otherwise is None else otherwise

    def __getattr__(self, method: str) -> Callable[..., Any]:
        if method not in ("get", "post", "put", "delete", "patch"):
            raise AttributeError(method)

        @asynccontextmanager
        async def ask(url: Any, data: bytes | None = None, **_: Any) -> Any:
            self.sent.append((method.upper(), str(url), (data or b"").decode()))
            yield Answer(self._answer(f"{method.upper()} {urlsplit(str(url)).path}"))

        return ask

    def _answer(self, request: str) -> Any:
        method, path = request.split(" ", 1)
        fitting = [key for key in self.told if key.split(" ")[0] == method and path.endswith(key.split(" ")[1])]
        found = self.told[max(fitting, key=len)] if fitting else self._otherwise
        return found(self.request()[1]) if callable(found) else found

    def request(self, number: int = -1) -> tuple[str, dict[str, Any]]:
        """ "METHOD /path" of one that left, and all its parameters, of the URL and of the body."""
        method, url, body = self.sent[number]
        parts = urlsplit(url)
        said = flat(json.loads(body)) if body and body[0] in "[{" else dict(parse_qsl(body))
        return f"{method} {parts.path}", dict(parse_qsl(parts.query)) | said


class Answer:
    reason, headers = "OK", {"Content-Type": "application/json"}

    def __init__(self, content: Any) -> None:
        self.status, self._content = content if isinstance(content, tuple) else (200, content)

    async def text(self, **_: Any) -> str:
        return json.dumps(self._content)


def contracts_count(venue: str, kind: Kind) -> Decimal:
    counted = kind is Kind.PERP and venue in ("okx", "gate", "kucoin")
    return Decimal("0.001") if counted else Decimal(1)


def market(client: Any, venue: str, kind: Kind) -> dict[str, Any]:
    """BTC/USDT as ccxt lists it."""
    perp, size = kind is Kind.PERP, contracts_count(venue, kind)
    ids = {"okx": "BTC-USDT", "kucoin": "BTC-USDT", "gate": "BTC_USDT", "coinbase": "BTC-USDT"}
    precision = {"amount": Decimal(1) if size != 1 else Decimal("0.00001"), "price": Decimal("0.01")}
    none = {"min": None, "max": None}
    row: dict[str, Any] = client.safe_market_structure({
        "id": ids.get(venue, "BTCUSDT"), "symbol": "BTC/USDT:USDT" if perp else "BTC/USDT",
        "base": "BTC", "quote": "USDT", "settle": "USDT" if perp else None,
        "baseId": "BTC", "quoteId": "USDT", "settleId": ("usdt" if venue == "gate" else "USDT") if perp else None,
        "type": "swap" if perp else "spot", "spot": not perp, "swap": perp, "margin": False, "future": False,
        "option": False, "contract": perp, "linear": True if perp else None, "inverse": False if perp else None,
        "contractSize": size if perp else None, "active": True, "precision": precision,
        "limits": {"amount": none, "price": none, "cost": none, "leverage": none},
        "info": {"orderTypes": ["LIMIT", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "STOP", "STOP_MARKET"]},
    })  # fmt: skip
    return row


def client_of(venue: str, kind: Kind, recorder: Recorder) -> Any:
    """ccxt's unmodified class with the options that live trading gives it."""
    import ccxt.pro

    facts = facts_of(venue, kind)
    options = {"defaultType": "swap" if kind is Kind.PERP else "spot", "enableUnifiedAccount": True}
    client = getattr(ccxt.pro, facts.exchange)({
        "session": recorder, "apiKey": "k", "secret": "c2VjcmV0c2VjcmV0", "password": "p", "enableRateLimit": False,
        "number": str, "options": {**options, "enableUnifiedMargin": True, **dict(facts.options)},
    })  # fmt: skip
    client.timeout_on_exit = 0
    return client


def flat(value: Any) -> dict[str, Any]:
    """Inner names, with the outer one where two are alike."""
    found: dict[str, Any] = {}
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, (dict, list)):
            nested = flat(inner)
            found |= {f"{key}.{name}" if name in found else name: one for name, one in nested.items()}
        else:
            found[str(key)] = inner
    return found


def good(data: Any, code: str = "200000") -> Any:
    return {"code": code, "msg": "success", "data": data}


EMPTY: dict[str, Any] = {
    "POST /0/private/ClosedOrders": {"error": [], "result": {"closed": {}, "count": 0}},
    "GET /api/history/v2/orders": {"elements": []},
    "GET /api/history/v2/triggers": {"elements": []},
    "GET /api/v1/orders": good({"items": []}),
    "GET /api/v1/stop-order": good({"items": []}),
    "GET /api/v1/stopOrders": good({"items": []}),
}
Played = Callable[[CcxtBroker, Recorder], Awaitable[None]]


def play(
    venue: str, kind: Kind, told: dict[str, Any], scene: Played, terms: Terms | None = None, otherwise: Any = None
) -> None:
    """A scene at a venue that answers what is told; `otherwise` answers everything else."""

    async def main() -> None:
        keys = Keys("main", Secret("k" * 8), Secret("c2VjcmV0c2VjcmV0"), Secret("p" * 8), "a test")
        link = connect(venue, kind, keys, budget=Budget(1e5, 1e5))
        recorder = Recorder(EMPTY | told, otherwise)
        link.client.session = recorder
        link.client.set_markets([market(link.client, venue, kind)])
        try:
            await scene(CcxtBroker(link, terms=terms), recorder)
        finally:
            link.client.session = None
            await link.close()

    asyncio.run(asyncio.wait_for(main(), 30))
