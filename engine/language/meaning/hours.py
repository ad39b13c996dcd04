"""The hours of `schedule.entries` in, one condition on the close instant out.

`mon-fri 22:00-02:00` is Monday 22:00 to Tuesday 02:00 and so on: hours past midnight belong to the day they began.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...diagnostics.report import Report
from ..resolve.resolver import Resolver
from ..strategy import Hours
from ..term import Term
from ..text import Text, quoted

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 24 * 60
_HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})")
_RANGE = re.compile(r"([a-z]+)(?:\s*-\s*([a-z]+))?", re.IGNORECASE)
_FORMS = "write `mon-fri 06:00-22:00`, `sat,sun 10:00-14:00` or `00:00-24:00`"


class _Wrong(Exception):  # noqa: N818 - control flow inside this file
    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message, self.start, self.end = message, start, end


def read_hours(texts: Sequence[Text], report: Report) -> tuple[Hours, ...]:
    """The hours of all entries, equal ones once."""
    found = []
    for text in texts:
        try:
            found.append(hours_in(text.value))
        except _Wrong as wrong:
            report.error("SR445", wrong.message, text.span(wrong.start, wrong.end), _FORMS)
    return tuple(dict.fromkeys(found))


def inside(hours: Sequence[Hours], resolver: Resolver) -> Term | None:
    """True while a close lies inside any of the hours; None where there are none."""
    terms = [resolver.condition(Text(written(one))) for one in hours]
    return resolver.any_of([term for term in terms if term is not None]) if terms else None


def hours_in(text: str) -> Hours:
    """Reads one entry. Raises _Wrong with the place of the mistake."""
    head, times = _split(text)
    match = _HOURS.fullmatch(text, times, len(text.rstrip()))
    if match is None:
        raise _Wrong(f"expected hours such as `06:00-22:00`, got {_got(text[times:])}", times, len(text))
    start, end = (_minute(text, match, group) for group in (1, 3))
    if start == _DAY:
        raise _Wrong("hours begin before 24:00", match.start(1), match.end(2))
    if start == end:
        raise _Wrong("the hours end when they begin", match.start(), match.end())
    days = frozenset(range(1, 8)) if head == 0 else _days(text[:head])
    return Hours(days, start, end)


def _split(text: str) -> tuple[int, int]:
    """Where the weekdays end (0 where there are none) and the hours begin."""
    first = re.search(r"[0-9]", text)
    if first is None:
        bare = text.rstrip()
        at = len(bare) if re.fullmatch(r"[A-Za-z,\s-]*", bare) and bare else 0
        raise _Wrong(f"expected hours such as `06:00-22:00` {'after the days' if at else 'here'}", 0, len(text))
    return len(text[: first.start()].rstrip()), first.start()


def _got(text: str) -> str:
    return f"`{quoted(text)}`" if text.strip() else "nothing"


def _minute(text: str, match: re.Match[str], group: int) -> int:
    hour, minute = int(match[group]), int(match[group + 1])
    if minute > 59 or hour * 60 + minute > _DAY:
        raise _Wrong(f"`{match[group]}:{match[group + 1]}` is no time of day", match.start(group), match.end(group + 1))
    return hour * 60 + minute


def _days(text: str) -> frozenset[int]:
    found: set[int] = set()
    at = 0
    for piece in text.split(","):
        match = _RANGE.fullmatch(piece.strip())
        start = at + len(piece) - len(piece.lstrip())
        if match is None:
            end = max(at + len(piece.rstrip()), start + 1)
            raise _Wrong(f"expected a weekday such as `mon`, got {_got(piece)}", start, end)
        first, last = _day(match, 1, start), _day(match, 2 if match[2] else 1, start)
        found.update((first + k) % 7 + 1 for k in range((last - first) % 7 + 1))
        at += len(piece) + 1
    return frozenset(found)


def _day(match: re.Match[str], group: int, at: int) -> int:
    name = match[group].lower()
    if name not in DAYS:
        message = f"`{match[group]}` is no weekday; they are {', '.join(DAYS)}"
        raise _Wrong(message, at + match.start(group), at + match.end(group))
    return DAYS.index(name)


def written(hours: Hours) -> str:
    """The hours as an expression of the language, in minutes of the day."""
    minute = "time.hour * 60 + time.minute"
    today = _on(hours.days)
    if hours.start < hours.end:
        return _both(today, f"{hours.start} <= {minute} < {hours.end}")
    late = _both(today, f"{minute} >= {hours.start}")
    if hours.end == 0:
        return late
    early = _both(_on(frozenset(day % 7 + 1 for day in hours.days)), f"{minute} < {hours.end}")
    return f"({late}) or ({early})"


def _on(days: frozenset[int]) -> str:
    """The weekdays as a condition; empty where every day is meant."""
    if len(days) == 7:
        return ""
    return "(" + " or ".join(f"time.weekday == {day}" for day in sorted(days)) + ")"


def _both(days: str, minutes: str) -> str:
    return f"{days} and {minutes}" if days else minutes
