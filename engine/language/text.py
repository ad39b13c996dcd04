"""A piece of a document's text that knows where each of its characters stands in the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..diagnostics.diagnostic import Span


def _inline(start: int, end: int) -> Span:
    return Span(1, start + 1, 1, end + 1)


@dataclass(frozen=True, slots=True)
class Text:
    """`value` as YAML gives it (quotes, folds and block indents removed); `span(start, end)` maps character
    offsets of `value` back to the file, through quotes, escapes, folded and block scalars."""

    value: str
    span: Callable[[int, int], Span] = _inline
