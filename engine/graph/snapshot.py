"""A runtime's state at a row, as bytes; indicators that keep hidden state are pinned by their candles' hash."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..market.candles import Candles


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
        except (OSError, KeyError, TypeError, ValueError, EOFError) as error:
            raise ValueError("this is not a saved graph state, or it is damaged") from error


class Replayed:
    """Counts and hashes the candles a runtime has seen, if anything in it can only be restored from them."""

    def __init__(self, needed: bool) -> None:
        self.needed = needed
        self._first: int | None = None
        self._rows = 0
        self._digest = hashlib.sha256()

    def add(self, own: Candles, feeds: Mapping[str, Candles]) -> None:
        if not self.needed or not len(own):
            return
        if self._first is None:
            self._first = int(own.time[0])
        self._rows += len(own)
        # Row by row, so that the hash does not depend on how the candles were chunked.
        columns = [own.time.view(np.float64), own.open, own.high, own.low, own.close, own.volume]
        self._digest.update(np.stack(columns, axis=1).tobytes())

    def mark(self) -> tuple[int, int, str] | None:
        if not self.needed or self._first is None:
            return None
        return self._first, self._rows, self._digest.hexdigest()
