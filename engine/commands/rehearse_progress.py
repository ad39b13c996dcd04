"""How far a rehearsal is: one line on a terminal, nothing anywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.progress import BarColumn, TaskProgressColumn

from .bar import Bar

if TYPE_CHECKING:
    from ..run.rehearsal.ground import Rehearsal


class RehearseProgress(Bar):
    """A context; `told` is called with each close (ms UTC)."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__(BarColumn(), TaskProgressColumn())
        self._start = rehearsal.start
        self._task = self._bar.add_task(rehearsal.deployment.name, total=rehearsal.end - rehearsal.start)

    def told(self, close: int) -> None:
        self._bar.update(self._task, completed=close - self._start)
