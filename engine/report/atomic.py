"""A file that appears whole or not at all: bytes go to a neighbour that takes the name's place at the end."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ..diagnostics.diagnostic import InputError

_DATABASE = b"SQLite format 3\0"


@contextmanager
def replacing(path: Path, private: bool = False) -> Iterator[IO[bytes]]:
    """Yield a binary file that becomes `path` when the block ends well; otherwise nothing changes.

    Of a link, the file it leads to is written. `private`: its owner alone may read or write it, whatever the rights of
    the file that it replaces. Raises InputError for what is no regular file or a database, and when the system refuses
    (no permission, a full disk, a read-only place).
    """
    neighbour: str | None = None
    check_file_path(path)
    path = path.resolve()
    try:
        handle, neighbour = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if not private:
            _allow_as_usual(neighbour, path)
        os.replace(neighbour, path)  # noqa: PTH105 - atomic also where the target exists
        neighbour = None
    except OSError as error:
        raise InputError(f"{path}: cannot write the file: {error.strerror or error}") from error
    finally:
        if neighbour is not None:
            with suppress(OSError):
                Path(neighbour).unlink()


def check_file_path(path: Path | str) -> None:
    """Whether a file could be written there, to be asked before long work. Raises InputError."""
    if not str(path).strip():
        raise InputError("cannot write a file without a name", help="name one, such as report.html")
    path = Path(path)
    try:
        if path.is_dir():
            raise InputError(f"{path}: cannot write the file: it is a folder", help="name a file inside it")
        if not path.parent.is_dir():
            raise InputError(f"{path}: cannot write the file: no folder {path.parent}", help="create the folder first")
        # A rename would put a file in the place of a device or a pipe, for everybody on the machine.
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: cannot write the file: it is not a regular file", help="name another one")
        path.resolve()
        if is_database(path):
            raise InputError(
                f"{path}: cannot write the file: it is a database, such as a ledger", help="name another one"
            )
    except (OSError, RuntimeError, ValueError) as error:  # a name too long, links in a circle, a zero byte
        raise InputError(f"{path}: cannot write the file: {getattr(error, 'strerror', None) or error}") from error


def is_database(path: Path) -> bool:
    """Whether an SQLite file stands there. Raises OSError where that cannot be seen.

    Not to be asked of a database that this process has open: closing the file gives up its locks.
    """
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_DATABASE)) == _DATABASE


def _allow_as_usual(neighbour: str, path: Path) -> None:
    """A temporary file is private; give it the rights of the file it replaces, or those of any new file."""
    try:
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    with suppress(OSError):
        Path(neighbour).chmod(mode)
