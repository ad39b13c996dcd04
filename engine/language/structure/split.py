"""Expressions that YAML has split at their commas, inside `[...]` and `{...}`."""

from __future__ import annotations

from collections.abc import Sequence

from ..yaml.nodes import ListNode, MapNode, Node, ScalarNode

_LONGEST = 10_000
"""Characters of a text beyond which it is no expression: aliases may repeat one that is as long as the file."""


def split_call(node: ListNode) -> tuple[ScalarNode, str] | None:
    """An entry of a flow list whose bracket is closed in a later entry, and the whole as it was meant."""
    if not node.flow:
        return None
    for index, item in enumerate(node.items):
        if isinstance(item, ScalarNode) and _opened(item) > 0:
            return item, _joined(node.items[index:])
    return None


def _opened(node: Node) -> int:
    """How many brackets of a text stay open."""
    text = node.text.value if isinstance(node, ScalarNode) else ""
    return text.count("(") - text.count(")") if len(text) <= _LONGEST else 0


def _joined(items: Sequence[Node]) -> str:
    texts: list[str] = []
    depth = 0
    for item in items:
        texts.append(item.text.value if isinstance(item, ScalarNode) else "")
        depth += _opened(item)
        if depth <= 0:
            break
    return ", ".join(texts)


def split_value(node: MapNode) -> ScalarNode | None:
    """A value of a flow mapping whose bracket is closed in what YAML took for the next key."""
    for (_, value), (key, after) in zip(node.entries, node.entries[1:], strict=False):
        if (
            node.flow
            and _opened(value) > 0
            and isinstance(after, ScalarNode)
            and after.value is None
            and ")" in key.text.value
        ):
            assert isinstance(value, ScalarNode)  # others open no bracket
            return value
    return None
