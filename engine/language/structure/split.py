"""Expressions that YAML has split at their commas, inside `[...]` and `{...}`."""

from __future__ import annotations

from ..yaml.nodes import ListNode, MapNode, ScalarNode


def split_call(node: ListNode) -> tuple[ScalarNode, str] | None:
    """An entry of a flow list whose bracket is closed in a later entry, and the whole as it was meant."""
    texts = [item.text.value if isinstance(item, ScalarNode) else "" for item in node.items]
    for index, text in enumerate(texts):
        if node.flow and text.count("(") > text.count(")"):
            item = node.items[index]
            assert isinstance(item, ScalarNode)
            return item, _joined(texts[index:])
    return None


def _joined(texts: list[str]) -> str:
    whole = ""
    for text in texts:
        whole += ", " + text if whole else text
        if whole.count("(") <= whole.count(")"):
            break
    return whole


def split_value(node: MapNode) -> ScalarNode | None:
    """A value of a flow mapping whose bracket is closed in what YAML took for the next key."""
    for (_, value), (key, after) in zip(node.entries, node.entries[1:], strict=False):
        opened = isinstance(value, ScalarNode) and value.text.value.count("(") > value.text.value.count(")")
        if node.flow and opened and isinstance(after, ScalarNode) and after.value is None and ")" in key.text.value:
            assert isinstance(value, ScalarNode)
            return value
    return None
