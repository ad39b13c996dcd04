"""Looks for the kill switch's marker: why nothing but exits may be sent, told once when it is first seen."""

from __future__ import annotations

from collections.abc import Callable

from ..halt_marker import Halted, HaltMarker


class HaltSeen:
    """A session's `halted` hook; `tell` hears of each marker once, and of one that comes after it again."""

    def __init__(self, marker: HaltMarker | None, tell: Callable[[str], None]) -> None:
        self._marker, self._tell = marker, tell
        self._told: Halted | None = None

    def __call__(self) -> str | None:
        """The words of the marker, None where there is none."""
        found = None if self._marker is None else self._marker.read()
        if found is not None and found != self._told:
            self._tell(f"HALTED by {found.who}: {found.why}; nothing but exits is sent until `stratrun resume`")
        self._told = found
        return None if found is None else f"halted by {found.who}: {found.why}"
