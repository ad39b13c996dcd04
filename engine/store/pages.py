"""What a download asks a venue through, and how it may fail. Who implements it decides how pages travel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..market.columns import Columns
from .series import Series


class Unreachable(Exception):  # noqa: N818 - a state of the venue
    """The venue could not be asked now; trying again may help. `wait`: seconds it asked us to wait, if it did."""

    def __init__(self, words: str, wait: float | None = None) -> None:
        super().__init__(words)
        self.words, self.wait = words, wait


class Pages(Protocol):
    """Candles of a venue, a page at a time."""

    limit: int
    """Most candles of one answer."""

    def page(self, series: Series, since: int) -> Columns:
        """Candles from `since` (ms UTC) on, oldest first, perhaps none. Raises Unreachable, InputError."""

    def now(self) -> int | None:
        """The venue's own time in ms UTC; None where it tells none. Raises Unreachable."""


@dataclass(frozen=True, slots=True)
class Dump:
    """A public file of a venue: all candles of [begin, end), ms UTC; `name` is its own, `address` where it is."""

    name: str
    address: str
    begin: int
    end: int


class Dumps(Protocol):
    """Public files of a venue's candles."""

    def months(self, series: Series, begin: int, end: int) -> list[Dump]:
        """Files of whole months that may exist in the stretch, oldest first; none for a series without any."""

    def days(self, series: Series, begin: int, end: int) -> list[Dump]:
        """The same of whole days."""

    def checksum(self, dump: Dump) -> str | None:
        """The SHA-256 the venue tells of a file; None when there is no such file. Raises Unreachable, InputError."""

    def fetch(self, dump: Dump, folder: Path, checksum: str) -> Columns:
        """A file's candles; what must be held meanwhile goes into `folder`. Raises Unreachable, and InputError when
        the file is not what its checksum says or cannot be read."""
