"""Promtool's shorthand for series of numbers: `100+1x220 316-3x13 280+4x6` in, its values out.

`a+bxn` is a and n further values, each b more than the last; `a-bxn` each b less; `axn` is a and n further values like
it; `_` is a missing value and `_xn` are n of them. Values are the doubles nearest to the decimals they stand for:
`1+0.1x2` ends with 1.2, not with 1 + 0.1 + 0.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

MAX_COUNT = 1_000_000
"""Values a series may hold."""

_NUMBER = r"-?[0-9]{1,16}(?:\.[0-9]{1,16})?"
_RUN = re.compile(rf"({_NUMBER})(?:([+-])([0-9]{{1,16}}(?:\.[0-9]{{1,16}})?))?(?:x([0-9]+))?")
_GAP = re.compile(r"_(?:x([0-9]+))?")
_TIMES = re.compile(rf"({_NUMBER})\*([0-9]+)")


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of a series: it stands at `start..end` in the text and makes `count` values."""

    start: int
    end: int
    count: int
    first: int = 0
    step: int = 0
    scale: int = 1
    """The values are (first + k * step) / scale."""
    missing: bool = False

    def values(self) -> Iterator[float]:
        if self.missing:
            return (nan for _ in range(self.count))
        # Dividing whole numbers rounds once, so nothing adds up along the way.
        return ((self.first + k * self.step) / self.scale for k in range(self.count))


class ShorthandError(ValueError):
    """`start..end` is the place in the text."""

    def __init__(self, code: str, message: str, start: int, end: int, help: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.start, self.end, self.help = code, message, start, end, help


def pieces(text: str) -> list[Piece]:
    """The words of a series. Raises ShorthandError at the first one that cannot be read or makes too many values."""
    found = [_piece(word[0], word.start(), word.end()) for word in re.finditer(r"\S+", text)]
    total = 0
    for piece in found:
        total += piece.count
        if total > MAX_COUNT:
            message = f"up to here the series holds {total:,} values; at most {MAX_COUNT:,} may stand in one"
            raise ShorthandError("SR705", message, piece.start, piece.end)
    return found


def _piece(word: str, start: int, end: int) -> Piece:
    gap = _GAP.fullmatch(word)
    if gap:
        return Piece(start, end, _count(gap[1], word, start, end) if gap[1] else 1, missing=True)
    run = _RUN.fullmatch(word)
    if not run or (run[2] and not run[4]):
        raise ShorthandError("SR701", f"`{_short(word)}` is not a piece of a series", start, end, _mend(word, run))
    further = _count(run[4], word, start, end) if run[4] else 0
    decimals = max(_decimals(run[1]), _decimals(run[3] or ""))
    step = _scaled(run[3], decimals) if run[3] else 0
    return Piece(
        start, end, further + 1, _scaled(run[1], decimals), -step if run[2] == "-" else step, 10**decimals
    )  # fmt: skip


def _count(digits: str, word: str, start: int, end: int) -> int:
    if len(digits.lstrip("0")) > len(str(MAX_COUNT)):
        message = f"`{_short(word)}` makes more than {MAX_COUNT:,} values"
        raise ShorthandError("SR705", message, start, end)
    return int(digits)


def _mend(word: str, run: re.Match[str] | None) -> str:
    times = _TIMES.fullmatch(word)
    if times and 0 < len(times[2].lstrip("0")) < 8:
        return f"write `{times[1]}x{int(times[2]) - 1}`: {times[1]} and {int(times[2]) - 1} further values like it"
    if run:
        return f"say how many values follow: `{word}x10`"
    if "," in word:
        return "values are parted by blanks"
    return "write numbers, `100+1x20` (100 and 20 further values, each 1 more), `100x20` or `_` for a missing candle"


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def _scaled(number: str, decimals: int) -> int:
    whole, _, fraction = number.partition(".")
    return int(whole + fraction.ljust(decimals, "0"))


def _short(word: str) -> str:
    return word if len(word) <= 40 else word[:37] + "..."
