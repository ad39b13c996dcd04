"""Many files at once: paths in, each one's diagnostics out in the same order, on all processors where that pays."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from ..diagnostics.diagnostic import Diagnostic
from .document import validate

WORTH_IT = 64
"""Fewer files are checked sooner than another process is ready."""


def validate_all(paths: Sequence[Path]) -> list[list[Diagnostic]]:
    """What `validate` says about each path."""
    workers = min(_processors(), len(paths) * 2 // WORTH_IT)
    if workers > 1:
        try:
            with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
                return list(pool.map(validate, paths, chunksize=WORTH_IT // 4))
        except (BrokenProcessPool, OSError):  # no memory or no processes left: one process still does it
            pass
    return [validate(path) for path in paths]


def _processors() -> int:
    """Processors to use; one where a copy of this process would not be safe or could not be made."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))
