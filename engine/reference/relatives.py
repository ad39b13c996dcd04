"""An entry in, the entries out that its reader may look for as well."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..indicators import CATALOGUE, Indicator, entries

MOST = 6
_ENOUGH = 3


def relatives(entry: Indicator) -> list[str]:
    """Names, nearest first: its twins by other definitions, what its formula is made of, names and titles alike.

    Where that is little, entries of its family that give and read the same kinds.
    """
    found = dict.fromkeys(name for name in _near(entry) if name != entry.name)
    if len(found) < _ENOUGH:
        found |= dict.fromkeys(name for name in _of_a_kind(entry) if name != entry.name)
        return list(found)[:_ENOUGH]
    return list(found)[:MOST]


def _near(entry: Indicator) -> Iterator[str]:
    family = [other for other in entries() if other.family == entry.family]
    yield from _twins(entry)
    yield from (other.name for other in entries() if entry.name in _twins(other))
    yield from _parts(entry)
    yield from (other.name for other in entries() if _stems(other) & _stems(entry))
    yield from (other.name for other in family if entry.name in _parts(other))
    words = _words(entry)
    alike = sorted(family, key=lambda other: (-len(words & _words(other)), other.name))
    yield from (other.name for other in alike if words & _words(other))


def _twins(entry: Indicator) -> list[str]:
    """Entries that its convention names in backticks."""
    names = re.findall(r"`([a-z_][a-z0-9_]*)", entry.convention)
    own = _own(entry)
    return [CATALOGUE[name].name for name in names if name in CATALOGUE and name not in own]


def _parts(entry: Indicator) -> list[str]:
    """Entries called in its formula."""
    names = re.findall(r"\b([a-z_][a-z0-9_]*)\(", entry.formula)
    own = _own(entry)
    return [CATALOGUE[name].name for name in names if name in CATALOGUE and name not in own]


def _own(entry: Indicator) -> set[str]:
    return {*(i.name for i in entry.inputs), *(p.name for p in entry.parameters), *(o.name for o in entry.outputs)}


def _stems(entry: Indicator) -> set[str]:
    """Parts of its name that are entries themselves: `rsi` of `stoch_rsi`, and of `rsi`."""
    return {part for part in entry.name.split("_") if part in CATALOGUE and CATALOGUE[part].name == part}


def _words(entry: Indicator) -> set[str]:
    return {word for word in re.findall(r"[a-z]{4,}", entry.title.lower()) if word not in ("candle", "candles")}


def _of_a_kind(entry: Indicator) -> Iterator[str]:
    def kind(one: Indicator) -> object:
        return [(o.dimension, o.low, o.high) for o in one.outputs]

    yield from (other.name for other in entries() if other.family == entry.family and kind(other) == kind(entry))
    yield from (
        other.name for other in entries()
        if other.family == entry.family and [i.kind for i in other.inputs] == [i.kind for i in entry.inputs]
    )  # fmt: skip
