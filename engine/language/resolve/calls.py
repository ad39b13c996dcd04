"""A call whose arguments found their places in, the terms of its outputs out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ...indicators.catalogue import Indicator, InputKind
from ..expression.codes import Code
from ..term import Clock, Dimension, Op, Term
from .algebra import Algebra, Operand
from .arguments import Bound
from .dimensions import PLAIN, Measure, measure
from .leaves import Outputs, field
from .refusal import Refusal

_SAME = "same"


def indicator(algebra: Algebra, entry: Indicator, name: str, bound: Bound, at: Clock) -> Outputs:
    """One term per output, called `name` by the author on clock `at`. Raises Refusal.

    Candle fields read besides the arguments (an `atr`'s high and low) are unprefixed leaves, so they stand on `at`.
    """
    operands = []
    for slot in entry.inputs:
        if slot.name in bound.inputs:
            operands.append(bound.inputs[slot.name])
        elif slot.kind is InputKind.SERIES and slot.default is not None:
            operands.append(Operand(field(slot.default, at, algebra), slot.default))
    terms, clock = algebra.align(operands, at)
    if clock != at and len(operands) < len(entry.inputs):
        terms, clock = _beside_candles(algebra, name, operands, at)
    same = _shared(algebra, operands) if any(o.dimension == _SAME for o in entry.outputs) else PLAIN
    return {
        output.name: algebra.make(
            Op.INDICATOR,
            terms,
            (entry.name, output.name, *bound.values),
            clock,
            same if output.dimension == _SAME else measure(Dimension(output.dimension)),
        )
        for output in entry.outputs
    }


def _beside_candles(
    algebra: Algebra, name: str, operands: Sequence[Operand], at: Clock
) -> tuple[tuple[Term, ...], Clock]:
    if at != algebra.clocks.own:
        message = f"`{name}` reads candles of {at.timeframe}, but what it is given stands on another clock"
        raise Refusal(Code.CLOCK, message, f"put the prefix in front of `{name}` only")
    return tuple(algebra.lift(operand.term) for operand in operands), at


def _shared(algebra: Algebra, operands: Sequence[Operand]) -> Measure:
    """What all series given measure alike."""
    series = [o for o in operands if o.term.dimension is not Dimension.CONDITION]
    shared = algebra.measure(series[0].term) if series else PLAIN
    for a, b in pairwise(series):
        algebra.alike(a, b, "mixed")
        if shared == PLAIN:
            shared = algebra.measure(b.term)
    return shared
