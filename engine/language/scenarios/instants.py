"""Times as a test file writes them: `2024-01-31`, `2024-01-31T12:00Z`, in UTC where they name no offset."""

from __future__ import annotations

from datetime import UTC, datetime

from ...diagnostics.report import Report
from ..structure.part import Part

FIRST = 1_704_067_200_000
"""2024-01-01T00:00Z: where a test begins that does not say."""
_LATEST = 32_503_680_000_000
"""The year 3000, beyond which no candle lies."""


def instant(part: Part, key: str, report: Report) -> int | None:
    """The time at `key` in ms UTC; None where there is none or the report says what is wrong with it."""
    text = part.text(key)
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text.value)
        time = int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        time = -1
    if 0 <= time < _LATEST:
        return time
    report.error("SR707", f"there is no time `{text.value}`", part.span(key), "write `2024-01-31T12:00Z`, say")
    return None
