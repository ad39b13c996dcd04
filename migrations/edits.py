"""Span edits: a text and its edits in, the new text out, every other byte as it was.

Steps from YAML to YAML are made of them, so that comments, order, quotes and line ends survive.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .places import Places
from .tree import Entries, Mark


class Edit(NamedTuple):
    """Put `text` in the place of the characters of `mark` (which may be empty)."""

    mark: Mark
    text: str


def apply(text: str, edits: Iterable[Edit]) -> tuple[str, Places]:
    """The edited text, and where its pieces were. Raises ValueError where edits overlap."""
    pieces: list[str] = []
    pairs: list[tuple[Mark, Mark, bool]] = []
    at = written = 0
    for edit in (*sorted(edits), Edit(Mark(len(text), len(text)), "")):
        if edit.mark.start < at:
            raise ValueError(f"edits overlap at character {edit.mark.start}")
        kept = text[at : edit.mark.start]
        pairs.append((Mark(written, written + len(kept)), Mark(at, edit.mark.start), True))
        written += len(kept)
        pairs.append((Mark(written, written + len(edit.text)), edit.mark, False))
        written += len(edit.text)
        pieces += [kept, edit.text]
        at = edit.mark.end
    return "".join(pieces), Places(pair for pair in pairs if pair[0].end > pair[0].start)


def renamed(block: Entries, name: str, new: str) -> list[Edit]:
    """The key `name` of a mapping under its new name, in the quotes it had; no edit where there is no such key."""
    return [Edit(_inner(key.text, key.mark), new) for key, _ in block.entries if key.text == name]


def _inner(text: str, mark: Mark) -> Mark:
    quote = (mark.end - mark.start - len(text)) // 2
    return Mark(mark.start + quote, mark.end - quote) if quote > 0 else mark
