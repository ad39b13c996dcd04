"""An entry in, the entries out that its reader may look for as well."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..indicators import CATALOGUE, Indicator, entries

MOST = 6


def relatives(entry: Indicator) -> list[str]:
    """Names, nearest first: what its formula is made of, what is made of it in its family, then titles alike."""
    found = dict.fromkeys(_candidates(entry))
    found.pop(entry.name, None)
    return list(found)[:MOST]


def _candidates(entry: Indicator) -> Iterator[str]:
    yield from _parts(entry)
    family = [other for other in entries() if other.family == entry.family]
    yield from (other.name for other in family if entry.name in _parts(other))
    words = _words(entry)
    alike = sorted(family, key=lambda other: (-len(words & _words(other)), other.name))
    yield from (other.name for other in alike if words & _words(other))


def _parts(entry: Indicator) -> list[str]:
    """Entries called in its formula."""
    own = {*(i.name for i in entry.inputs), *(p.name for p in entry.parameters), *(o.name for o in entry.outputs)}
    names = re.findall(r"\b([a-z_][a-z0-9_]*)\(", entry.formula)
    return [CATALOGUE[name].name for name in names if name in CATALOGUE and name not in own]


def _words(entry: Indicator) -> set[str]:
    return {word for word in re.findall(r"[a-z]{4,}", entry.title.lower()) if word not in ("candle", "candles")}
