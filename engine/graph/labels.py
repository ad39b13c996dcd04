"""What a column is called for people: the expression it holds, in the language's own words."""

from __future__ import annotations

from collections.abc import Sequence

from ..language.term import Clock, Op, Term

LONGEST = 60
_BETWEEN = {
    Op.ADD: "+", Op.SUB: "-", Op.MUL: "*", Op.DIV: "/", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">=",
    Op.EQ: "==", Op.NE: "!=", Op.AND: "and", Op.OR: "or", Op.CROSS_ABOVE: "crosses above",
    Op.CROSS_BELOW: "crosses below",
}  # fmt: skip


def prefix(clock: Clock, own: Clock) -> str:
    """What stands before a name on this clock: nothing, `4h.`, `btc.` or `btc.4h.`"""
    feed = f"{clock.feed}." if clock.feed else ""
    return feed if clock.timeframe == own.timeframe else f"{feed}{clock.timeframe}."


def operator_label(term: Term, parts: Sequence[str]) -> str:
    """The label of an operator from those of its arguments."""
    if term.op in _BETWEEN:
        return shortened(f" {_BETWEEN[term.op]} ".join(_wrapped(p) for p in parts))
    (part,) = (_wrapped(p) for p in parts)
    if term.op is Op.NEG:
        return f"-{part}"
    if term.op is Op.NOT:
        return f"not {part}"
    if term.op is Op.LAG:
        return f"{part}[{term.params[0]}]"
    if term.op in (Op.FOR, Op.WITHIN):
        return f"{part} {term.op} {term.params[0]} candles"
    return f"{part} is {term.op}"


def call_label(name: str, inputs: Sequence[str], values: Sequence[float | int]) -> str:
    """The label of an indicator call: what the author gave it, then its parameters."""
    return shortened(f"{name}({', '.join([*inputs, *(f'{v:g}' for v in values)])})")


def shortened(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 3]}..."


def _wrapped(label: str) -> str:
    """In parentheses where it would read ambiguously: it has blanks outside of a call's own parentheses."""
    depth = 0
    for char in label:
        depth += (char == "(") - (char == ")")
        if char == " " and depth == 0:
            return f"({label})"
    return label
