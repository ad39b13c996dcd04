"""The note beside the ledger that tells how a session is reached, and the token that opens it: for its owner's eyes."""

from __future__ import annotations

import json
import os
import secrets
import stat
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ...diagnostics.diagnostic import InputError

_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Note:
    """`socket` is a path, or None where `port` of 127.0.0.1 is listened to. `repr` shows no token."""

    pid: int
    token: str
    socket: str | None = None
    port: int | None = None

    def __repr__(self) -> str:
        return f"Note(pid={self.pid}, socket={self.socket!r}, port={self.port})"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def write_note(path: Path, note: Note) -> None:
    """Whole or not at all, readable for the owner alone. Raises InputError."""
    part = path.with_name(f"{path.name}.{note.pid}.part")
    try:
        with suppress(FileNotFoundError):
            part.unlink()
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(asdict(note)).encode())
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise InputError(f"{path}: cannot write the file: {error.strerror or error}") from None


def read_note(path: Path) -> Note | None:
    """None where there is none. Raises InputError for one that cannot be read, or that others could have written."""
    try:
        if os.name == "posix":
            found = path.stat()
            if found.st_uid not in (os.getuid(), 0) or stat.S_IMODE(found.st_mode) & 0o022:
                raise InputError(
                    f"{path}: others may have written this file", help="end the session and start it again"
                )
        with path.open("rb") as file:
            data = json.loads(file.read(_LONGEST))
        note = Note(**data)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read: {error.strerror}", help="ask as the user the session runs as"
        ) from None
    except (ValueError, TypeError, RecursionError):
        raise InputError(f"{path}: this is no session's note", help="remove it, restart the session") from None
    if not isinstance(note.token, str) or not isinstance(note.pid, int) or (note.socket is None) == (note.port is None):
        raise InputError(f"{path}: this is no session's note", help="remove it, restart the session")
    return note


def remove_note(path: Path, pid: int) -> None:
    """Remove it where it is still that process's."""
    with suppress(InputError, OSError):
        note = read_note(path)
        if note is not None and note.pid == pid:
            path.unlink()
