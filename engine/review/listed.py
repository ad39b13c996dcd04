"""Values of two strategies in, the same with the entries of lists numbered alike: what stayed keeps its number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..explaining.values import Setting

_ENTRY = re.compile(r"(.*?)\.([0-9]+)\.(.*)")
Entry = tuple[tuple[str, str], ...]


def aligned(old: Sequence[Setting], new: Sequence[Setting]) -> tuple[dict[str, Setting], dict[str, Setting]]:
    """Both by key; a protection that moved down the list is not told as another one."""
    before, after = {s.key: s for s in old}, {s.key: s for s in new}
    for base in dict.fromkeys(match[1] for key in after if (match := _ENTRY.fullmatch(key))):
        numbers = _numbers(_entries(before, base), _entries(after, base))
        after = {moved.key: moved for setting in after.values() for moved in [_renumbered(setting, base, numbers)]}
    return before, after


def _entries(settings: dict[str, Setting], base: str) -> dict[int, Entry]:
    found: dict[int, list[tuple[str, str]]] = {}
    for key, setting in settings.items():
        match = _ENTRY.fullmatch(key)
        if match and match[1] == base:
            found.setdefault(int(match[2]), []).append((match[3], setting.text))
    return {number: tuple(entry) for number, entry in found.items()}


def _numbers(old: dict[int, Entry], new: dict[int, Entry]) -> dict[int, int]:
    """The old number of each new entry: equal ones first, then those of one kind, else a number of its own."""
    free = dict(old)
    numbers: dict[int, int] = {}
    for alike in (_equal, _of_one_kind, _unkinded):
        for number, entry in new.items():
            match = next((k for k, other in free.items() if number not in numbers and alike(other, entry)), None)
            if match is not None:
                numbers[number] = match
                del free[match]
    unused = max((*old, *new), default=0) + 1
    for number in new:
        if number not in numbers:
            numbers[number], unused = unused, unused + 1
    return numbers


def _equal(a: Entry, b: Entry) -> bool:
    return a == b


def _of_one_kind(a: Entry, b: Entry) -> bool:
    return a[0] == b[0]


def _unkinded(a: Entry, b: Entry) -> bool:
    """Entries without a kind (rungs, additions) are alike by what they set first."""
    return a[0][0] == b[0][0] != "kind"


def _renumbered(setting: Setting, base: str, numbers: dict[int, int]) -> Setting:
    match = _ENTRY.fullmatch(setting.key)
    if not match or match[1] != base:
        return setting
    return replace(setting, key=f"{base}.{numbers[int(match[2])]}.{match[3]}")
