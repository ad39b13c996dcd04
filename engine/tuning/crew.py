"""Who runs the trials of a search: the threads of this process, or the workers of a Ray cluster."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Protocol

from ..diagnostics.diagnostic import InputError
from ..diagnostics.extras import install
from ..research.inputs import AnyInputs
from .draft import Drafted
from .goal import Goal
from .prune import Bars
from .space import Point
from .trial import Trial, run_points

MOST_WORKERS = 1_024


class Crew(Protocol):
    """Whoever runs them, trials are the same."""

    def open(self) -> None:
        """Find the workers. Raises InputError where they cannot be reached."""

    def run(
        self, draft: Drafted[Any], inputs: AnyInputs, goal: Goal, points: Sequence[Point], first: int,
        bars: Bars | None = None,
    ) -> list[Trial]:  # fmt: skip
        """What `run_points` gives. Raises InputError."""

    def close(self) -> None: ...


class Here:
    """The threads of this process, over shared columns."""

    def open(self) -> None:
        return None

    def run(
        self, draft: Drafted[Any], inputs: AnyInputs, goal: Goal, points: Sequence[Point], first: int,
        bars: Bars | None = None,
    ) -> list[Trial]:  # fmt: skip
        return run_points(draft, inputs, goal, points, first, bars)

    def close(self) -> None:
        return None


def crew_of(where: str | None) -> Crew:
    """The crew that `--on` names: local:N, ray or ray://host:port; this process where it is None. Raises InputError."""
    if where is None:
        return Here()
    local = re.fullmatch(r"local:([0-9]{1,6})", where)
    workers = int(local[1]) if local else None
    if not (local or where == "ray" or re.fullmatch(r"ray://[^\s/]+:[0-9]{1,5}", where)):
        raise InputError(f"--on {where}: no such place", help="write local:4, ray, or ray://host:10001")
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise InputError(f"--on {where}: expected 1 to {MOST_WORKERS:,} workers")
    if find_spec("ray") is None:
        raise InputError(f"--on {where} needs Ray", help=install("ray"))
    from .ray_crew import RayCrew

    return RayCrew(None if local else "auto" if where == "ray" else where, workers)
