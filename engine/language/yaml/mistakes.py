"""ruamel.yaml's complaints in a strategy author's words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTE = "put quotes around the whole value"


@dataclass(frozen=True, slots=True)
class Mistake:
    """`at` is the character to point at."""

    code: str
    message: str
    at: int
    help: str | None = None


def explain(context: str, problem: str, text: str, begun: int | None, found: int) -> Mistake:
    """`begun` is where the unfinished thing started, `found` where the parser gave up."""
    ended = found >= len(text.rstrip())
    found = min(found, max(len(text) - 1, 0))
    start = found if begun is None else min(begun, found)
    char = text[found : found + 1]
    if char == "\t" and "start any token" in problem:
        return Mistake("SR013", "a tab stands where YAML wants spaces", found, "indent with spaces")
    if "start any token" in problem:
        return Mistake("SR005", f"{char!r} cannot begin a value", found, _QUOTE)
    if "quoted scalar" in context:
        return _quoted(problem, start, found)
    if "flow sequence" in context or "flow mapping" in context:
        bracket = "]" if "sequence" in context else "}"
        opened = f"`{'[' if bracket == ']' else '{'}` is not closed"
        help_ = (
            f"expected `,` or `{bracket}`; a value that holds `{char}` there needs quotes"
            if char.strip() and not ended
            else None
        )
        return Mistake("SR005", opened, start, help_ or f"add `{bracket}`")
    if "expected the node content" in problem and ended:
        return Mistake("SR005", "the file ends where a value belongs", found, "close what is still open above")
    if "expected the node content" in problem:
        help_ = "one comma stands between two entries, and an expression that holds one needs quotes"
        return Mistake("SR005", f"`{char}` stands where a value belongs", found, help_)
    if "mapping values are not allowed" in problem:
        help_ = "quote the value if the colon belongs to it; a key begins in the column of the keys above it"
        return Mistake("SR005", "a `:` cannot stand here", found, help_)
    if "could not find expected ':'" in problem:
        return Mistake("SR005", "expected `key: value`", start, "a key is followed by a colon and a space")
    if "block scalar" in context:
        return _block_text(text, start)
    if "block" in context or "block" in problem:
        help_ = "entries of one list or mapping begin in the same column"
        return Mistake("SR005", "the indentation does not fit what stands above", found, help_)
    words = problem or context or "this cannot be read as YAML"
    return Mistake("SR005", words[0].lower() + words[1:], found)


def _block_text(text: str, start: int) -> Mistake:
    """A `>` or `|` with more behind it on its line; a tag before it was meant as an operator."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    tag = re.search(r"(?:^|[:\-,\[] )(![^\s!]*)\s", line)
    if tag:
        at = start - len(line) + tag.start(1)
        return Mistake("SR007", "a tag (`!...`) is not allowed", at, "write `not` to turn a condition round")
    sign = text[start : start + 1]
    return Mistake("SR005", f"`{sign}` begins a text over several lines, and more stands behind it", start, _QUOTE)


def _quoted(problem: str, start: int, found: int) -> Mistake:
    if "escape" in problem:
        help_ = "write `\\\\` for a backslash, or use single quotes"
        return Mistake("SR005", "unknown escape in a double-quoted text", found, help_)
    if "document separator" in problem or "end of stream" in problem:
        return Mistake("SR005", "the quote opened here is never closed", start)
    return Mistake("SR005", problem, found)
