"""What one diagnostic code means, for `stratrun explain` and the reference page."""

from __future__ import annotations

from dataclasses import dataclass

from .diagnostic import Severity


@dataclass(frozen=True, slots=True)
class Code:
    """`explanation` is one sentence; `wrong` and `right` are the smallest pieces of a file that show it.

    A lint is a code whose severity is not ERROR: `# stratrun: ignore[...]` silences it on its line."""

    code: str
    title: str
    explanation: str
    wrong: str
    right: str
    severity: Severity = Severity.ERROR
