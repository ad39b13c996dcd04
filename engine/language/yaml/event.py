"""One event of a YAML stream, as both readers (`plain` and `events`) hand it to the composer."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple


class Kind(Enum):
    SCALAR = auto()
    LIST = auto()
    MAP = auto()
    END = auto()
    ALIAS = auto()
    DOCUMENT = auto()


class Event(NamedTuple):
    """Something at the characters `start..end` (of a list or mapping where it begins, and later where it ends)."""

    kind: Kind
    start: int
    end: int
    value: str = ""
    """Of a scalar its text, of an alias its name, of a document the version it states."""
    style: str = ""
    """The sign a quoted or block scalar begins with."""
    anchor: str | None = None
    tagged: bool = False
    flow: bool = False
