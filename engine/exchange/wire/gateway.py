"""A request's way over HTTP: who asks is checked, the core is asked, and faults spoil it as networks and venues do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ..accounts import Account
from ..exchange import Exchange
from ..faults import Action, Call, CrashError, Fault, Faults, Hook
from ..mischief import befall
from ..orders import Order
from ..refusal import RefusedError, check_refused

PAGE = "<html><head><title>Please wait</title></head><body>Checking your connection</body></html>"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it came, for whoever checks its signature; `target` is its path with its query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: str

    @property
    def content(self) -> str:
        """Its body, or its query where it has none."""
        return self.body or self.target.partition("?")[2]


@dataclass(slots=True)
class Ask:
    """One request: its parameters as texts, the key that it shows, who sends it, and the order that it is about, once
    these are known; `omitted`: symbols to leave out, "" for all."""

    params: Mapping[str, str]
    key: str = ""
    account: Account | None = None
    order: Order | None = None
    omitted: frozenset[str] = frozenset()

    @property
    def owner(self) -> Account:
        assert self.account is not None, "the route is signed"
        return self.account


@dataclass(frozen=True, slots=True)
class Route:
    """What a method and path do. `seek` finds the order before anything is done to it, where there is one."""

    call: Call
    work: Callable[[Ask], Any]
    signed: bool = True
    seek: Callable[[Ask], None] | None = None


class Gateway:
    """`identify` gives the account and parameters of a signed request; `refuse` and `error` word a venue's answers to
    a refusal (of a call with these parameters) and to a fault's code; `bare` strips an answer of its order's ids."""

    def __init__(
        self,
        exchange: Exchange,
        faults: Faults,
        identify: Callable[[Sent, Mapping[str, str]], Account],
        refuse: Callable[[Call, RefusedError, Mapping[str, str]], web.Response],
        error: Callable[[str], web.Response],
        bare: Callable[[Any], Any],
        key_header: str,
    ) -> None:
        self._exchange, self._faults = exchange, faults
        self._identify, self._refuse, self._error, self._bare = identify, refuse, error, bare
        self._closing = asyncio.Event()
        self._key_header = key_header

    def handler(self, route: Route) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._handle(route, request)

        return handle

    def close(self) -> None:
        """Let requests go that wait for ever."""
        self._closing.set()

    async def _handle(self, route: Route, request: web.Request) -> web.StreamResponse:
        sent = Sent(request.method, request.raw_path, request.headers, await request.text())
        ask = Ask(await _params(request, sent.body), request.headers.get(self._key_header, ""))
        faults = self._faults.next(route.call)
        ask.omitted = frozenset(fault.value for fault in faults if fault.action is Action.OMIT)
        try:
            await self._hook(request, ask, faults, Hook.BEFORE_ACCEPT, route.seek if faults else None)
            self._exchange.advance()
            self._exchange.check_up()
            if route.signed:
                ask.account = self._identify(sent, ask.params)
            result = route.work(ask)
            await self._hook(request, ask, faults, Hook.AFTER_ACCEPT)
            await self._hook(request, ask, faults, Hook.BEFORE_RESPONSE)
        except RefusedError as refused:
            return self._refuse(route.call, refused, ask.params)
        except _AnswerError as answer:
            return answer.response
        if any(fault.action is Action.NO_ID for fault in faults):
            result = self._bare(result)
        response = web.json_response(text=json.dumps(result))
        if any(fault.hook is Hook.AFTER_RESPONSE for fault in faults):
            await self._after(request, response, ask, faults)
        return response

    async def _after(self, request: web.Request, response: web.Response, ask: Ask, faults: Iterable[Fault]) -> None:
        await response.prepare(request)
        await response.write_eof()
        try:
            await self._hook(request, ask, tuple(faults), Hook.AFTER_RESPONSE)
        except _AnswerError:
            return

    async def _hook(
        self,
        request: web.Request,
        ask: Ask,
        faults: tuple[Fault, ...],
        hook: Hook,
        seek: Callable[[Ask], None] | None = None,
    ) -> None:
        if seek is not None:
            self._try_seek(ask, seek)
        if ask.order is not None and ask.account is not None:
            befall(self._exchange, ask.account.name, ask.order, faults, hook)
        for fault in faults:
            if fault.hook is hook:
                await self._strike(request, fault)

    def _try_seek(self, ask: Ask, seek: Callable[[Ask], None]) -> None:
        ask.account = next((one for one in self._exchange.accounts.values() if one.key == ask.key), None)
        try:
            if ask.account is not None:
                seek(ask)
        except RefusedError:
            ask.order = None

    async def _strike(self, request: web.Request, fault: Fault) -> None:
        match fault.action:
            case Action.DELAY:
                await self._exchange.clock.sleep(fault.number(1.0))
            case Action.DROP:
                await self._closing.wait()
                raise _AnswerError(cut(request))
            case Action.CUT | Action.REFUSE:
                raise _AnswerError(cut(request))
            case Action.ERROR:
                check_refused(fault.value)
                raise _AnswerError(self._error(fault.value))
            case Action.HTML:
                raise _AnswerError(web.Response(text=PAGE, content_type="text/html"))
            case Action.CUT_BODY:
                raise _AnswerError(await cut_body(request))
            case Action.CRASH:
                try:
                    self._faults.on_crash()
                except CrashError:
                    raise _AnswerError(cut(request)) from None


async def _params(request: web.Request, body: str) -> Mapping[str, str]:
    """Those of the query and of a form or a JSON object (also as the only one of a list); empty where it is none."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            content = json.loads(body or "{}")
        except ValueError:
            return {}
        only = content[0] if isinstance(content, list) and len(content) == 1 else content
        given |= only if isinstance(only, dict) else {}
    elif request.method != "GET":
        given |= await request.post()
    return {name: _plain(value) for name, value in given.items() if value is not None}


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class _AnswerError(Exception):
    """The answer is decided before its time."""

    def __init__(self, response: web.StreamResponse) -> None:
        super().__init__()
        self.response = response


def cut(request: web.Request) -> web.Response:
    """Break the connection; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def cut_body(request: web.Request) -> web.StreamResponse:
    """Promise more than is sent, then break the connection."""
    response = web.StreamResponse(headers={"Content-Length": "4096", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"symbol":')
    if request.transport is not None:
        request.transport.close()
    return response
