"""How far a search is, and the best so far: one line on a terminal, nothing anywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

from .bar import Bar

if TYPE_CHECKING:
    from ..tuning.search import Plan, Study


class SearchProgress(Bar):
    """A context; `watch` is called with the study after each batch."""

    def __init__(self, plan: Plan, name: str) -> None:
        super().__init__(BarColumn(), MofNCompleteColumn(), TextColumn("trials"))
        self._task = self._bar.add_task(name, total=plan.trials)

    def watch(self, study: Study) -> None:
        best = study.best
        words = (
            "no trial counts yet" if best is None else f"best {study.plan.goal.targets[0].figure} {best.values[0]:.4g}"
        )
        self._bar.update(self._task, completed=len(study.trials), description=words)
