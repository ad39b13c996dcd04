"""An expression's tree in, its text out: canonical spacing, and brackets only where the grammar needs them."""

from __future__ import annotations

from decimal import Decimal
from enum import IntEnum

from ..expression.tree import (
    Argument,
    Arithmetic,
    Comparison,
    Crossing,
    Junction,
    Lag,
    Negation,
    Negative,
    Node,
    Number,
    Path,
    Segment,
    Trend,
    Window,
)


class _Level(IntEnum):
    """How firmly a node holds together, loosest first; each is a rule of the grammar."""

    CONDITION = 0
    TERM = 1
    SUFFIXED = 2
    RELATION = 3
    SUM = 4
    PRODUCT = 5
    UNARY = 6
    ATOM = 7


def print_expression(node: Node) -> str:
    """The text whose tree is `node`."""
    return _text(node, _Level.CONDITION)


def _text(node: Node, least: _Level) -> str:
    """The node's text, in brackets where it holds together less firmly than its place asks."""
    text, level = _written(node)
    return text if level >= least else f"({text})"


def _written(node: Node) -> tuple[str, _Level]:
    match node:
        case Number(value, percent):
            return _number(value, percent), _Level.ATOM
        case Path(segments):
            return ".".join(map(_segment, segments)), _Level.ATOM
        case Lag(operand, count):
            return f"{_text(operand, _Level.ATOM)}[{_count(count.value)}]", _Level.UNARY
        case Negative(operand):
            return "-" + _text(operand, _Level.UNARY), _Level.UNARY
        case Arithmetic(first, rest):
            product = rest[0][0] in "*/"
            return _chain(first, rest, _Level.UNARY if product else _Level.PRODUCT), (
                _Level.PRODUCT if product else _Level.SUM
            )
        case Comparison(first, rest):
            return _chain(first, rest, _Level.SUM), _Level.RELATION
        case Crossing(left, above, right):
            word = "above" if above else "below"
            return f"{_text(left, _Level.SUM)} crosses {word} {_text(right, _Level.SUM)}", _Level.RELATION
        case Trend(operand, rising):
            return f"{_text(operand, _Level.SUM)} is {'rising' if rising else 'falling'}", _Level.RELATION
        case Window(operand, word, count):
            candles = "candle" if count.value == 1 else "candles"
            return f"{_bracketed(operand)} {word} {_count(count.value)} {candles}", _Level.SUFFIXED
        case Negation(operand):
            return f"not {_text(operand, _Level.TERM)}", _Level.TERM
        case Junction(word, operands):
            return f" {word} ".join(_text(operand, _Level.TERM) for operand in operands), _Level.CONDITION


def _chain(first: Node, rest: tuple[tuple[str, Node], ...], least: _Level) -> str:
    return _text(first, least) + "".join(f" {sign} {_text(operand, least)}" for sign, operand in rest)


def _bracketed(node: Node) -> str:
    """What lasts over candles; a relation reads better in brackets, though it needs none."""
    text, level = _written(node)
    return f"({text})" if level < _Level.SUFFIXED or level is _Level.RELATION else text


def _segment(segment: Segment) -> str:
    if segment.arguments is None:
        return segment.name
    return f"{segment.name}({', '.join(map(_argument, segment.arguments))})"


def _argument(argument: Argument) -> str:
    text = _text(argument.value, _Level.CONDITION)
    return text if argument.keyword is None else f"{argument.keyword}={text}"


def _count(value: float | str) -> str:
    return value if isinstance(value, str) else digits(Decimal(repr(value)))


def _number(value: float, percent: bool) -> str:
    """The shortest digits that are read as this number."""
    exact = Decimal(repr(value))
    return digits(exact.scaleb(2)) + "%" if percent else digits(exact)


def digits(value: Decimal) -> str:
    """Without exponent and without idle zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
