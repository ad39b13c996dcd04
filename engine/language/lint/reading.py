"""What an author wrote beside what it means: each written condition with its term, down to the comparisons.

Both have the same shape, so they are walked together: a list's entries are the arguments of one `and`, a definition's
name stands for the definition's own text. Nothing has to be recorded while a file is resolved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...diagnostics.diagnostic import Span
from ..expression.parse import tree_in
from ..expression.tree import Junction, Lag, Negation, Path, Window
from ..expression.tree import Node as Tree
from ..scope import Scope
from ..term import Op, Term
from ..text import Text, quoted
from ..yaml.nodes import ListNode, MapNode, Node, ScalarNode


@dataclass(frozen=True, slots=True)
class Written:
    """A condition that stands in the text."""

    text: Text
    tree: Tree
    term: Term

    @property
    def span(self) -> Span:
        return self.text.span(*_balanced(self.text.value, self.tree))

    @property
    def shown(self) -> str:
        start, end = _balanced(self.text.value, self.tree)
        return f"`{quoted(self.text.value[start:end], 60)}`"

    def piece(self, tree: Tree) -> str:
        """A part of it, as written."""
        start, end = _balanced(self.text.value, tree)
        return f"`{quoted(self.text.value[start:end])}`"


@dataclass(frozen=True, slots=True)
class Listed:
    """Conditions that stand in a list: all or any of it."""

    entries: tuple[Statement, ...]
    term: Term


Statement = Written | Listed


class Reading:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def rule(self, node: Node, term: Term) -> Statement | None:
        """A rule of the document with its term; None where they do not fit together."""
        if isinstance(node, ScalarNode):
            return self._text(node.text, term)
        if isinstance(node, MapNode):
            inner = next((found for key in ("when", "all", "any") if (found := node.get(key)) is not None), None)
            return None if inner is None else self.rule(inner, term)
        if len(node.items) == 1:
            return self.rule(node.items[0], term)
        return self._list(node, term)

    def _list(self, node: ListNode, term: Term) -> Statement | None:
        if len(term.args) != len(node.items) or term.op not in (Op.AND, Op.OR):
            return None
        entries = [self.rule(item, arg) for item, arg in zip(node.items, term.args, strict=True)]
        found = [entry for entry in entries if entry is not None]
        return Listed(tuple(found), term) if len(found) == len(entries) else None

    def _text(self, text: Text, term: Term) -> Statement | None:
        tree = tree_in(text.value)
        return None if tree is None else Written(text, tree, term)

    def parts(self, statement: Statement) -> tuple[Statement, ...]:
        """The conditions directly inside; none in a comparison, a crossing or a trend."""
        if isinstance(statement, Listed):
            return statement.entries
        text, tree, term = statement.text, statement.tree, lowered(statement.term)
        if isinstance(tree, Path):
            return self._defined(tree, term)
        return tuple(Written(text, inner, arg) for inner, arg in _inside(tree, term))

    def _defined(self, path: Path, term: Term) -> tuple[Statement, ...]:
        head = path.segments[-1]
        text = self._scope.definitions.get(head.name) if head.arguments is None else None
        found = None if text is None else self._text(text, term)
        return () if found is None else (found,)


def _balanced(text: str, tree: Tree) -> tuple[int, int]:
    """A node's place with the parentheses around its first or last part, which belong to no node."""
    start, end = tree.start, tree.end
    depth = lowest = 0
    for char in text[start:end]:
        depth += (char == "(") - (char == ")")
        lowest = min(lowest, depth)
    for _ in range(-lowest):
        start = max(text.rfind("(", 0, start), 0)
    for _ in range(depth - lowest):
        end = text.find(")", end) + 1 or len(text)
    return start, end


def _inside(tree: Tree, term: Term) -> Iterator[tuple[Tree, Term]]:
    if isinstance(tree, Junction) and term.op in (Op.AND, Op.OR) and len(term.args) == len(tree.operands):
        yield from zip(tree.operands, term.args, strict=True)
    elif isinstance(tree, Negation | Window) and term.op in (Op.NOT, Op.FOR, Op.WITHIN):
        yield tree.operand, term.args[0]
    elif isinstance(tree, Lag):
        yield tree.operand, term.args[0] if term.op is Op.LAG else term


def lowered(term: Term) -> Term:
    """A term without what lifts it from a slower clock."""
    while term.op is Op.LIFT:
        term = term.args[0]
    return term
