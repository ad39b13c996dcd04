"""Trials on the workers of a Ray cluster.

Candles go to the cluster's object store once, and every task gets a reference to them: each machine holds one copy,
which its workers read in place. A task is a lot of points next to each other, so that they share columns; Ray runs the
lots of a worker that died again. Trials are a pure function of what a task is given, so they are those of one machine.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import ray

from ..diagnostics.diagnostic import InputError
from ..report.release import release
from ..research.inputs import AnyInputs
from .draft import Drafted
from .goal import Goal
from .prune import Bars
from .space import Point
from .trial import Trial, run_points

AGAIN = 5
"""How often a lot is run again whose worker died."""
LOTS = 2
"""Lots for each worker, so that one slow lot does not keep all waiting."""
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DEDUP_LOGS": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
"""Ray tells nobody what runs here, and keeps its advice to itself."""


class RayCrew:
    """`address` of a running cluster, or None for `workers` processes on this machine, which end with this one."""

    def __init__(self, address: str | None, workers: int | None) -> None:
        self._address, self._wanted = address, workers
        self._workers = 1
        self._shared: list[tuple[Any, Any]] = []

    def open(self) -> None:
        for name, value in _QUIET.items():
            os.environ.setdefault(name, value)
        local: dict[str, Any] = {} if self._address else {"num_cpus": self._wanted, "include_dashboard": False}
        try:
            _begin(self._address or "local", log_to_driver=False, logging_level=logging.ERROR, **local)
        except Exception as error:  # Ray has many ways to say that nobody is there
            where = self._address or f"{self._wanted} processes"
            words = (str(error).splitlines() or [type(error).__name__])[0].partition(". ")[0]
            raise InputError(f"Ray cannot be used ({where}): {words}", help="check that the cluster runs") from error
        self._workers = max(1, int(ray.cluster_resources().get("CPU", 1)))
        theirs, mine = ray.get(_task(_versions).remote()), _versions()
        if theirs != mine:
            raise InputError(f"the workers have {theirs}, this machine {mine}", help="install the same releases on all")

    def run(
        self, draft: Drafted[Any], inputs: AnyInputs, goal: Goal, points: Sequence[Point], first: int,
        bars: Bars | None = None,
    ) -> list[Trial]:  # fmt: skip
        size = max(1, -(-len(points) // (self._workers * LOTS)))
        data, light = self._data(inputs), replace(inputs, candles={}, venue=None)  # type: ignore[arg-type]  # each kind has both
        task = _task(_run_lot)
        lots = [
            task.remote(data, draft, light, goal, points[k : k + size], first + k, bars)
            for k in range(0, len(points), size)
        ]
        try:
            found = ray.get(lots)
        except ray.exceptions.RayTaskError:
            raise
        except ray.exceptions.RayError as error:
            raise InputError(f"the Ray cluster failed: {str(error).splitlines()[0]}",
                             help="repeat the command; --study keeps what is done") from error  # fmt: skip
        except KeyboardInterrupt:
            for lot in lots:
                ray.cancel(lot, force=False)
            raise
        for lot in found:
            if isinstance(lot, InputError):
                raise InputError(lot.message, lot.help, lot.code)
        return [trial for lot in found for trial in lot]

    def close(self) -> None:
        ray.shutdown()

    def _data(self, inputs: AnyInputs) -> Any:
        """The reference to candles and venue in the object store, where they are put once."""
        mine = (inputs.candles, inputs.venue)
        for (candles, venue), reference in self._shared:
            if candles is mine[0] and venue is mine[1]:
                return reference
        reference = ray.put(mine)
        self._shared.append((mine, reference))
        return reference


def _begin(address: str, **options: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ray.init(address, **options)


def _task(function: Any) -> Any:
    return ray.remote(num_cpus=1, max_retries=AGAIN)(function)


def _run_lot(
    data: Any, draft: Drafted[Any], light: AnyInputs, goal: Goal, points: Sequence[Point], first: int,
    bars: Bars | None,
) -> list[Trial] | InputError:  # fmt: skip
    """On a worker: a lot of trials, or why it cannot be run."""
    candles, venue = data
    try:
        return run_points(draft, replace(light, candles=candles, venue=venue), goal, points, first, bars, threads=1)
    except InputError as error:
        return error


def _versions() -> str:
    return f"stratrun {release()}, numpy {np.__version__}"
