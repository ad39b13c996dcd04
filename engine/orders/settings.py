"""What an operator may set about the order path, with the values that hold unless he does. Seconds unless said."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Settings:
    """Times, tolerances and what the ledger calls this desk's own sessions."""

    mode: str = "live"
    """`live`, `paper` or `rehearsal`, as in the ledger."""
    inline: bool = False
    """Append to the ledger in the loop's own thread: for simulated time, which a thread would not hold up."""
    answer: float = 10.0
    """How long an answer to a send or cancel is waited for before the order counts as unknown."""
    history: float = 300.0
    """How long all pages of a history are waited for: a venue's limit of requests may stretch them over minutes."""
    asks: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
    """After how long the resolver asks; the last is its deadline."""
    probe: float = 60.0
    """How often a quarantined order is asked for."""
    validity: int = 60_000
    """Ms in which a request may still be accepted, at a venue that does not say."""
    grace: float = 5.0
    """Added to the validity before a negative counts in full."""
    negatives: int = 3
    """Authoritative negatives that prove an absence; all but one must come after validity and grace."""
    overlap: int = 60_000
    """Ms that a list is read again before its cursor."""
    max_naked: float = 5.0
    """How long a position that declares a stop may be without one."""
    patience: float = 3.0
    """How long the price may stand beyond a stop that is not known to be at the venue."""
    watch: float = 1.0
    """How often the price is asked for while the engine watches a stop or a target."""
    confirm: float = 2.0
    """How long a difference of balances or positions must last before it is believed."""
    reconcile: float = 60.0
    """How often everything is compared with the venue; 0 leaves it to the caller."""
    dust_rounds: int = 5
    """Attempts of a flatten before it waits and tells somebody."""
    tolerance: Decimal = Decimal("1e-8")
    """Difference of a balance, in its currency, that is rounding."""
    buffer: Decimal = Decimal("0.01")
    """Part of the cost reserved beyond it for an order without a limit."""
    kept: int = 2_000
    """Ended orders remembered outside the ledger."""
    starting: float = 60.0
    """How long start-up asks a venue that does not answer, before it goes on with entries blocked."""
