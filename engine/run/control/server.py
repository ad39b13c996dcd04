"""The session's side of control: listens beside the ledger, checks each request, records it, hands it on.

1. a line of at most 64 KiB within a few seconds, else the connection ends; 2. the token; 3. an action is recorded as
OperatorCommanded before anything else; 4. the session carries it out; 5. one line of answer. The same command sent
again gets the same answer and has no second effect.
"""

from __future__ import annotations

import asyncio
import hmac
import os
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from ...ledger.events_control import OperatorCommanded
from ..beside import Beside
from .commands import KIND_OF, SAFER, Action, Command, Orders, Positions, Query, Status, arguments
from .controlled import Controlled, Ordered
from .note import Note, new_token, remove_note, write_note
from .peer import user_of
from .views import plain
from .wire import LONGEST, Answer, MalformedError, Request, answer_line, read_request

Record = Callable[[OperatorCommanded], Awaitable[None]]
"""Appends to the ledger, durably; raises what the ledger raises."""
_SOCKET_LENGTH = 100
"""Bytes of a socket's path that every system takes."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for a request's line, for an action, and for the peer to take its answer; most peers and memories."""

    line: float = 10.0
    action: float = 30.0
    answer: float = 10.0
    peers: int = 32
    remembered: int = 1_000


class ControlServer:
    """`async with ControlServer(...)`: reachable while the block runs."""

    def __init__(
        self, beside: Beside, controlled: Controlled, record: Record, patience: Patience = Patience(), tcp: bool = False
    ) -> None:
        """`tcp`: listen on 127.0.0.1 also where there are unix sockets."""
        self._beside, self._controlled, self._record, self._patience = beside, controlled, record, patience
        self._tcp = tcp or os.name != "posix" or len(os.fsencode(beside.socket.absolute())) > _SOCKET_LENGTH
        self._token = new_token()
        self._answers: OrderedDict[str, asyncio.Task[Answer]] = OrderedDict()
        self._peers: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> ControlServer:
        """Raises InputError, OSError where it cannot listen or leave its note."""
        if self._tcp:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=LONGEST)
            note = Note(os.getpid(), self._token, port=self._server.sockets[0].getsockname()[1])
        else:
            path = self._beside.socket.absolute()
            with suppress(FileNotFoundError):
                path.unlink()
            self._server = await asyncio.start_unix_server(self._serve, path, limit=LONGEST)
            path.chmod(0o600)
            note = Note(os.getpid(), self._token, socket=str(path))
        try:
            write_note(self._beside.note, note)
        except BaseException:  # a cancel, too: `__aexit__` is not called for what did not begin
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop listening; actions under way go on."""
        remove_note(self._beside.note, os.getpid())
        if self._server is not None:
            self._server.close()
        for peer in list(self._peers):
            peer.cancel()
        await asyncio.gather(*self._peers, return_exceptions=True)
        await asyncio.sleep(0)  # the loop closes what was aborted
        if not self._tcp:
            with suppress(OSError):
                self._beside.socket.unlink()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._peers.add(task)
        try:
            if len(self._peers) <= self._patience.peers:
                while await self._one(reader, writer):
                    pass
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # the peer is gone, or too slow, or we end: it asks again if it wants an answer
        finally:
            self._peers.discard(task)
            await _end(writer, task.cancelling() > 0)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection may go on."""
        trusted = False
        try:
            async with asyncio.timeout(self._patience.line):
                line = await reader.readuntil(b"\n")
            request = read_request(line)
            trusted = hmac.compare_digest(request.token.encode(), self._token.encode())
            refused = Answer(False, "TOKEN", "the token is not this session's")
            answer = await self._answer(request, user_of(writer.get_extra_info("socket"))) if trusted else refused
        except asyncio.IncompleteReadError:
            return False
        except asyncio.LimitOverrunError:
            answer = Answer(False, "MALFORMED", f"a request has at most {LONGEST:,} bytes")
        except MalformedError as error:
            answer = Answer(False, "MALFORMED", str(error))
        writer.write(answer_line(answer))
        async with asyncio.timeout(self._patience.answer):
            await writer.drain()
        return trusted

    async def _answer(self, request: Request, user: str | None) -> Answer:
        command = request.command
        if isinstance(command, Query):
            return await self._in_time(asyncio.ensure_future(self._asked(command)))
        task = self._answers.get(request.command_id)
        if task is None:
            ordered = Ordered(request.command_id, user or request.who or "unknown", request.why, command)
            task = self._answers[request.command_id] = asyncio.ensure_future(self._acted(ordered))
            while len(self._answers) > self._patience.remembered:
                self._answers.popitem(last=False)
        return await self._in_time(task)

    async def _in_time(self, task: asyncio.Future[Answer]) -> Answer:
        """What was begun goes on whether or not anybody still waits for it."""
        done, _ = await asyncio.wait([task], timeout=self._patience.action)
        words = f"no answer within {self._patience.action:g} seconds; it may still take effect"
        return task.result() if done else Answer(False, "LATE", words)

    async def _asked(self, query: Query) -> Answer:
        try:
            match query:
                case Status():
                    data = plain(await self._controlled.status())
                case Orders():
                    data = plain(tuple(await self._controlled.orders()))
                case Positions():
                    data = plain(tuple(await self._controlled.positions()))
        except Exception as error:  # a fault in what is shown must not end the control of a session
            return _fault(query, error)
        return Answer(True, "OK", "", data)

    async def _acted(self, ordered: Ordered) -> Answer:
        unrecorded = ""
        try:
            await self._record(commanded(ordered))
        except Exception as error:  # whatever keeps it from the ledger: only what takes risk away goes on
            if not isinstance(ordered.action, SAFER):
                return Answer(False, "NOT_RECORDED", f"not carried out, because it cannot be recorded: {error}")
            unrecorded = f" (it could not be recorded: {error})"
        try:
            outcome = await self._controlled.act(ordered)
        except Exception as error:  # a fault in one action must not end the control of a session
            return _fault(ordered.action, error)
        return Answer(outcome.done, outcome.code, outcome.words + unrecorded, dict(outcome.details))


def commanded(ordered: Ordered) -> OperatorCommanded:
    """The event that records it."""
    kind, why = KIND_OF[type(ordered.action)], ordered.why or "no reason given"
    return OperatorCommanded(ordered.command_id, ordered.who, why, kind, arguments(ordered.action))


async def _end(writer: asyncio.StreamWriter, at_once: bool) -> None:
    """Close a connection; what the peer does not take in a second it does not get."""
    with suppress(OSError, TimeoutError):
        if not at_once:
            writer.close()
            async with asyncio.timeout(1.0):
                await writer.wait_closed()
            return
    writer.transport.abort()


def _fault(command: Command | Action, error: Exception) -> Answer:
    kind = KIND_OF[type(command)]
    return Answer(False, "FAULT", f"`{kind}` failed inside the session: {type(error).__name__}: {error}")
