"""A call that compares the symbols in, its term on the strategy's own clock out."""

from __future__ import annotations

from typing import NoReturn

from ...indicators.catalogue import Input, InputKind
from ..across import Across
from ..expression.codes import Code
from ..scope import Scope
from ..term import Clock, Dimension, Op, Term
from .algebra import Algebra, Operand
from .arguments import Bound, Signature
from .leaves import Outputs
from .refusal import Refusal


def signature(spec: Across) -> Signature:
    """What may stand between the parentheses."""
    if spec.takes is None:
        return Signature(spec.name, (), ())
    if spec.takes is Dimension.CONDITION:
        return Signature(spec.name, (Input("condition", InputKind.CONDITION),), ())
    return Signature(spec.name, (Input("source", InputKind.SERIES),), ())


def across(algebra: Algebra, spec: Across, bound: Bound, scope: Scope) -> Outputs:
    """The term of a call; its argument is lifted. Raises Refusal."""
    params = (spec.name, scope.timezone if spec.period else "")
    own = algebra.clocks.own
    if spec.takes is None:
        assert spec.gives is not None
        return {"": algebra.make(Op.ACROSS, (), params, own, spec.gives)}
    (operand,) = bound.inputs.values()
    term = algebra.lift(comparable(operand.term, operand, spec.example))
    gives = algebra.measure(operand.term) if spec.gives is None else spec.gives
    return {"": algebra.make(Op.ACROSS, (term,), params, own, gives)}


def comparable(term: Term, operand: Operand, example: str) -> Term:
    """What may differ from symbol to symbol. Raises Refusal."""
    if term.op is Op.CONSTANT:
        message = f"`{operand.shown}` is the same for every symbol: there is nothing to compare"
        raise operand.refuse(Code.NO_HISTORY, message, f"write one such as `{example}`")
    return term


def refuse_clock(spec: Across, at: Clock) -> NoReturn:
    """Raises the Refusal of a prefix."""
    if spec.takes is None:
        message, help_ = f"`{spec.name}` is told at the strategy's own candles and takes no prefix", spec.example
    else:
        prefix = f"{at.feed}." if at.feed else f"{at.timeframe}."
        inner = "close > open" if spec.takes is Dimension.CONDITION else "close"
        message = f"`{spec.name}` compares the symbols at the strategy's own candles and takes no prefix"
        help_ = f"{spec.name}({prefix}{inner})" if not at.feed else spec.example
    raise Refusal(Code.CLOCK, message, f"write `{help_}`")
