"""Words -> lines that fit a terminal: those too long are continued under the column in which they began."""

from __future__ import annotations

import re
import textwrap

_GAP = re.compile(r" {2,}|^ *- ")
_KEPT = re.compile(r"(?<=[0-9]) (?=%)")
"""What stays together: a number and its sign."""
_FAR = 0.6
"""The share of a line beyond which no column begins that leaves room for words."""


def fold(text: str, width: int | None) -> str:
    """`text` with its lines folded to `width` columns; as it is where that is None. Words are not broken."""
    if width is None:
        return text
    return "\n".join(piece for line in text.split("\n") for piece in _folded(line, width))


def _folded(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    begins = [found.end() for found in _GAP.finditer(line) if found.end() <= width * _FAR]
    hang = begins[-1] if begins else 0
    if begins and hang == len(line) - len(line.lstrip()):
        hang += 2  # a line of words: what goes on is set off from what begins
    folded = textwrap.wrap(
        _KEPT.sub("\xa0", line), width, subsequent_indent=" " * hang, break_long_words=False, break_on_hyphens=False,
        replace_whitespace=False, expand_tabs=False,
    )  # fmt: skip
    return [piece.replace("\xa0", " ") for piece in folded]
