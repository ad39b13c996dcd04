"""Pieces of Markdown that the generated pages share."""

from __future__ import annotations

from collections.abc import Iterable


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table with a line a row."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def plain(words: str) -> str:
    """Words that Markdown leaves as they are."""
    return words.replace("*", r"\*").replace("<", r"\<").replace("|", r"\|")
