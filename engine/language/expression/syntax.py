"""What each rule of the grammar makes of its parts: tokens and nodes in, a node out (see `parser`)."""

from __future__ import annotations

from typing import Any, NamedTuple

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


class Token(NamedTuple):
    """A word of an expression, its kind as the grammar calls it, and its characters `start..end`."""

    kind: str
    text: str
    start: int
    end: int


def ratio(digits: str) -> float:
    """The double nearest to so many percent; dividing by 100 would round twice."""
    return float(f"{digits}e-2")


class Actions:
    """One method per rule of the grammar; positions come from tokens and from the nodes below."""

    @staticmethod
    def number(parts: list[Any]) -> Number:
        token = parts[0]
        percent = len(parts) == 2
        return Number(ratio(token.text) if percent else float(token.text), percent, token.start, parts[-1].end)

    @staticmethod
    def path(parts: list[Any]) -> Path:
        segments = tuple(map(_segment, parts))
        return Path(segments, segments[0].start, segments[-1].end)

    @staticmethod
    def word(parts: list[Any]) -> Any:
        return parts[0]

    @staticmethod
    def call(parts: list[Any]) -> Segment:
        name, close = parts[0], parts[-1]
        return Segment(name.text, tuple(parts[1:-1]), False, name.start, close.end)

    @staticmethod
    def argument(parts: list[Any]) -> Argument:
        value = parts[-1]
        if len(parts) == 1:
            return Argument(value, None, value.start)
        return Argument(value, parts[0].text, parts[0].start)

    @staticmethod
    def count(parts: list[Any]) -> Count:
        (token,) = parts
        value = float(token.text) if token.kind == "NUMBER" else token.text
        return Count(value, token.start, token.end)

    @staticmethod
    def negative(parts: list[Any]) -> Negative:
        sign, operand = parts
        return Negative(operand, sign.start, operand.end)

    @staticmethod
    def arithmetic(parts: list[Any]) -> Arithmetic:
        return Arithmetic(parts[0], _links(parts), parts[0].start, parts[-1].end)

    @staticmethod
    def lag(parts: list[Any]) -> Lag:
        operand, count, close = parts
        return Lag(operand, count, operand.start, close.end)

    @staticmethod
    def comparison(parts: list[Any]) -> Comparison:
        return Comparison(parts[0], _links(parts), parts[0].start, parts[-1].end)

    @staticmethod
    def crossing(parts: list[Any]) -> Crossing:
        left, _, direction, right = parts
        return Crossing(left, direction.kind == "ABOVE", right, left.start, right.end)

    @staticmethod
    def trend(parts: list[Any]) -> Trend:
        operand, _, direction = parts
        return Trend(operand, direction.kind == "RISING", operand.start, direction.end)

    @staticmethod
    def window(parts: list[Any]) -> Window:
        operand, word, count, candles = parts
        return Window(operand, "for" if word.kind == "FOR" else "within", count, operand.start, candles.end)

    @staticmethod
    def negation(parts: list[Any]) -> Negation:
        word, operand = parts
        return Negation(operand, word.start, operand.end)

    @staticmethod
    def junction(parts: list[Any]) -> Junction:
        operands = tuple(parts[::2])
        return Junction("and" if parts[1].kind == "AND" else "or", operands, operands[0].start, operands[-1].end)


def _links(parts: list[Any]) -> tuple[tuple[str, Node], ...]:
    return tuple((sign.text, operand) for sign, operand in zip(parts[1::2], parts[2::2], strict=True))


def _segment(part: Any) -> Segment:
    if isinstance(part, Segment):
        return part
    return Segment(part.text, None, part.kind == "TIMEFRAME", part.start, part.end)
