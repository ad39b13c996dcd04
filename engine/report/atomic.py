"""A file that appears whole or not at all: bytes go to a neighbour that takes the name's place at the end."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ..diagnostics.diagnostic import InputError


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Yield a binary file that becomes `path` when the block ends well; otherwise nothing changes.

    Raises InputError when the system refuses (no permission, a full disk, a read-only place).
    """
    neighbour: str | None = None
    try:
        handle, neighbour = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _allow_as_usual(neighbour, path)
        os.replace(neighbour, path)  # noqa: PTH105 - atomic also where the target exists
        neighbour = None
    except OSError as error:
        raise InputError(f"{path}: cannot write the file: {error.strerror or error}") from error
    finally:
        if neighbour is not None:
            with suppress(OSError):
                os.unlink(neighbour)  # noqa: PTH108


def _allow_as_usual(neighbour: str, path: Path) -> None:
    """A temporary file is private; give it the rights of the file it replaces, or those of any new file."""
    try:
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    with suppress(OSError):
        os.chmod(neighbour, mode)  # noqa: PTH101
