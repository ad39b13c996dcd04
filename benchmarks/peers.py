"""Who is measured: each peer's adapter, environment, workloads, and where its simulated venue differs from ours."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from oracle import OURS, Venue
from setup_peers import python_of

OWN = "own"
"""The environment that runs this very script, with stratrun in it."""


@dataclass(frozen=True, slots=True)
class Peer:
    """`venues`: by workload, the rules its venue follows there; a workload left out cannot be said in the peer."""

    name: str
    adapter: str
    variant: str
    environment: str
    venues: Mapping[str, Venue]
    note: str = ""
    repeats: int = 9
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def python(self) -> str:
        return sys.executable if self.environment == OWN else str(python_of(self.environment))

    @property
    def available(self) -> bool:
        return self.environment == OWN or python_of(self.environment).exists()

    def note_on(self, job: str) -> str:
        return self.notes.get(job, self.note)


BOTH = {"a": OURS, "b": OURS}
CALM = {"a": OURS}
NO_ENTRY_CANDLE = Venue(entry_candle=False, stop_over_rule=True)
OF_FILL = Venue(level_of_fill=True, size_at_fill=True)

PEERS = (
    Peer("stratrun", "stratrun", "api", OWN, BOTH | {"c": OURS, "d": OURS}),
    Peer("Numba floor, fused", "floor", "fused", OWN, BOTH),
    Peer("Numba floor, columns", "floor", "columns", OWN, BOTH),
    Peer(
        "vectorbt (Rust)", "vectorbt", "rust", "pandas", {"a": OURS, "b": NO_ENTRY_CANDLE},
        notes={"b": "entry's candle untested, a level beats the exit due at the open"},
    ),
    Peer(
        "vectorbt (Numba)", "vectorbt", "numba", "pandas", {"a": OURS, "b": NO_ENTRY_CANDLE},
        notes={"b": "entry's candle untested, a level beats the exit due at the open"},
    ),
    Peer(
        "vectorbt (Rust), two rows a candle", "vectorbt", "rust-split", "pandas", {"b": OURS},
        note="twice the rows, to have the entry's candle tested",
    ),
    Peer(
        "quantwave", "quantwave", "-", "polars", CALM,
        note="fills at the signal's close; levels with next opens cannot be said",
    ),
    Peer(
        "fast-trade", "fast_trade", "-", "polars", {"a": Venue(fee_in_base=True)},
        note="fills at the signal's close; fee of a buy is taken in base; no stop or target",
    ),
    Peer(
        "wickra-backtest", "wickra", "-", "polars", {"a": OURS, "b": OF_FILL}, repeats=5,
        notes={"b": "stop, target and quantity follow the fill price, not the signal's close"},
    ),
    Peer(
        "backtesting.py", "backtesting", "-", "pandas", BOTH, repeats=3,
        notes={"b": "levels need the fill in advance: the adapter looks at the next open"},
    ),
)  # fmt: skip
BASE = "vectorbt (Rust)"
