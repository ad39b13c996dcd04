"""What one diagnostic code means, for `stratrun explain` and the reference page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """`explanation` is one sentence; `wrong` and `right` are the smallest pieces of a file that show it."""

    code: str
    title: str
    explanation: str
    wrong: str
    right: str
