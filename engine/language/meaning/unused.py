"""What is declared and never used, as warnings: a document without errors in."""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics.report import Report
from ..expression.parse import tree_in
from ..expression.tree import Lag, Path, Window, children
from ..expression.tree import Node as Tree
from ..structure.part import Part
from ..yaml.nodes import ListNode, MapNode, Node

_SECTIONS = ("feeds", "params", "indicators")
_SPOKEN = ("indicators", "filters", "long", "short", "size", "orders", "risk", "protections", "gaps", "priority")
"""Sections that may name what those declare."""


def check_unused(root: Part, report: Report) -> None:
    if not any(section in root for section in _SECTIONS):
        return
    feeds = {key.text.value for key, _ in root.part("feeds").node.entries}
    texts = (text for section in _SPOKEN for text in _texts(root.get(section)))
    used = {name for text in texts if (tree := tree_in(text)) for name in _names(tree, feeds)}
    for section in _SECTIONS:
        for key, _ in root.part(section).node.entries:
            if key.text.value not in used:
                report.warning("SR417", f"nothing uses `{key.text.value}`", key.span, "use it or leave it out")


def _texts(node: Node | None) -> Iterator[str]:
    if isinstance(node, MapNode):
        for _, value in node.entries:
            yield from _texts(value)
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _texts(item)
    elif node is not None and isinstance(node.value, str):
        yield node.value


def _names(tree: Tree, feeds: set[str]) -> Iterator[str]:
    """The names an expression speaks of; what follows a path's name is an output."""
    if isinstance(tree, Path):
        for segment in tree.segments:
            yield segment.name
            if not segment.timeframe and segment.name not in feeds:
                break
    elif isinstance(tree, Lag | Window) and isinstance(tree.count.value, str):
        yield tree.count.value
    for node in children(tree):
        yield from _names(node, feeds)
