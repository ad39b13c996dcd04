"""Every expression of a file in, warnings out about pieces that change nothing: prefixes, and windows of one candle."""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics.report import Report
from ...indicators import CATALOGUE
from ...market.timeframe import Timeframe
from ..expression.tree import Node as Tree
from ..expression.tree import Number, Path, Segment, children
from ..meaning.unused import expressions
from ..scope import Scope
from ..structure.part import Part
from ..text import Text
from .calls import ITSELF

OWN_CLOCK, OVER_ONE = "SR458", "SR459"


def check_pieces(root: Part, scope: Scope, report: Report) -> None:
    for text, tree in expressions(root):
        for path in _paths(tree):
            _prefix(text, path, scope, report)
            head = path.segments[-1] if path.segments[-1].arguments is not None else path.segments[0]
            if head.arguments is not None and head.name in CATALOGUE:
                _length(text, head, scope, report)


def _prefix(text: Text, path: Path, scope: Scope, report: Report) -> None:
    for segment in path.segments:
        if segment.timeframe and _same(segment.name, scope.timeframe):
            message = f"`{segment.name}.` changes nothing: the strategy's own candles are {scope.timeframe}"
            report.warning(OWN_CLOCK, message, text.span(segment.start, segment.end), "leave it out")


def _same(name: str, own: Timeframe) -> bool:
    found = Timeframe.parse(name)
    return (found.ms, found.anchor) == (own.ms, own.anchor)


def _length(text: Text, call: Segment, scope: Scope, report: Report) -> None:
    """An average of one candle: of all these functions the length is the only number."""
    name = CATALOGUE[call.name].name
    for argument in call.arguments or ():
        if name in ITSELF and argument.keyword in (None, "length") and _value(argument.value, scope) == 1.0:
            message = f"`{call.name}` over 1 candle is the series itself"
            report.warning(
                OVER_ONE, message, text.span(call.start, call.end), "leave it out, or look over more candles"
            )


def _value(tree: Tree, scope: Scope) -> float | None:
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Path) and len(tree.segments) == 1 and tree.segments[0].arguments is None:
        found = scope.params.get(tree.segments[0].name)
        return None if found is None else found.number
    return None


def _paths(tree: Tree) -> Iterator[Path]:
    if isinstance(tree, Path):
        yield tree
    for inner in children(tree):
        yield from _paths(inner)
