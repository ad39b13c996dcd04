"""A document as its author laid it out: entries in file order with the comments and blank lines around them.

Unlike the checked tree (`yaml.nodes`) this one keeps comments, anchors and the lines a long text was written on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ..yaml.core_schema import Plain


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment on a line of its own; `blank` tells of an empty line above it."""

    text: str
    blank: bool = False


@dataclass(slots=True)
class Scalar:
    """`value` is the text that is meant, `plain` what YAML makes of it. `lines` are set where it was written on several
    lines: as they stand in the file, without indentation and quotes."""

    value: str
    plain: Plain
    style: str = ""
    lines: tuple[str, ...] = ()


@dataclass(slots=True)
class Group:
    """A mapping or a list; `foot` are the comments after its last entry. `column` is 0-based."""

    mapping: bool
    flow: bool
    column: int
    entries: list[Entry] = field(default_factory=list)
    foot: list[Remark] = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    """A key with its value, or an item of a list, at the characters `start..end`.

    `above` are the comments on lines above it, `beside` those at its own lines' ends. `own` is false where an alias
    stands for the value.
    """

    key: Scalar | None
    value: Node
    start: int
    end: int
    own: bool = True
    blank: bool = False
    above: list[Remark] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)


Node: TypeAlias = Scalar | Group


@dataclass(slots=True)
class Layout:
    """One document. `header` stays on top whatever becomes of the keys, with an empty line below it where `apart`;
    `names` are the anchors that aliases use, by the id of their node."""

    root: Group
    header: list[Remark] = field(default_factory=list)
    apart: bool = False
    names: dict[int, str] = field(default_factory=dict)


def is_quiet(node: Node) -> bool:
    """Whether no comment stands inside."""
    if isinstance(node, Scalar):
        return True
    return not node.foot and all(
        not e.above and not e.beside and (not e.own or is_quiet(e.value)) for e in node.entries
    )


def comments(layout: Layout) -> Iterator[str]:
    """Every comment of a document, in no particular order."""
    yield from (remark.text for remark in layout.header)
    groups = [layout.root]
    while groups:
        group = groups.pop()
        yield from (remark.text for remark in group.foot)
        for entry in group.entries:
            yield from (remark.text for remark in entry.above)
            yield from entry.beside
            if entry.own and isinstance(entry.value, Group):
                groups.append(entry.value)
