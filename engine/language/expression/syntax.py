"""Text of an expression in, tree out: the grammar's parser and the actions that build nodes.

The parser is loaded from a table made from `grammar.lark` (building it takes longer than parsing a file's worth
of expressions); with another release of lark than the table's, it is built from the grammar itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import lark

from . import grammar_table
from .tree import (
    Argument,
    Arithmetic,
    Comparison,
    Count,
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


def ratio(digits: str) -> float:
    """The double nearest to so many percent; dividing by 100 would round twice."""
    return float(f"{digits}e-2")


def tree_of(text: str) -> Node:
    """Parse `text`. Raises lark.UnexpectedInput where it is not an expression."""
    return _parser().parse(text)  # type: ignore[return-value]


@cache
def _parser() -> lark.Lark:
    if lark.__version__ != grammar_table.LARK:
        from .build_grammar import build

        return build(transformer=_Actions())
    # What lark's own stand-alone parsers call; the test of this module holds it to the grammar.
    load: Callable[..., lark.Lark] = lark.Lark._load_from_dict
    return load(grammar_table.DATA, grammar_table.MEMO, transformer=_Actions())


class _Actions:
    """One method per rule of the grammar; positions come from tokens and from the nodes below."""

    def number(self, parts: list[Any]) -> Number:
        token = parts[0]
        percent = len(parts) == 2
        return Number(ratio(token) if percent else float(token), percent, token.start_pos, parts[-1].end_pos)

    def path(self, parts: list[Any]) -> Path:
        segments = tuple(map(_segment, parts))
        return Path(segments, segments[0].start, segments[-1].end)

    def word(self, parts: list[Any]) -> Any:
        return parts[0]

    def call(self, parts: list[Any]) -> Segment:
        name, close = parts[0], parts[-1]
        arguments = tuple(part for part in parts[1:-1] if part is not None)
        return Segment(str(name), arguments, False, name.start_pos, close.end_pos)

    def argument(self, parts: list[Any]) -> Argument:
        name, value = parts
        if name is None:
            return Argument(value, None, value.start)
        return Argument(value, str(name), name.start_pos)

    def count(self, parts: list[Any]) -> Count:
        (token,) = parts
        value = float(token) if token.type == "NUMBER" else str(token)
        return Count(value, token.start_pos, token.end_pos)

    def negative(self, parts: list[Any]) -> Negative:
        sign, operand = parts
        return Negative(operand, sign.start_pos, operand.end)

    def arithmetic(self, parts: list[Any]) -> Arithmetic:
        return Arithmetic(parts[0], _links(parts), parts[0].start, parts[-1].end)

    def lag(self, parts: list[Any]) -> Lag:
        operand, count, close = parts
        return Lag(operand, count, operand.start, close.end_pos)

    def comparison(self, parts: list[Any]) -> Comparison:
        return Comparison(parts[0], _links(parts), parts[0].start, parts[-1].end)

    def crossing(self, parts: list[Any]) -> Crossing:
        left, _, direction, right = parts
        return Crossing(left, direction.type == "ABOVE", right, left.start, right.end)

    def trend(self, parts: list[Any]) -> Trend:
        operand, _, direction = parts
        return Trend(operand, direction.type == "RISING", operand.start, direction.end_pos)

    def window(self, parts: list[Any]) -> Window:
        operand, word, count, candles = parts
        return Window(operand, "for" if word.type == "FOR" else "within", count, operand.start, candles.end_pos)

    def negation(self, parts: list[Any]) -> Negation:
        word, operand = parts
        return Negation(operand, word.start_pos, operand.end)

    def junction(self, parts: list[Any]) -> Junction:
        operands = tuple(parts[::2])
        return Junction("and" if parts[1].type == "AND" else "or", operands, operands[0].start, operands[-1].end)


def _links(parts: list[Any]) -> tuple[tuple[str, Node], ...]:
    return tuple((str(sign), operand) for sign, operand in zip(parts[1::2], parts[2::2], strict=True))


def _segment(part: Any) -> Segment:
    if isinstance(part, Segment):
        return part
    return Segment(str(part), None, part.type == "TIMEFRAME", part.start_pos, part.end_pos)
