"""A proved move in, the new file and a backup of the old one on disk; whatever fails, the old text is still there.

1. Nothing may stand in the way: no link, no read-only file, no other file of the new name.
2. The old bytes are kept under a name that no file had. 3. The new file appears whole. 4. It is read again.
5. Only then an old file of another name is removed, and only if it is still the one that was read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..diagnostics.diagnostic import InputError
from ..language.yaml.source import read_bytes
from ..report.atomic import replacing
from .look import Move

_CODE = "SR809"
_MOST_BACKUPS = 10_000


def replace(move: Move, backup: bool = True) -> Path | None:
    """Write the new file; gives the backup's path. Raises InputError; then the old file is as it was."""
    _check(move)
    with _kept(move) if backup else _nothing() as kept:
        with replacing(move.target) as file:
            file.write(move.new)
            _check(move)
        if read_bytes(move.target) != move.new:
            raise InputError(f"{move.target}: the disk does not give back what was written", code=_CODE)
    if move.target != move.path:
        _remove(move)
    return kept


def _check(move: Move) -> None:
    path, target = move.path, move.target
    if path.is_symlink():
        raise InputError(f"{path}: this is a link", f"migrate {os.path.realpath(path)} itself", _CODE)
    if target != path and os.path.lexists(target):
        raise InputError(f"{target}: there is such a file already", "move one of them away", _CODE)
    if read_bytes(path) != move.old:
        raise InputError(f"{path}: the file has changed while it was migrated", "run the command again", _CODE)
    if not os.access(path, os.W_OK):
        raise InputError(f"{path}: the file is read-only", "make it writable, or leave it out", _CODE)


@contextmanager
def _nothing() -> Iterator[None]:
    yield None


@contextmanager
def _kept(move: Move) -> Iterator[Path]:
    """A copy of the old file, which goes again where the move fails."""
    path = _backup(move)
    try:
        yield path
    except BaseException:  # Ctrl-C, too: no copy is left of what did not move
        if read_bytes(move.path) == move.old:
            with suppress(OSError):
                path.unlink()
        raise


def _backup(move: Move) -> Path:
    """`dip.v1.json.bak`, or with a number: an older backup is never overwritten."""
    path = move.path
    for number in range(1, _MOST_BACKUPS):
        again = f".{number}" if number > 1 else ""
        candidate = path.with_name(f"{path.stem}.v{move.before}{path.suffix}{again}.bak")
        try:
            file = candidate.open("xb")
        except FileExistsError:
            continue
        except OSError as error:
            raise InputError(f"{candidate}: cannot write the backup: {error.strerror or error}") from error
        try:
            with file:
                file.write(move.old)
                file.flush()
                os.fsync(file.fileno())
            candidate.chmod(path.stat().st_mode & 0o777)
        except BaseException as error:  # Ctrl-C, too: half a backup is none
            with suppress(OSError):
                candidate.unlink()
            if isinstance(error, OSError):
                raise InputError(f"{candidate}: cannot write the backup: {error.strerror or error}") from error
            raise
        return candidate
    raise InputError(f"{path}: there are too many backups beside it", "move some away", _CODE)


def _remove(move: Move) -> None:
    if read_bytes(move.path) != move.old:
        message = f"{move.path}: the file changed while it was migrated; {move.target} holds what it was before"
        raise InputError(message, "look at both, and remove one", _CODE)
    try:
        move.path.unlink()
    except OSError as error:
        message = f"{move.path}: {move.target} is written, but the old file cannot be removed"
        raise InputError(f"{message}: {error.strerror or error}", "remove it", _CODE) from error
