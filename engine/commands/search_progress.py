"""How far a search is, and the best so far: one line on a terminal, nothing anywhere else."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from ..tuning.search import Plan, Study


class SearchProgress:
    """A context; `watch` is called with the study after each batch."""

    def __init__(self, plan: Plan, name: str) -> None:
        console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("trials"),
            TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._task = self._bar.add_task(name, total=plan.trials)

    def __enter__(self) -> SearchProgress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def watch(self, study: Study) -> None:
        best = study.best
        words = (
            "no trial counts yet" if best is None else f"best {study.plan.goal.targets[0].figure} {best.values[0]:.4g}"
        )
        self._bar.update(self._task, completed=len(study.trials), description=words)
