"""The chain: each row's hash covers the row before it, so that a change, a gap or another order shows."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

GENESIS = "0" * 64
"""What the first row's hash follows."""


class Head(NamedTuple):
    """The last row of a chain."""

    seq: int
    hash: str


EMPTY = Head(0, GENESIS)


def link(previous: str, seq: int, time: int, kind: str, version: int, payload: str) -> str:
    """SHA-256 (hex) of the previous hash, seq, time, kind, version and payload, one a line."""
    text = f"{previous}\n{seq}\n{time}\n{kind}\n{version}\n{payload}"
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
