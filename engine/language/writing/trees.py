"""Expression trees as data and back: `{"op": "sum", "signs": ["+"], "args": [{...}, {...}]}`.

SHAPES lists every node with an example; the reference page shows the list, and a test holds the page to it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, cast

from ..expression.tree import (
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
from ..expression.words import MAX_DEPTH
from .data import Data, Digits, Malformed, fields
from .expressions import digits as written

SHAPES: Mapping[str, tuple[str, str]] = MappingProxyType({
    "number": ("20", "a number"),
    "percent": ("6%", "a number of percent; `value` is 6, not 0.06"),
    "path": ("4h.macd(close, 12, slow=26).hist", "names, timeframes and calls, joined by dots"),
    "negative": ("-close", "one arg with its sign turned"),
    "sum": ("open + high - low", "args with `+` or `-` between them, taken from the left"),
    "product": ("close * 2 / volume", "args with `*` or `/` between them, taken from the left"),
    "lag": ("close[1]", "one arg, `count` candles ago; `count` is a number or the name of a param"),
    "compare": ("30 < rsi14 < 70", "args with `<`, `<=`, `>`, `>=`, `==` or `!=` between them; every link holds"),
    "crosses": ("close crosses above trend", "the first arg crosses `above` or `below` the second"),
    "is": ("trend is rising", "one arg that is `rising` or `falling`"),
    "for": ("(close > trend) for 3 candles", "one arg, true on each of the last `count` candles"),
    "within": ("(close > trend) within 3 candles", "one arg, true on any of the last `count` candles"),
    "not": ("not up", "one arg that is not true"),
    "and": ("up and calm", "two args or more, all of them true"),
    "or": ("up or calm", "two args or more, at least one of them true"),
})  # fmt: skip
"""op -> (an expression of that shape, what it means)."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_TIMEFRAME = re.compile(r"[0-9]{1,9}[mhdw]")
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def tree_data(node: Node) -> Data:
    """A tree as data."""
    match node:
        case Number(value, percent):
            exact = Decimal(repr(value))
            if percent:
                return _op("percent", value=Digits(written(exact.scaleb(2))))
            return _op("number", value=Digits(written(exact)))
        case Path(segments):
            return {"op": "path", "parts": [_segment_data(segment) for segment in segments]}
        case Negative(operand):
            return _op("negative", operand)
        case Arithmetic(first, rest):
            return _chain("product" if rest[0][0] in "*/" else "sum", first, rest)
        case Comparison(first, rest):
            return _chain("compare", first, rest)
        case Lag(operand, count):
            return _op("lag", operand, count=_count_data(count))
        case Crossing(left, above, right):
            return _op("crosses", left, right, direction="above" if above else "below")
        case Trend(operand, rising):
            return _op("is", operand, direction="rising" if rising else "falling")
        case Window(operand, word, count):
            return _op(word, operand, count=_count_data(count))
        case Negation(operand):
            return _op("not", operand)
        case Junction(word, operands):
            return _op(word, *operands)


def _op(op: str, *args: Node, **more: Data) -> Data:
    return {"op": op, **more, **({"args": [tree_data(arg) for arg in args]} if args else {})}


def _chain(op: str, first: Node, rest: tuple[tuple[str, Node], ...]) -> Data:
    return _op(op, first, *(operand for _, operand in rest), signs=[sign for sign, _ in rest])


def _segment_data(segment: Segment) -> Data:
    if segment.arguments is None:
        return segment.name
    return {"call": segment.name, "args": [_argument_data(argument) for argument in segment.arguments]}


def _argument_data(argument: Argument) -> Data:
    value = tree_data(argument.value)
    return value if argument.keyword is None else {"name": argument.keyword, "value": value}


def _count_data(count: Count) -> Data:
    return count.value if isinstance(count.value, str) else Digits(written(Decimal(repr(count.value))))


def data_tree(data: Any, where: str, depth: int = 0) -> Node:
    """The tree that data describes. Raises Malformed."""
    if depth > MAX_DEPTH:
        raise Malformed(where, f"the expression is nested more than {MAX_DEPTH} levels deep")
    op = data.get("op") if isinstance(data, dict) else None
    if not isinstance(op, str) or isinstance(op, Digits) or op not in _READERS:
        known = ", ".join(SHAPES)
        raise Malformed(where, f"is no node of an expression: `op` must be one of {known}")
    return _READERS[op](data, where, depth)


def _read_number(data: Any, where: str, depth: int) -> Node:
    op, value = fields(data, where, "op", "value")
    percent = op == "percent"
    number = _number(value, f"{where}.value")
    return Number(float(Decimal(repr(number)).scaleb(-2)) if percent else number, percent)


def _read_path(data: Any, where: str, depth: int) -> Node:
    _, parts = fields(data, where, "op", "parts")
    if not isinstance(parts, list) or not parts:
        raise Malformed(f"{where}.parts", "must be a list of names and calls")
    return Path(tuple(_read_segment(part, f"{where}.parts[{n}]", depth) for n, part in enumerate(parts)))


