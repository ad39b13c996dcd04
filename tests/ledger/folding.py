"""A process that appends to a ledger, folds its log, and is dead at a point that it is told.

Arguments: ledger, point. A point is `before`, `after`, or `page 7`: the system itself ends the process at the write of
the first page behind the seventh. It prints the head that it was told, and goes on when it is told to.
"""

from __future__ import annotations

import os
import resource
import signal
import sys

from stratrun.engine.ledger.events_control import Noted
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.writer import FOLDED, Writer

PAGE = 4_096


def appended(writer: Writer, name: str) -> None:
    """So much that a fold is worth it, on new pages and on old ones."""
    for k in range(FOLDED + 10):
        writer.append(*(Noted(name, f"{k}-{part}" + "x" * 900) for part in range(3)))


def main(file: str, point: str) -> None:
    writer = open_writer(file, lambda: 1, "0" * 32)
    appended(writer, "a")
    writer.fold()
    appended(writer, "b")
    print(f"{writer.head.seq}:{writer.head.hash}", flush=True)
    sys.stdin.readline()
    what, _, pages = point.partition(" ")
    if what == "page":
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(pages) * PAGE, resource.RLIM_INFINITY))
    if what != "before":
        writer.fold()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
