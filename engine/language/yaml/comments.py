"""The comments of a composed document, and which lines each one speaks of: a `#` inside a text is no comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...diagnostics.diagnostic import Span
from .nodes import ListNode, Node, ScalarNode
from .places import Lines

_SIGN = re.compile(r"(?:^|(?<=[ \t\r\n]))#")
_REST = re.compile(r"#[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Comment:
    """`text` from its `#` on; `first` to `last` are the lines it speaks of.

    A comment speaks of the line it ends; one on a line of its own speaks of the next line that holds something.
    A text over several lines counts as one line, so that its comment may end its first or its last line.
    """

    text: str
    span: Span
    first: int
    last: int


def comments(lines: Lines, root: Node) -> list[Comment]:
    """All comments below and around `root`, in order."""
    text = lines.text
    scalars = sorted({scalar.place.inside() for scalar in _scalars(root)})
    long = [(s.line, s.end_line) for s in (scalar.span for scalar in _scalars(root)) if s.line < s.end_line]
    rows = lines.texts()
    found: list[Comment] = []
    at = next_scalar = 0
    while (sign := _SIGN.search(text, at)) is not None:
        while next_scalar < len(scalars) and scalars[next_scalar][1] <= sign.start():
            next_scalar += 1
        if next_scalar < len(scalars) and scalars[next_scalar][0] <= sign.start():
            at = scalars[next_scalar][1]
            continue
        comment = _REST.match(text, sign.start())
        assert comment is not None
        at = comment.end()
        span = lines.span(comment.start(), comment.end())
        first = last = _spoken_of(rows, span)
        for begin, end in long:
            if begin <= first <= end:
                first, last = min(first, begin), max(last, end)
        found.append(Comment(comment[0], span, first, last))
    return found


def _spoken_of(rows: list[str], span: Span) -> int:
    """The comment's own line, or the next one with content where it stands alone."""
    line = span.line
    if rows[line - 1][: span.column - 1].strip():
        return line
    return next(
        (k + 1 for k in range(line, len(rows)) if rows[k].strip() and not rows[k].lstrip().startswith("#")), line
    )


def _scalars(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _scalars(item)
    else:
        for key, value in node.entries:
            yield key
            yield from _scalars(value)
