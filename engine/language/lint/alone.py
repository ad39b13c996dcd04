"""Comparisons of symbols in a strategy that has only one, as warnings."""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics.report import Report
from ..across import ACROSS
from ..expression.tree import Node as Tree
from ..expression.tree import Path, Segment, children
from ..meaning.unused import expressions
from ..strategy import Strategy
from ..structure.part import Part

ALONE = "SR466"


def check_alone(root: Part, strategy: Strategy, report: Report) -> None:
    count, top = len(strategy.symbols), root.part("select").number("top")
    if top is not None and 1 < count <= top:
        message = f"the top {top:g} of {count} symbols are all of them: there is nothing to select"
        report.warning(ALONE, message, root.part("select").span("top"), "add further `symbols`, or hold fewer")
    if count > 1:
        return
    help_ = "add further `symbols`, or compare with its own past: `percentrank(close, 100)`"
    if "select" in root:
        report.warning(ALONE, "there is only one symbol to select from", root.key_span("select"), help_)
    for text, tree in expressions(root):
        for call in _compared(tree):
            message = f"`{call.name}` compares the symbols, and there is only one"
            report.warning(ALONE, message, text.span(call.start, call.end), help_)


def _compared(tree: Tree) -> Iterator[Segment]:
    if isinstance(tree, Path):
        for segment in tree.segments:
            found = ACROSS.get(segment.name)
            if found is not None and found.compares and segment.arguments is not None:
                yield segment
    for inner in children(tree):
        yield from _compared(inner)
