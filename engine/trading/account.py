"""What a run adds to a strategy: capital, and how orders fill."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..diagnostics.diagnostic import InputError

MOST_SLIPPAGE = 0.1
"""Slippage of this part of the price or more is taken for a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Account:
    """`capital` in quote units, the rest as fractions of the price where nothing else is said.

    Raises InputError for a number that is none of these.
    """

    capital: float = 10_000.0
    slippage: float = 0.0
    buffer: float = 0.01
    spread: float = 0.0
    """Distance from best bid to best ask; a market order pays half of it."""
    impact: float = 0.0
    """Slippage of an order as large as its candle's volume; it grows with the square of the share."""
    volume_share: float = 0.0
    """Most of a candle's volume that a limit order fills for; 0 = no limit."""
    touch: bool = False
    """Limits fill when the price only touches them."""
    optimistic: bool = False
    """Ambiguous candles are taken for the target instead of the stop."""

    def __post_init__(self) -> None:
        if not 0.0 < self.capital < math.inf:
            raise InputError(f"capital {self.capital:g} is not a positive amount", help="give a number such as 10000")
        if not 0.0 <= self.slippage < MOST_SLIPPAGE:
            raise InputError(
                f"slippage {self.slippage:g} is not a fraction from 0 to below {MOST_SLIPPAGE:g} of the price",
                help="give 0.001 for a tenth of a percent",
            )
        if not 0.0 <= self.spread < MOST_SLIPPAGE:
            raise InputError(
                f"spread {self.spread:g} is not a fraction from 0 to below {MOST_SLIPPAGE:g} of the price",
                help="give 0.0002 for two hundredths of a percent",
            )
        if not 0.0 <= self.impact <= 1.0:
            raise InputError(f"impact {self.impact:g} is not a fraction from 0 to 1", help="give 0.1 for a tenth")
        if not 0.0 <= self.volume_share <= 1.0:
            raise InputError(f"volume share {self.volume_share:g} is not a fraction from 0 to 1", help="give 0.05")
        if not 0.0 <= self.buffer < math.inf:
            raise InputError(f"buffer {self.buffer:g} is not a fraction of the price", help="give 0.01 for a percent")

    @property
    def reads_volume(self) -> bool:
        """Whether fills depend on how much the candles traded."""
        return self.impact > 0.0 or self.volume_share > 0.0
