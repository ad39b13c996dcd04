"""An expression's text in, its tree out; what is wrong with the text becomes one diagnostic."""

from __future__ import annotations

from functools import lru_cache

from ...diagnostics.report import Report
from ..text import Text
from .codes import Code
from .mistakes import Mistake, explain
from .parser import Stopped, tree_of
from .tree import Node, children
from .words import MAX_DEPTH, MAX_LENGTH, MAX_NODES


def parse(text: Text, report: Report) -> Node | None:
    """The tree of `text`, or None after reporting the first mistake in it."""
    found = _read(text.value)
    if not isinstance(found, Mistake):
        return found
    report.error(found.code, found.message, text.span(found.start, found.end), found.help)
    return None


def tree_in(text: str) -> Node | None:
    """The tree of `text`, or None where it is no expression."""
    found = _read(text)
    return None if isinstance(found, Mistake) else found


@lru_cache(maxsize=512)
def _read(text: str) -> Node | Mistake:
    if not text.strip():
        return Mistake(
            Code.EMPTY, "the expression is empty", 0, len(text), "write a condition, such as close > ema(close, 20)"
        )
    if len(text) > MAX_LENGTH:
        message = f"the expression has {len(text):,} characters; at most {MAX_LENGTH:,} are allowed"
        return Mistake(Code.BUDGET, message, 0, len(text), _SPLIT)
    deep = _too_many_brackets(text)
    if deep is not None:
        return _too_deep(deep, deep + 1)
    try:
        tree = tree_of(text)
    except Stopped as stopped:
        return explain(text, stopped.at, stopped.kind, stopped.expected)
    return _within_budget(tree) or tree


_SPLIT = "give parts of it a name under `indicators:` and use the names"


def _too_many_brackets(text: str) -> int | None:
    """Where the brackets nest deeper than allowed."""
    depth = 0
    for at, character in enumerate(text):
        if character in "([":
            depth += 1
            if depth > MAX_DEPTH:
                return at
        elif character in ")]":
            depth -= 1
    return None


def _within_budget(tree: Node) -> Mistake | None:
    count = 0
    level = [tree]
    for _ in range(MAX_DEPTH):
        count += len(level)
        level = [below for node in level for below in children(node)]
        if not level:
            break
    if level:
        return _too_deep(level[0].start, level[0].end)
    if count > MAX_NODES:
        message = f"the expression has {count:,} parts; at most {MAX_NODES:,} are allowed"
        return Mistake(Code.BUDGET, message, tree.start, tree.end, _SPLIT)
    return None


def _too_deep(start: int, end: int) -> Mistake:
    return Mistake(Code.BUDGET, f"the expression is nested more than {MAX_DEPTH} levels deep", start, end, _SPLIT)