def _read_segment(data: Any, where: str, depth: int) -> Segment:
    if not isinstance(data, dict):
        timeframe = isinstance(data, str) and _TIMEFRAME.fullmatch(data) is not None
        return Segment(data if timeframe else _name(data, where), None, timeframe)
    name, args = fields(data, where, "call", "args")
    found = _list(args, f"{where}.args")
    arguments = (_read_argument(arg, f"{where}.args[{n}]", depth) for n, arg in enumerate(found))
    return Segment(_name(name, f"{where}.call"), tuple(arguments))


def _read_argument(data: Any, where: str, depth: int) -> Argument:
    if isinstance(data, dict) and "op" not in data:
        name, value = fields(data, where, "name", "value")
        return Argument(data_tree(value, f"{where}.value", depth + 1), _name(name, f"{where}.name"))
    return Argument(data_tree(data, where, depth + 1))


def _read_chain(data: Any, where: str, depth: int) -> Node:
    op, signs, args = fields(data, where, "op", "signs", "args")
    first, *rest = _args(args, where, depth, 2)
    allowed = {"sum": ("+", "-"), "product": ("*", "/")}.get(op, _COMPARISONS)
    found = _list(signs, f"{where}.signs")
    if len(found) != len(rest) or any(sign not in allowed for sign in found):
        raise Malformed(f"{where}.signs", f"must be {len(rest)} of {' '.join(allowed)}: one between each two args")
    links = tuple(zip(map(str, found), rest, strict=True))
    return Comparison(first, links) if op == "compare" else Arithmetic(first, links)


def _read_counted(data: Any, where: str, depth: int) -> Node:
    op, count, args = fields(data, where, "op", "count", "args")
    (operand,) = _args(args, where, depth, 1, 1)
    counted = Count(_name(count, f"{where}.count") if _is_text(count) else _number(count, f"{where}.count"))
    return Lag(operand, counted) if op == "lag" else Window(operand, cast("Literal['for', 'within']", op), counted)


def _read_crossing(data: Any, where: str, depth: int) -> Node:
    _, direction, args = fields(data, where, "op", "direction", "args")
    left, right = _args(args, where, depth, 2, 2)
    return Crossing(left, _either(direction, ("above", "below"), where), right)


def _read_trend(data: Any, where: str, depth: int) -> Node:
    _, direction, args = fields(data, where, "op", "direction", "args")
    (operand,) = _args(args, where, depth, 1, 1)
    return Trend(operand, _either(direction, ("rising", "falling"), where))


def _read_single(data: Any, where: str, depth: int) -> Node:
    op, args = fields(data, where, "op", "args")
    (operand,) = _args(args, where, depth, 1, 1)
    return Negative(operand) if op == "negative" else Negation(operand)


def _read_junction(data: Any, where: str, depth: int) -> Node:
    op, args = fields(data, where, "op", "args")
    return Junction(cast("Literal['and', 'or']", op), tuple(_args(args, where, depth, 2)))


_READERS: Mapping[str, Callable[[Any, str, int], Node]] = MappingProxyType({
    "number": _read_number, "percent": _read_number, "path": _read_path, "sum": _read_chain, "product": _read_chain,
    "compare": _read_chain, "lag": _read_counted, "for": _read_counted, "within": _read_counted,
    "crosses": _read_crossing, "is": _read_trend, "negative": _read_single, "not": _read_single,
    "and": _read_junction, "or": _read_junction,
})  # fmt: skip


def _args(data: Any, where: str, depth: int, least: int, most: float = math.inf) -> list[Node]:
    found = _list(data, f"{where}.args")
    if not least <= len(found) <= most:
        raise Malformed(f"{where}.args", f"must have {least}{'' if most == least else ' or more'}, not {len(found)}")
    return [data_tree(arg, f"{where}.args[{n}]", depth + 1) for n, arg in enumerate(found)]


def _list(data: Any, where: str) -> list[Any]:
    if not isinstance(data, list):
        raise Malformed(where, "must be a list")
    return data


def _either(data: Any, words: tuple[str, str], where: str) -> bool:
    """Whether the first of two words stands here."""
    if data not in words:
        raise Malformed(f"{where}.direction", f"must be {words[0]} or {words[1]}")
    return bool(data == words[0])


def _is_text(data: Any) -> bool:
    return isinstance(data, str) and not isinstance(data, Digits)


def _name(data: Any, where: str) -> str:
    if not _is_text(data) or not _NAME.fullmatch(data):
        raise Malformed(where, "must be a name: a-z first, then a-z, 0-9 and _")
    return str(data)


def _number(data: Any, where: str) -> float:
    number = float(data) if isinstance(data, Digits) and len(data) <= 400 else -1.0
    if not 0 <= number < math.inf:
        raise Malformed(where, "must be a finite number, not below 0: a sign is a node of its own")
    return number
