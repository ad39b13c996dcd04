"""The choices both printers share: what goes on one line, in which order keys stand, how expressions are spaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .layout import Entry, Group, Scalar, is_quiet
from .shape import Shape
from .spacing import spaced

WIDTH = 100
"""Columns of the longest line that a mapping or a list is written on."""
INDENT = 2


@dataclass(frozen=True, slots=True)
class Style:
    """`canonical` puts keys in the schema's order and expressions in order; otherwise only the layout is ours."""

    canonical: bool = True

    def ordered(self, group: Group, shape: Shape) -> list[Entry]:
        """The entries as they are to be written."""
        if not group.mapping or not self.canonical:
            return group.entries
        return sorted(group.entries, key=lambda entry: shape.rank(entry.key.value) if entry.key else 0)

    def expression(self, scalar: Scalar, shape: Shape) -> Sequence[str] | None:
        """The lines of an expression; None for any other text."""
        if not self.canonical or not shape.is_expression or not isinstance(scalar.plain, str):
            return None
        lines = [line for line in scalar.lines if line.strip()] or [scalar.value.strip()]
        return spaced(lines)


def may_be_one_line(group: Group, shape: Shape) -> bool:
    """Whether a mapping or list may stand between brackets: leaves only, no rules, no section of the file."""
    if not group.entries:
        return is_quiet(group)
    if shape.holds_rules or (group.mapping and shape.depth <= 1) or not is_quiet(group):
        return False
    return all(
        isinstance(entry.value, Scalar) or (group.mapping and _is_row(entry.value, _inside(entry, shape)))
        for entry in group.entries
    )


def _is_row(node: Group, shape: Shape) -> bool:
    """A list of scalars, or nothing."""
    leaves = all(isinstance(entry.value, Scalar) for entry in node.entries)
    return not node.entries or (not node.mapping and leaves and not shape.holds_rules)


def _inside(entry: Entry, shape: Shape) -> Shape:
    return shape.key(entry.key.value) if entry.key else shape.item()
