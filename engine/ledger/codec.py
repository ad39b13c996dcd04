"""An event in, its canonical JSON out, and back: keys in order, no blanks, ASCII, numbers of money as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from .coders import FieldCoder, coders_of
from .events import KIND_OF, KINDS, Event
from .refusal import RefusedError, Rule
from .secrets import strike

VERSIONS: Mapping[str, int] = MappingProxyType({**dict.fromkeys(KINDS, 1), "candles_seen": 2, "order_amended": 2})
"""Kind -> version of the payload that is written today."""
OLDER: Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = MappingProxyType(
    {
        ("candles_seen", 1): lambda payload: {**payload, "late": False},
        ("order_amended", 1): lambda payload: {**payload, "reserved": None},
    }
)
"""(kind, version) -> what makes that payload one of the next version. Rows are never rewritten."""
LONGEST_PAYLOAD = 1_000_000
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
_CODERS: Mapping[type, tuple[FieldCoder, ...]] = {event: coders_of(event) for event in KIND_OF}
_NAMES = {event: frozenset(coder.name for coder in coders) for event, coders in _CODERS.items()}
_NEVER_EMPTY = frozenset({"account", "symbol", "currency", "market", "fee_currency", "prefix", "stream", "name"})


class DamagedError(ValueError):
    """A payload that no event of that kind and version has."""


def canonical(value: object) -> str:
    """The one JSON text of a value."""
    return _CANONICAL.encode(value)


def encode(event: Event) -> str:
    """The payload's text. Raises RefusedError."""
    payload: dict[str, Any] = {}
    coders = _CODERS.get(type(event))
    if coders is None:
        raise RefusedError(Rule.PAYLOAD, f"{type(event).__name__} is no event")
    for name, coder in ((c.name, c.coder) for c in coders):
        value = getattr(event, name)
        try:
            payload[name] = encoded = coder.encode(value)
        except (TypeError, ValueError) as error:
            raise RefusedError(Rule.PAYLOAD, f"{KIND_OF[type(event)]}.{name}: {error}") from None
        if encoded == "" and (name.endswith("_id") or name in _NEVER_EMPTY):
            raise RefusedError(Rule.PAYLOAD, f"{KIND_OF[type(event)]}.{name} is empty")
        if encoded != value and isinstance(value, str) and name.endswith("_id"):
            rule = Rule.PAYLOAD if strike(value) == value else Rule.SECRET
            raise RefusedError(rule, f"{KIND_OF[type(event)]}.{name} holds a control character or a secret")
    text = canonical(payload)
    if len(text) > LONGEST_PAYLOAD:
        raise RefusedError(Rule.PAYLOAD, f"{KIND_OF[type(event)]}: {len(text):,} bytes; at most {LONGEST_PAYLOAD:,}")
    return text


def decode(kind: str, version: int, text: str) -> Event:
    """The event of a payload, brought to today's version. Raises DamagedError."""
    cls = KINDS.get(kind)
    if cls is None or not isinstance(version, int) or not 1 <= version <= VERSIONS[kind]:
        raise DamagedError(f"no events '{kind}' of version {version}")
    try:
        payload = json.loads(text)
        for older in range(version, VERSIONS[kind]):
            payload = OLDER[kind, older](payload)
        if payload.keys() != _NAMES[cls]:
            raise ValueError("its fields are not those of the kind")
        return cls(**{coder.name: coder.coder.decode(payload[coder.name]) for coder in _CODERS[cls]})
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
        raise DamagedError(f"{kind}: {error}") from None
