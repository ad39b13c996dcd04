"""Where the store is: `--store DIR`, STRATRUN_STORE, or the user's data folder."""

from __future__ import annotations

import os
from pathlib import Path

from ..diagnostics.diagnostic import InputError

MARKER = "stratrun-store.json"
"""Lies in a store's root and tells it from other folders."""
_WORDS = b'{"stratrun_store": 1}\n'


def default_root() -> Path:
    """The store that is meant when nobody names one."""
    chosen = os.environ.get("STRATRUN_STORE")
    if not chosen:
        import platformdirs

        chosen = str(Path(platformdirs.user_data_dir("stratrun", "stratrun")) / "candles")
    return Path(chosen).expanduser()


def make_root(root: Path) -> Path:
    """The root as a store, made where there is none. Raises InputError when it cannot be."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not (root / MARKER).exists():
            if any(root.iterdir()):
                raise InputError(f"{root}: the folder holds other files", help="name an empty folder, or a new one")
            (root / MARKER).write_bytes(_WORDS)
    except OSError as error:
        raise InputError(f"{root}: the store cannot be made: {error.strerror or error}") from None
    return root


def open_root(root: Path) -> Path:
    """The root of a store that is there. Raises InputError otherwise."""
    if not (root / MARKER).is_file():
        raise InputError(
            f"{root}: there is no candle store",
            help="`stratrun data download` or `stratrun data import` makes one; --store or STRATRUN_STORE names it",
        )
    return root


def store_above(path: Path) -> tuple[Path, tuple[str, ...]] | None:
    """A folder in a store as the store's root and the folder's names below it; None outside of stores."""
    for parent in (path, *list(path.parents)[:2]):
        if (parent / MARKER).is_file():
            return parent, path.relative_to(parent).parts
    return None
