"""Many files at once: paths in, each one's diagnostics out in the same order, on all processors where that pays."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

from ..diagnostics.diagnostic import Diagnostic
from ..market.venue import Venue
from .document import validate

WORTH_IT = 128
"""Fewer files are checked sooner than another process is ready."""


def validate_all(paths: Sequence[Path], venue: Venue | None = None) -> Iterator[list[Diagnostic]]:
    """What `validate` says about each path, as soon as it is known."""
    check = partial(validate, venue=venue)
    done = 0
    workers = min(_processors(), len(paths) * 2 // WORTH_IT)
    if workers > 1:
        try:
            for found in _shared_out(check, paths, workers):
                yield found
                done += 1
        except (BrokenProcessPool, OSError):  # no memory or no processes left: this one still does it
            pass
    for path in paths[done:]:
        yield check(path)


def _shared_out(
    check: Callable[[Path], list[Diagnostic]], paths: Sequence[Path], workers: int
) -> Iterator[list[Diagnostic]]:
    with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
        # The workers inherit the mask: Ctrl-C reaches all of a terminal's processes, and only this one answers.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            results = pool.map(check, paths, chunksize=WORTH_IT // 8)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        yield from results


def _processors() -> int:
    """Processors to use; one where a copy of this process would not be safe or could not be made.

    Starting fresh processes instead, as other systems must, takes about as long as a hundred files do.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))
