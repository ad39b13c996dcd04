"""What the simulated venue lists: steps, minimums, fees and how much it trades at one price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..market.instrument import Instrument
from ..market.symbol import parse_symbol
from ..market.venue import Kind
from .refusal import Refusal, RefusedError

ZERO = Decimal(0)
MOST = Decimal(10) ** 12
"""No price reaches this."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One symbol's terms; quantities in base units, prices in quote units, fees as parts of the cost.

    `spread`: ask less bid. `depth`: how much trades at one price at one moment (None: whatever is asked), each further
    part of a market order one tick worse, `levels` of them. `touch`: a resting limit fills when the price meets it,
    not only when it passes.
    """

    symbol: str
    tick: Decimal = Decimal("0.01")
    step: Decimal = Decimal("0.0001")
    min_quantity: Decimal = Decimal("0.0001")
    max_quantity: Decimal = Decimal(1_000_000)
    min_cost: Decimal = Decimal(5)
    maker: Decimal = Decimal("0.001")
    taker: Decimal = Decimal("0.001")
    fee_in_base: bool = False
    max_leverage: Decimal = Decimal(100)
    maintenance: Decimal = Decimal("0.005")
    trading: bool = True
    spread: Decimal = ZERO
    depth: Decimal | None = None
    levels: int = 20
    touch: bool = False

    @property
    def base(self) -> str:
        return parse_symbol(self.symbol)[0]

    @property
    def quote(self) -> str:
        return parse_symbol(self.symbol)[1]

    @property
    def settle(self) -> str | None:
        return parse_symbol(self.symbol)[2]

    @property
    def kind(self) -> Kind:
        return Kind.PERP if self.settle else Kind.SPOT

    def check(self, quantity: Decimal, *prices: Decimal | None) -> None:
        """Raise RefusedError unless a quantity and the prices are on the steps and within the limits."""
        if quantity.is_nan() or not self.min_quantity <= quantity <= self.max_quantity or quantity % self.step:
            raise RefusedError(Refusal.BAD_QUANTITY, f"quantity {quantity} breaks the step or the limits")
        for price in prices:
            if price is not None and (price.is_nan() or not 0 < price < MOST or price % self.tick):
                raise RefusedError(Refusal.BAD_PRICE, f"price {price} breaks the tick {self.tick}")

    def instrument(self) -> Instrument:
        return Instrument(
            self.symbol, self.base, self.quote, self.settle, float(self.tick), float(self.step),
            float(self.min_quantity), float(self.max_quantity), float(self.min_cost), float(self.maker),
            float(self.taker), self.fee_in_base and not self.settle, float(self.maintenance), (),
        )  # fmt: skip
