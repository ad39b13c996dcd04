"""The tree of an expression as it was written: plain nodes, each knowing its characters `start..end`.

Equal trees compare equal wherever they stand in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias


def _place() -> int:
    return field(compare=False, repr=False, default=0)


@dataclass(frozen=True, slots=True)
class Number:
    """A literal; `value` is what it means (6% is 0.06), `percent` tells how it was written."""

    value: float
    percent: bool = False
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Argument:
    value: Node
    keyword: str | None = None
    start: int = _place()


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a path: a name, a timeframe, or a call when `arguments` is not None."""

    name: str
    arguments: tuple[Argument, ...] | None = None
    timeframe: bool = False
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Path:
    segments: tuple[Segment, ...]
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Count:
    """How many candles: a whole number as written, or the name of a param."""

    value: float | str
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Negative:
    operand: Node
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A run of `+ -` or of `* /`, taken from the left."""

    first: Node
    rest: tuple[tuple[str, Node], ...]
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Lag:
    operand: Node
    count: Count
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A chain such as `30 < x < 70`: every link must hold."""

    first: Node
    rest: tuple[tuple[str, Node], ...]
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Crossing:
    left: Node
    above: bool
    right: Node
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Trend:
    operand: Node
    rising: bool
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Window:
    """`operand` true on each (`for`) or any (`within`) of the last candles."""

    operand: Node
    word: Literal["for", "within"]
    count: Count
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Negation:
    operand: Node
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Junction:
    word: Literal["and", "or"]
    operands: tuple[Node, ...]
    start: int = _place()
    end: int = _place()


Node: TypeAlias = (
    Number | Path | Negative | Arithmetic | Lag | Comparison | Crossing | Trend | Window | Negation | Junction
)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below."""
    match node:
        case Path(segments):
            for segment in segments:
                for argument in segment.arguments or ():
                    yield argument.value
        case Arithmetic(first, rest) | Comparison(first, rest):
            yield first
            for _, operand in rest:
                yield operand
        case Crossing(left, _, right):
            yield left
            yield right
        case Junction(_, operands):
            yield from operands
        case Negative() | Lag() | Trend() | Window() | Negation():
            yield node.operand
        case Number():
            pass
