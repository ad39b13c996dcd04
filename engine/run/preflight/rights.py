"""Who else may open a ledger's file: whoever may read it can also lock it, and then nothing is recorded.

It is told and never changed: a group that reads the ledger for its reports may be meant to.
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from functools import reduce
from operator import or_
from pathlib import Path

from .check import Check, warn

_PARTS = ("", "-wal", "-shm")
"""The log and its index outlive a crash, with the rights that the file had when they were made."""
_WRITE = stat.S_IWGRP | stat.S_IWOTH


def rights_check(ledger: Path) -> Iterator[Check]:
    """Nothing where the ledger is its owner's alone, is not there, or the system knows no such rights."""
    if os.name != "posix":
        return
    parts = [ledger.with_name(ledger.name + part) for part in _PARTS]
    shared = {path: rights for path in parts if (rights := _of_others(path))}
    if not shared:
        return
    rights = reduce(or_, shared.values())
    who = "every user of this machine" if rights & stat.S_IRWXO else "every user of its group"
    may = "read and change" if rights & _WRITE else "read"
    words = f"{who} may {may} {ledger}, and can lock it so that nothing is recorded"
    yield warn("rights", words, f"`chmod 600 {shlex.join(map(str, shared))}`, unless they are meant to")


def _of_others(path: Path) -> int:
    try:
        return path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    except OSError:
        return 0
