"""A document of any version as a step reads it: values with their marks, which are character offsets in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

Plain = str | int | float | bool | None


class Mark(NamedTuple):
    """The characters `start..end` of a text."""

    start: int
    end: int


@dataclass(frozen=True, eq=False, slots=True)
class Scalar:
    """`text` is what was written, quotes and escapes removed: a number keeps all of its digits."""

    value: Plain
    text: str
    mark: Mark


@dataclass(frozen=True, eq=False, slots=True)
class Items:
    items: tuple[Node, ...]
    mark: Mark


@dataclass(frozen=True, eq=False, slots=True)
class Entries:
    """Keys are unique and in the order of the file."""

    entries: tuple[tuple[Scalar, Node], ...]
    mark: Mark

    def get(self, name: str) -> Node | None:
        return next((node for key, node in self.entries if key.text == name), None)


Node = Scalar | Items | Entries
