"""What is declared and never used, as warnings: a document without errors in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...diagnostics.report import Report
from ..expression.parse import tree_in
from ..expression.tree import Lag, Path, Window, children
from ..expression.tree import Node as Tree
from ..structure.part import Part
from ..text import Text
from ..yaml.nodes import ListNode, MapNode, Node

_SECTIONS = ("feeds", "params", "indicators", "models")
_NAMED = ("indicators", "models")
"""What they declare is spoken of by its name."""
SPOKEN = (
    "indicators", "models", "filters", "long", "short", "select", "size", "orders", "risk", "protections", "gaps",
    "priority",
)  # fmt: skip
"""Sections that may name what those declare."""


def check_unused(root: Part, report: Report) -> None:
    if not any(section in root for section in _SECTIONS):
        return
    feeds = {key.text.value for key, _ in root.part("feeds").node.entries}
    spoken = {section: _spoken(root.get(section), feeds) for section in SPOKEN if section not in _NAMED}
    defined = {
        key.text.value: _spoken(node, feeds) for section in _NAMED for key, node in root.part(section).node.entries
    }
    used = _reached({name for names in spoken.values() for name in names}, defined)
    for section in _SECTIONS:
        for key, _ in root.part(section).node.entries:
            name = key.text.value
            if name not in used:
                by = next((other for other, names in defined.items() if name in names and other != name), None)
                message = (
                    f"nothing uses `{name}`" if by is None else f"only `{by}` uses `{name}`, and nothing uses that"
                )
                report.warning("SR417", message, key.span, "use it or leave it out")


def _reached(names: set[str], defined: dict[str, set[str]]) -> set[str]:
    """The names, those their definitions speak of, and so on."""
    found: set[str] = set()
    while names:
        found |= names
        names = {inner for name in names for inner in defined.get(name, ())} - found
    return found


def _spoken(node: Node | None, feeds: set[str]) -> set[str]:
    return {name for text in texts(node) if (tree := tree_in(text.value)) for name in _names(tree, feeds)}


def expressions(root: Part, sections: Sequence[str] = SPOKEN) -> Iterator[tuple[Text, Tree]]:
    """Every text of these sections that reads as an expression, and its tree."""
    for section in sections:
        for text in texts(root.get(section)):
            tree = tree_in(text.value)
            if tree is not None:
                yield text, tree


def texts(node: Node | None) -> Iterator[Text]:
    """Every text inside."""
    if isinstance(node, MapNode):
        for _, value in node.entries:
            yield from texts(value)
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from texts(item)
    elif node is not None and isinstance(node.value, str):
        yield node.text


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
