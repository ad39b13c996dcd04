"""A runtime's state at a row, as bytes; indicators that keep hidden state are pinned by their candles' hash."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ..market.candles import Candles

_DAMAGE = (OSError, KeyError, TypeError, ValueError, EOFError, NotImplementedError, RuntimeError, BadZipFile)
"""What NumPy and zipfile raise for bytes that are no archive of arrays, or half of one."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`states` in plan order; `replayed` is (first open time, rows, hash) of the candles seen, where it matters."""

    plan: str
    states: list[NDArray[Any]]
    replayed: tuple[int, int, str] | None

    def to_bytes(self) -> bytes:
        out = io.BytesIO()
        head = json.dumps({"plan": self.plan, "replayed": self.replayed, "sizes": [len(s) for s in self.states]})
        flat = np.concatenate(self.states) if self.states else np.zeros(0)
        np.savez(out, head=np.frombuffer(head.encode(), np.uint8), states=flat)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Snapshot:
        """Raises ValueError for anything but the bytes of `to_bytes`."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as kept:
                head = json.loads(kept["head"].tobytes())
                flat = kept["states"]
            cuts = np.cumsum(head["sizes"])[:-1]
            replayed = tuple(head["replayed"]) if head["replayed"] else None
            return cls(str(head["plan"]), list(np.split(flat, cuts)) if head["sizes"] else [], replayed)
        except _DAMAGE as error:
            raise ValueError("this is not a saved graph state, or it is damaged") from error


class Replayed:
    """Counts and hashes the candles a runtime has seen, if anything in it can only be restored from them."""

    def __init__(self, needed: bool) -> None:
        self.needed = needed
        self._first: int | None = None
        self._rows = 0
        self._digests: dict[str, Any] = {}

    def add(self, own: Candles, feeds: Mapping[str, Candles]) -> None:
        if not self.needed:
            return
        if self._first is None and len(own):
            self._first = int(own.time[0])
        self._rows += len(own)
        for name, seen in {"": own, **feeds}.items():
            # Row by row, so that the hash does not depend on how the candles were chunked.
            columns = [seen.time.view(np.float64), seen.open, seen.high, seen.low, seen.close, seen.volume]
            self._digests.setdefault(name, hashlib.sha256()).update(np.stack(columns, axis=1).tobytes())

    def mark(self) -> tuple[int, int, str] | None:
        if not self.needed or self._first is None:
            return None
        each = ";".join(f"{name}={digest.hexdigest()}" for name, digest in sorted(self._digests.items()))
        return self._first, self._rows, hashlib.sha256(each.encode()).hexdigest()
