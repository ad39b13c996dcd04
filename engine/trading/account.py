"""What a run adds to a strategy: capital, slippage and the reservation's buffer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """`capital` in quote units; `slippage` and `buffer` as fractions of the price."""

    capital: float = 10_000.0
    slippage: float = 0.0
    buffer: float = 0.01
