"""JSON text to plain data and data to a layout; numbers keep their digits all the way."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from ..yaml.core_schema import resolve
from .layout import Entry, Group, Node, Scalar

Data: TypeAlias = "dict[str, Data] | list[Data] | str | Digits | bool | None"
MAX_DEPTH = 200
"""Levels of nesting; the deepest expression that is allowed needs fewer."""


class Digits(str):
    """A number as it is written."""

    __slots__ = ()


class Malformed(Exception):  # noqa: N818 - becomes a diagnostic where it is caught
    """What is wrong, and where in the document: `long.enter.args[0]`."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(where, message)
        self.where, self.message = where, message


def read_json(text: str) -> Data:
    """The data of a JSON text. Raises ValueError where it is none, Malformed where it is not to be trusted."""
    try:
        found: Data = json.loads(
            text, object_pairs_hook=_unique, parse_int=Digits, parse_float=Digits, parse_constant=_constant
        )
    except RecursionError:
        raise Malformed("", f"nested more than {MAX_DEPTH} levels deep") from None
    return found


def _unique(pairs: list[tuple[str, Data]]) -> Data:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(twice[:60], "the key stands twice in one mapping")
    return found


def _constant(name: str) -> Data:
    raise Malformed(name, "is not a finite number")


def layout_of(data: Data, depth: int = 0) -> Node:
    """Data as a layout without comments. Raises Malformed where it is nested too deep."""
    if depth > MAX_DEPTH:
        raise Malformed("", f"nested more than {MAX_DEPTH} levels deep")
    if isinstance(data, dict):
        entries = [Entry(_text(name), layout_of(value, depth + 1), 0, 0) for name, value in data.items()]
        return Group(True, True, 0, entries)
    if isinstance(data, list):
        return Group(False, True, 0, [Entry(None, layout_of(value, depth + 1), 0, 0) for value in data])
    if isinstance(data, Digits):
        return Scalar(str(data), resolve(data))
    if isinstance(data, str):
        return _text(data)
    return Scalar(json.dumps(data), data)


def _text(value: str) -> Scalar:
    return Scalar(value, value, '"')


def fields(data: Any, where: str, *names: str) -> list[Any]:
    """The values of a mapping that holds exactly these keys. Raises Malformed."""
    if not isinstance(data, dict):
        raise Malformed(where, "must be a mapping")
    for name in names:
        if name not in data:
            raise Malformed(where, f"`{name}` is missing")
    for name in data:
        if name not in names:
            raise Malformed(where, f"unknown key `{name[:60]}`; the keys here are {', '.join(names)}")
    return [data[name] for name in names]
