"""What a step says a document holds, as the composed document a reader would make of it."""

from __future__ import annotations

from decimal import Decimal

from ...migrations.out import Block, Leaf, Out, Rows
from ..language.text import Text
from ..language.yaml.nodes import ListNode, MapNode, Node, ScalarNode
from ..language.yaml.places import Lines, ScalarPlace

_LINES = Lines(" ")


def document_of(content: Block) -> MapNode:
    """Nodes without places: never written, never read, so that what was written can be held to them."""
    return MapNode(tuple((_scalar(e.key), _node(e.value)) for e in content.entries), _LINES.span(0, 1), False)


def _node(value: Out) -> Node:
    if isinstance(value, Block):
        return document_of(value)
    if isinstance(value, Rows):
        return ListNode(tuple(map(_node, value.items)), _LINES.span(0, 1), False)
    return _scalar(value.value) if isinstance(value, Leaf) else _scalar("")


def _scalar(value: str | int | Decimal) -> ScalarNode:
    place = ScalarPlace(_LINES, "", 0, 1, "")
    return ScalarNode(Text(str(value)), float(value) if isinstance(value, Decimal) else value, place)
