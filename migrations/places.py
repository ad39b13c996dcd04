"""Which piece of an old text each piece of a new text comes from."""

from __future__ import annotations

from collections.abc import Iterable

from .tree import Mark


class Places:
    """Pairs of marks (new, old); `same` ones are equal character by character."""

    def __init__(self, pairs: Iterable[tuple[Mark, Mark, bool]] = ()) -> None:
        self._pairs = tuple(pairs)

    def old(self, mark: Mark) -> Mark | None:
        """Where a stretch of the new text was in the old one: by the smallest pair around it, or the first inside."""
        around = [pair for pair in self._pairs if pair[0].start <= mark.start and mark.end <= pair[0].end]
        if around:
            new, old, same = min(around, key=lambda pair: (pair[0].end - pair[0].start, not pair[2]))
            return Mark(old.start + mark.start - new.start, old.start + mark.end - new.start) if same else old
        inside = [old for new, old, _ in self._pairs if mark.start <= new.start < mark.end]
        return inside[0] if inside else None
