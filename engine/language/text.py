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


def cut(text: str, most: int = 60) -> str:
    """A value short enough for a message."""
    return text if len(text) <= most else text[: most - 1] + "…"


def quoted(text: str, limit: int = 40) -> str:
    """A piece of the author's text as messages show it: on one line, and short."""
    plain = " ".join(text.split())
    return plain if len(plain) <= limit else plain[: limit - 3] + "..."
