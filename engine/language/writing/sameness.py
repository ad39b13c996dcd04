"""Two documents in, whether they mean the same out: keys in any order, expressions by their trees, all else exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from ..expression.parse import tree_in
from ..expression.units import read_value
from ..strategy import Strategy
from ..yaml.nodes import ListNode, MapNode, Node, ScalarNode
from .shape import Shape

_TOLD_ELSEWHERE = ("path", "scope")
"""Fields of a strategy that tell where it was read, and for whom."""


def same_document(one: Node, other: Node, shape: Shape) -> bool:
    """Whether two trees hold the same data; the texts of expressions may differ in blanks and needless brackets."""
    if isinstance(one, MapNode) and isinstance(other, MapNode):
        there = {key.text.value: node for key, node in other.entries}
        return len(there) == len(one.entries) and all(
            key.text.value in there and same_document(node, there[key.text.value], shape.key(key.text.value))
            for key, node in one.entries
        )
    if isinstance(one, ListNode) and isinstance(other, ListNode):
        pairs = zip(one.items, other.items, strict=False)
        return len(one.items) == len(other.items) and all(same_document(a, b, shape.item()) for a, b in pairs)
    if isinstance(one, ScalarNode) and isinstance(other, ScalarNode):
        return _same_scalar(one, other, shape)
    return False


def _same_scalar(one: ScalarNode, other: ScalarNode, shape: Shape) -> bool:
    if type(one.value) is type(other.value) and one.value == other.value:
        return True
    if not shape.is_expression or not isinstance(one.value, str) or not isinstance(other.value, str):
        return False
    tree = tree_in(one.value)
    if tree is None:
        value = read_value(one.value)
        return value is not None and value == read_value(other.value)
    return tree == tree_in(other.value)


def same_strategy(one: Strategy | None, other: Strategy | None) -> bool:
    """Whether two resolved strategies agree in every field."""
    return _alike(one, other, set())


def _alike(one: Any, other: Any, seen: set[tuple[int, int]]) -> bool:
    """Terms share their parts, so that each pair is compared once."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if is_dataclass(one):
        pair = (id(one), id(other))
        if pair in seen:
            return True
        seen.add(pair)
        names = [field.name for field in fields(one) if field.name not in _TOLD_ELSEWHERE]
        return all(_alike(getattr(one, name), getattr(other, name), seen) for name in names)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(_alike(a, b, seen) for a, b in zip(one, other, strict=True))
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(_alike(one[name], other[name], seen) for name in one)
    return bool(one == other)
