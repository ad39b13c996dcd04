"""The comments of a composed document, and which lines each one speaks of: a `#` inside a text is no comment."""

from __future__ import annotations

import re
from bisect import bisect_right
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
    spans = {scalar.span for scalar in _scalars(root)}
    long = sorted((span.line, span.end_line) for span in spans if span.line < span.end_line)
    spoken = _spoken(lines.texts())
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
        line = spoken[span.line - 1]
        around = bisect_right(long, (line, len(spoken) + 1)) - 1
        first, last = long[around] if around >= 0 and long[around][1] >= line else (line, line)
        found.append(Comment(comment[0], span, first, last))
    return found


def _spoken(rows: list[str]) -> list[int]:
    """For each line the first one from it on that holds more than a comment; for the last comments the last line."""
    found = [0] * len(rows)
    following = len(rows)
    for index in range(len(rows) - 1, -1, -1):
        text = rows[index].strip()
        if text and not text.startswith("#"):
            following = index + 1
        found[index] = following
    return found


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
