"""The Book as a file beside the ledger, with the entry it stands at: the next start applies only what came later.

It only saves time. One that does not fit (another release, other strategies, a ledger that was set back) is left
aside, and the Book is made from the ledger's beginning.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from ...ledger.chain import Head
from ...ledger.reader import Reader
from ...report.atomic import replacing

_SCHEME = 2
"""Changes with what a Book saves."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What a saved Book is of; `release` is the program's, `strategies` are hashes, `seq` and `hash` the entry's."""

    ledger: str
    release: str
    account: str
    sessions: tuple[str, ...]
    strategies: tuple[str, ...]
    seq: int = 0
    hash: str = ""

    def at(self, head: Head) -> Stand:
        return replace(self, seq=head.seq, hash=head.hash)


def write(path: Path, stand: Stand, book: Mapping[str, Any]) -> None:
    """Whole or not at all. Raises InputError."""
    text = json.dumps(book, separators=(",", ":"))
    head = {"scheme": _SCHEME, **asdict(stand), "digest": sha256(text.encode()).hexdigest()}
    with replacing(path, private=True) as file:
        file.write(f"{json.dumps(head)}\n{text}\n".encode())


def read(path: Path, stand: Stand, reader: Reader) -> tuple[int, Mapping[str, Any]] | None:
    """The entry and the Book saved there, if it is of `stand` (whose own entry does not count) and of this ledger's
    chain; None otherwise, whatever is in the file. Raises LedgerError."""
    try:
        first, text = path.read_bytes().decode().rstrip("\n").split("\n")
        head = json.loads(first)
        scheme, digest = head.pop("scheme"), head.pop("digest")
        kept = Stand(**{**head, "sessions": tuple(head["sessions"]), "strategies": tuple(head["strategies"])})
        if scheme != _SCHEME or digest != sha256(text.encode()).hexdigest() or not isinstance(kept.seq, int):
            return None
        book = json.loads(text)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    same = kept.at(Head(stand.seq, stand.hash)) == stand
    return (kept.seq, book) if same and reader.hash_at(kept.seq) == kept.hash else None
