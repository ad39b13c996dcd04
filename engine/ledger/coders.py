"""A field's type in, the way its values become JSON and come back out; both ways check what they are given."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints
from unicodedata import category

from .exact import number_of, text_of
from .secrets import check_name, strike
from .values import Amounts, Texts

LONGEST_TEXT = 4_000
"""Characters of one text; what is longer is refused."""
_LARGEST = 2**63 - 1


class Coder(NamedTuple):
    """`encode` raises TypeError or ValueError (or RefusedError for a secret), `decode` likewise."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class FieldCoder:
    name: str
    hint: Any
    coder: Coder


def coders_of(cls: type) -> tuple[FieldCoder, ...]:
    """One for each field of a dataclass, in order."""
    hints = get_type_hints(cls)
    return tuple(FieldCoder(f.name, hints[f.name], coder_of(hints[f.name])) for f in fields(cls))


def coder_of(hint: Any) -> Coder:
    """The coder of a field's type. Raises TypeError for a type the ledger does not know."""
    if hint == Amounts:
        return Coder(_pairs(lambda v: text_of(_decimal(v))), lambda v: tuple((k, number_of(x)) for k, x in v.items()))
    if hint == Texts:
        return Coder(_pairs(_text), lambda v: tuple((k, _is(x, str)) for k, x in v.items()))
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType) and types.NoneType in arguments and len(arguments) == 2:
        inner = coder_of(next(a for a in arguments if a is not types.NoneType))
        return Coder(lambda v: None if v is None else inner.encode(v), lambda v: None if v is None else inner.decode(v))
    if origin is tuple and arguments[1:] == (...,):
        inner = coder_of(arguments[0])
        return Coder(lambda v: [inner.encode(x) for x in _is(v, tuple)], lambda v: tuple(map(inner.decode, v)))
    if isinstance(hint, type):
        if issubclass(hint, StrEnum):
            return Coder(lambda v: hint(v).value, hint)
        if is_dataclass(hint):
            return _record(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    raise TypeError(f"no coder for {hint}")


def _record(cls: type) -> Coder:
    """A dataclass inside an event, as a list of its values."""
    parts = coders_of(cls)

    def encode(value: Any) -> list[Any]:
        _is(value, cls)
        return [part.coder.encode(getattr(value, part.name)) for part in parts]

    def decode(value: Any) -> Any:
        return cls(*(part.coder.decode(one) for part, one in zip(parts, value, strict=True)))

    return Coder(encode, decode)


def _pairs(encode: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    def pairs(value: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, one in _is(value, tuple):
            check_name(_text(name))
            if name in found:
                raise ValueError(f"'{name}' is there twice")
            found[name] = encode(one)
        return found

    return pairs


def _is(value: Any, kind: type) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"expected {kind.__name__}, got {type(value).__name__}")
    return value


def _text(value: Any) -> str:
    text: str = _is(value, str)
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(text):,} characters; at most {LONGEST_TEXT:,}")
    return strike(text if text.isprintable() else _plain(text))


def _plain(text: str) -> str:
    """Blanks for what steers a terminal or is no character: an exchange's words must not keep an event out."""
    return "".join(" " if category(c) in ("Cc", "Cs") and c not in "\n\t" else c for c in text)


def _integer(value: Any) -> int:
    if abs(_is(value, int)) > _LARGEST:
        raise ValueError(f"{value} is too large a whole number")
    return int(value)


def _decimal(value: Any) -> Decimal:
    number: Decimal = _is(value, Decimal)
    return number


_PLAIN: dict[Any, Coder] = {
    str: Coder(_text, lambda v: _is(v, str)),
    int: Coder(_integer, lambda v: _is(v, int)),
    bool: Coder(lambda v: _is(v, bool), lambda v: _is(v, bool)),
    Decimal: Coder(lambda v: text_of(_decimal(v)), number_of),
}
