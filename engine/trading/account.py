"""What a run adds to a strategy: capital, slippage and the reservation's buffer."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..diagnostics.diagnostic import InputError

MOST_SLIPPAGE = 0.1
"""Slippage of this part of the price or more is taken for a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Account:
    """`capital` in quote units; `slippage` and `buffer` as fractions of the price. Raises InputError for others."""

    capital: float = 10_000.0
    slippage: float = 0.0
    buffer: float = 0.01

    def __post_init__(self) -> None:
        if not 0.0 < self.capital < math.inf:
            raise InputError(f"capital {self.capital:g} is not a positive amount", help="give a number such as 10000")
        if not 0.0 <= self.slippage < MOST_SLIPPAGE:
            raise InputError(
                f"slippage {self.slippage:g} is not a fraction from 0 to below {MOST_SLIPPAGE:g} of the price",
                help="give 0.001 for a tenth of a percent",
            )
        if not 0.0 <= self.buffer < math.inf:
            raise InputError(f"buffer {self.buffer:g} is not a fraction of the price", help="give 0.01 for a percent")
