"""Paths in, the documents under them out: files as they are given, folders walked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .ours import is_ours

ENDINGS = (".yaml", ".yml", ".json")
_LARGEST = 64 << 20
"""Bytes up to which a file is looked into."""


@dataclass(frozen=True, slots=True)
class Walked:
    """`files` are to be read as documents; `passed_over` lay in the folders too and are the program's own."""

    files: tuple[Path, ...]
    passed_over: tuple[Path, ...]

    @property
    def others(self) -> str:
        """What to add to a closing line; empty where nothing was passed over."""
        count = len(self.passed_over)
        return f"; {count:,} other file{'' if count == 1 else 's'} passed over" if count else ""


def walk(paths: Iterable[str | Path]) -> Walked:
    """The documents under these paths, each once.

    A file that is named is never passed over; a path that leads to no document is given as it is, for `validate`.
    """
    files: dict[Path, None] = {}
    passed: dict[Path, None] = {}
    for given in map(Path, paths):
        ours = {path: _is_ours(path) for path in sorted(inside(given))}
        documents = [path for path, passes in ours.items() if not passes]
        files |= dict.fromkeys(documents or [given])
        passed |= dict.fromkeys(path for path, passes in ours.items() if passes)
    return Walked(tuple(files), tuple(path for path in passed if path not in files))


def is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long to be asked for
        return False


def inside(folder: Path) -> Iterator[Path]:
    """The files in a folder and those in it that could be documents by their names; none of what is no folder."""
    for where, folders, files in os.walk(folder) if is_folder(folder) else ():
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(where, name) for name in files if name.endswith(ENDINGS) and not name.startswith("."))


def _is_ours(path: Path) -> bool:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return False
        return is_ours(path.read_bytes())
    except (OSError, ValueError):
        return False  # `validate` says why it cannot be read
