"""A mapping of the document as the checks read it: what holds a mistake already reads as absent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ...diagnostics.diagnostic import Span
from ..text import Text
from ..yaml.nodes import ListNode, MapNode, Node, ScalarNode

_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Part:
    """`broken` are the ids of the nodes the structure check refused."""

    node: MapNode
    broken: frozenset[int]

    def __contains__(self, key: str) -> bool:
        """Whether the key was written, mistaken or not."""
        return self.node.get(key) is not None

    def get(self, key: str) -> Node | None:
        node = self.node.get(key)
        return None if node is None or id(node) in self.broken else node

    def part(self, key: str) -> Part:
        """The mapping at `key`; an empty one where there is none."""
        node = self.get(key)
        return Part(node if isinstance(node, MapNode) else MapNode((), self.node.span, False), self.broken)

    def parts(self, key: str) -> Iterator[tuple[ScalarNode, Part]]:
        """Each mapping inside the mapping at `key`."""
        inside = self.part(key)
        for name, node in inside.node.entries:
            if isinstance(node, MapNode) and not {id(node), id(name)} & self.broken:
                yield name, Part(node, self.broken)

    def listed(self, key: str) -> list[Part]:
        """Each mapping of the list at `key`."""
        node = self.get(key)
        items = node.items if isinstance(node, ListNode) else ()
        return [Part(item, self.broken) for item in items if isinstance(item, MapNode) and id(item) not in self.broken]

    def text(self, key: str) -> Text | None:
        """A text, or a number as its decimal digits."""
        node = self.get(key)
        return text_of(node) if isinstance(node, ScalarNode) and node.value is not None else None

    def texts(self, key: str) -> list[Text]:
        node = self.get(key)
        items = node.items if isinstance(node, ListNode) else ()
        return [text_of(item) for item in items if isinstance(item, ScalarNode) and id(item) not in self.broken]

    def string(self, key: str, default: str = "") -> str:
        text = self.text(key)
        return default if text is None else text.value

    def number(self, key: str) -> float | None:
        node = self.get(key)
        value = node.value if isinstance(node, ScalarNode) else None
        return value if isinstance(value, (int, float)) else None

    def span(self, key: str) -> Span:
        """The place of the value, or of the whole mapping."""
        node = self.node.get(key)
        return self.node.span if node is None else node.span

    def key_span(self, key: str) -> Span:
        name = self.node.key(key)
        return self.node.span if name is None else name.span


def text_of(node: ScalarNode) -> Text:
    """What was written; a number such as `1e-3` or `0x10` in the digits an expression reads."""
    if isinstance(node.value, (str, bool)) or node.value is None:
        return node.text
    if _PLAIN_NUMBER.fullmatch(node.text.value):
        return node.text
    span = node.span
    return Text(format(Decimal(repr(node.value)), "f"), lambda start, end: span)


def holds_mistake(node: Node | None, broken: frozenset[int]) -> bool:
    """Whether the structure check refused anything inside."""
    if node is None:
        return False
    if id(node) in broken:
        return True
    if isinstance(node, MapNode):
        return any(id(key) in broken or holds_mistake(value, broken) for key, value in node.entries)
    return isinstance(node, ListNode) and any(holds_mistake(item, broken) for item in node.items)
