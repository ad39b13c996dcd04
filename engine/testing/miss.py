"""What of an expectation did not hold, before it is told with its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Miss:
    """`number` is the candle to look at and `symbol` whose, where there is one."""

    expected: str
    happened: str
    number: int | None = None
    symbol: str | None = None


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def number_words(value: float) -> str:
    """A number with as many digits as a test needs to state it."""
    return f"{value:.12g}"


def near(actual: float, expected: float, within: float | None) -> bool:
    """Whether a number is what was expected: off by `within` at most, a billionth of it where that is not given."""
    allowed = 1e-9 * max(abs(expected), 1e-3) if within is None else within + 1e-12 * abs(expected)
    return abs(actual - expected) <= allowed
