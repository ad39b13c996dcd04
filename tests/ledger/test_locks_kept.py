"""What SQLite's locks of a writer promise, whatever else its own process does with the file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stratrun.engine.ledger.events_control import Noted
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.refusal import LedgerError
from stratrun.engine.ledger.verify import verify

from .story import Clock

_LOOK = """
import sqlite3, sys
ledger = sqlite3.connect(sys.argv[1])
ledger.execute("SELECT count(*) FROM events").fetchone()
ledger.close()
"""


def looked_at(path: Path) -> None:
    """Another program opens the ledger and closes it; the last one to close a file deletes its log."""
    subprocess.run([sys.executable, "-c", _LOOK, str(path)], check=True)


def read_beside(path: Path) -> None:
    open_reader(path)


def written_beside(path: Path) -> None:
    with pytest.raises(LedgerError, match="another process is writing"):
        open_writer(path, Clock())


@pytest.mark.parametrize("beside", [read_beside, written_beside])
def test_a_writer_keeps_its_log_though_its_process_opens_the_ledger_again(
    tmp_path: Path, beside: Callable[[Path], None]
) -> None:
    """A program that looks at the file is not the last one to close it, and so leaves the log that is written to."""
    path = tmp_path / "ledger.db"
    with open_writer(path, Clock()) as writer:
        writer.append(Noted("a", "before"))
        beside(path)
        looked_at(path)
        assert path.with_name("ledger.db-wal").exists()
        writer.append(Noted("a", "after"))
        head = writer.head
    found = open_reader(path)
    assert found.head() == head
    assert not verify(found).findings
