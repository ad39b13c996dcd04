"""Works on a ledger on a disk that is full: a disk of its own, in memory, seen by this process alone.

Argument: an empty folder, on which the disk is mounted. Prints a line for each step. Ends with 77 where the system
allows no such disk.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from stratrun.engine.ledger.copying import backup
from stratrun.engine.ledger.events_control import Noted
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.refusal import LedgerError
from stratrun.engine.ledger.verify import verify
from stratrun.engine.ledger.writer import FOLDED, Writer

SIZE = 4_000_000


def fill(folder: Path) -> Path:
    """Take all room that is left."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4_096):
                pass
        except OSError:
            return ballast
    raise AssertionError("the disk has no end")


def told(step: str, error: LedgerError) -> None:
    print(step, type(error).__name__, error.message, flush=True)


def append(writer: Writer, count: int) -> None:
    for k in range(count):
        writer.append(Noted("a", f"{writer.head.seq} {k}" + "x" * 3_000))


def main(folder: Path) -> int:
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(folder)], check=False).returncode:
        return 77
    with open_writer(folder / "ledger.db", lambda: 1) as writer:
        append(writer, FOLDED)
        ballast = fill(folder)
        for step, work in (
            ("fold", writer.fold), ("backup", lambda: backup(writer.read, folder / "copy.db")),
            ("append", lambda: append(writer, 200)),
        ):  # fmt: skip
            try:
                work()
            except LedgerError as error:
                told(step, error)
        head = writer.head
        assert writer.read.head() == head
        ballast.unlink()
        assert sorted(path.name for path in folder.iterdir() if "copy" in path.name) == []
        append(writer, 10)
        writer.fold()
        assert not writer.worth_folding
        assert backup(writer.read, folder / "copy.db").head == writer.head
        assert verify(writer.read, lambda *_: None).findings == ()
        assert writer.head.seq == head.seq + 10
    print("sound", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
