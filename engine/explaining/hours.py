"""Hours of the week in, what they are called out: in words, and as a file writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..language.strategy import Hours

_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def hours_words(hours: Sequence[Hours]) -> str:
    """`Monday to Friday 06:00-22:00 and Saturday 10:00-14:00`."""
    return _listed(f"{_listed(_days(one, ' to ')) or 'every day'} {_times(one)}{_past(one)}" for one in hours)


def hours_text(hours: Sequence[Hours]) -> str:
    """`mon-fri 06:00-22:00; sat 10:00-14:00`."""
    written = (",".join(name.lower() for name in _days(one, "-", 3)) for one in hours)
    return "; ".join(f"{days} {_times(one)}".lstrip() for days, one in zip(written, hours, strict=True))


def _days(hours: Hours, to: str, letters: int | None = None) -> list[str]:
    """The days in stretches, Sunday to Monday included; nothing where it is every day."""
    if len(hours.days) == 7:
        return []
    firsts = [day for day in sorted(hours.days) if (day + 5) % 7 + 1 not in hours.days]
    found = []
    for first in firsts:
        length = next(n for n in range(1, 8) if (first - 1 + n) % 7 + 1 not in hours.days)
        days = [_NAMES[(first - 1 + n) % 7][:letters] for n in range(length)]
        found += days if length < 3 else [f"{days[0]}{to}{days[-1]}"]
    return found


def _times(hours: Hours) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (hours.start, hours.end))


def _past(hours: Hours) -> str:
    return " of the next day" if 0 < hours.end <= hours.start else ""


def _listed(words: Iterable[str]) -> str:
    *most, last = [*words] or [""]
    return f"{', '.join(most)} and {last}" if most else last
