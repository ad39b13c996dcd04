"""How far a rehearsal is: one line on a terminal, nothing anywhere else."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from ..run.rehearsal.ground import Rehearsal


class RehearseProgress:
    """A context; `told` is called with each close (ms UTC)."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
        self._start = rehearsal.start
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
            console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._task = self._bar.add_task(rehearsal.deployment.name, total=rehearsal.end - rehearsal.start)

    def __enter__(self) -> RehearseProgress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def told(self, close: int) -> None:
        self._bar.update(self._task, completed=close - self._start)
