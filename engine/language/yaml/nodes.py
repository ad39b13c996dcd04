"""The composed YAML tree: scalars, mappings and lists, each knowing its place in the file."""

from __future__ import annotations

from dataclasses import dataclass

from ...diagnostics.diagnostic import Span
from ..text import Text
from .core_schema import Plain
from .places import ScalarPlace


@dataclass(frozen=True, eq=False, slots=True)
class ScalarNode:
    """`value` is what YAML 1.2's core schema makes of it; `text` what was written, quotes removed."""

    text: Text
    value: Plain
    place: ScalarPlace

    @property
    def span(self) -> Span:
        """The scalar as it was written, quotes and all."""
        return self.place.whole()


@dataclass(frozen=True, eq=False, slots=True)
class ListNode:
    items: tuple[Node, ...]
    span: Span
    flow: bool
    """Written as `[a, b]`."""


@dataclass(frozen=True, eq=False, slots=True)
class MapNode:
    """Keys are unique and in file order."""

    entries: tuple[tuple[ScalarNode, Node], ...]
    span: Span
    flow: bool
    """Written as `{a: b}`."""

    def get(self, name: str) -> Node | None:
        return next((node for key, node in self.entries if key.text.value == name), None)

    def key(self, name: str) -> ScalarNode | None:
        return next((key for key, _ in self.entries if key.text.value == name), None)


Node = ScalarNode | ListNode | MapNode
