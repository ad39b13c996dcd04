"""Tells long work on the store as it goes: a bar where there is a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, TaskProgressColumn, TextColumn

from .bar import Bar

if TYPE_CHECKING:
    from ..store.series import Series


class OneByOne(Bar):
    """Series after series; a context."""

    def __init__(self, count: int) -> None:
        super().__init__(BarColumn(), MofNCompleteColumn(), TextColumn("series"))
        self._task = self._bar.add_task("", total=count)

    def each(self, chosen: Sequence[Series]) -> Iterator[Series]:
        """The series, each named while it is worked on."""
        for series in chosen:
            self._bar.update(self._task, description=str(series))
            yield series
            self._bar.update(self._task, advance=1)


class Downloading(Bar):
    """Candles, rate and time left; `begin` and `end` in ms UTC are what the bar spans; `tell` takes warnings."""

    def __init__(self, title: str, begin: int, end: int, tell: Callable[[str], None]) -> None:
        super().__init__(BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[words]}"))
        self._begin, self._tell, self._rows, self._since = begin, tell, 0, time.monotonic()
        self._task = self._bar.add_task(title, total=max(end - begin, 1), words="")

    def came(self, rows: int, at: int) -> None:
        """`rows` candles more, up to `at` (ms UTC)."""
        self._rows += rows
        rate = self._rows / max(time.monotonic() - self._since, 0.001)
        self._bar.update(self._task, completed=at - self._begin, words=f"{self._rows:,} candles, {rate:,.0f}/s")

    def warn(self, words: str) -> None:
        """Told above the bar."""
        self._tell(words)
