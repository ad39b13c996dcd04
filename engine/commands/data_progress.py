"""Tells a download as it goes: a bar with candles, rate and time left where there is a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


class Downloading:
    """`begin` and `end` in ms UTC are what the bar spans; `tell` takes warnings."""

    def __init__(self, title: str, begin: int, end: int, tell: Callable[[str], None]) -> None:
        console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[words]}"),
            TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._begin, self._tell, self._rows, self._since = begin, tell, 0, time.monotonic()
        self._task = self._bar.add_task(title, total=max(end - begin, 1), words="")

    def __enter__(self) -> Downloading:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def came(self, rows: int, at: int) -> None:
        """`rows` candles more, up to `at` (ms UTC)."""
        self._rows += rows
        rate = self._rows / max(time.monotonic() - self._since, 0.001)
        self._bar.update(self._task, completed=at - self._begin, words=f"{self._rows:,} candles, {rate:,.0f}/s")

    def warn(self, words: str) -> None:
        """Told above the bar."""
        self._tell(words)
