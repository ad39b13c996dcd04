"""The operator's side of control: a command in, the session's answer out; or that no session answers, and why."""

from __future__ import annotations

import socket
import uuid

from ...diagnostics.diagnostic import InputError
from ..beside import Beside
from ..operator import user
from .commands import Command
from .note import Note, read_note
from .wire import LONGEST_ANSWER, Answer, MalformedError, Request, read_answer, request_line

PATIENCE = 35.0
"""Seconds to wait for an answer; a session answers within 30 or says that it is late."""
_STOP = "`stratrun kill --deployment FILE` stops it without its help"


class NoSessionError(Exception):
    """Nobody listens: no session runs."""


class Client:
    """Asks the session beside a ledger. Raises NoSessionError, InputError (it is there and does not answer)."""

    def __init__(self, beside: Beside, patience: float = PATIENCE) -> None:
        self._path, self._patience = beside.note, patience

    def ask(self, command: Command, why: str = "") -> Answer:
        note = read_note(self._path)
        if note is None:
            raise NoSessionError
        request = request_line(Request(note.token, uuid.uuid4().hex, user(), why, command))
        try:
            with self._connected(note) as connection:
                connection.sendall(request)
                return read_answer(_line(connection))
        except TimeoutError:
            help_ = f"it may hang: {_STOP}"
            raise InputError(f"the session (process {note.pid}) does not answer", help=help_) from None
        except (ConnectionResetError, BrokenPipeError, MalformedError, EOFError):
            raise InputError(
                f"the session (process {note.pid}) broke off", help=f"ask `stratrun status`; {_STOP}"
            ) from None

    def _connected(self, note: Note) -> socket.socket:
        """Raises NoSessionError where nobody listens any more."""
        try:
            if note.socket is None:
                return socket.create_connection(("127.0.0.1", note.port or 0), self._patience)
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self._patience)
            try:
                connection.connect(note.socket)
            except BaseException:  # Ctrl-C, too: nobody else holds the connection yet
                connection.close()
                raise
            return connection
        except (ConnectionRefusedError, FileNotFoundError):
            raise NoSessionError from None
        except TimeoutError:
            raise
        except (OSError, AttributeError) as error:
            raise InputError(f"{self._path}: the session cannot be reached: {error}") from None


def _line(connection: socket.socket) -> bytes:
    """Raises EOFError, MalformedError, TimeoutError."""
    found = bytearray()
    while not found.endswith(b"\n"):
        piece = connection.recv(65_536)
        if not piece:
            raise EOFError
        found += piece
        if len(found) > LONGEST_ANSWER:
            raise MalformedError("the answer has no end")
    return bytes(found)
