"""The log of a ledger's file is folded into it beside appends."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from stratrun.engine.ledger.events_control import Noted
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.verify import verify

from .story import Clock


def heads(path: Path) -> list[tuple[str]]:
    """What the file itself says, without its log."""
    with sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True) as file:
        found = file.execute("SELECT value FROM ledger WHERE name = 'head'").fetchall()
    file.close()
    return found


def test_no_append_folds_and_fold_does(tmp_path: Path) -> None:
    """Two thousand pages stay in the log until they are folded; then the file holds all, and the log is used again."""
    path = tmp_path / "ledger.db"
    with open_writer(path, Clock()) as writer:
        log = path.with_name("ledger.db-wal")
        before = path.read_bytes()
        while log.stat().st_size < 2_000 * 4_096:
            writer.append(*(Noted("a", f"{writer.head.seq}-{k}" + "x" * 3_000) for k in range(20)))
        while writer._unfolded < 50:
            writer.append(Noted("a", "b"))
        assert path.read_bytes() == before
        writer.fold()
        assert heads(path) == [(f"{writer.head.seq}:{writer.head.hash}",)]
        size = log.stat().st_size
        writer.append(Noted("a", "c"))
        assert log.stat().st_size == size
        assert open_reader(path).head() == writer.head


def test_appends_go_on_meanwhile(tmp_path: Path) -> None:
    """Folding in another thread takes nothing away; after the writer's end it does nothing."""
    path, over = tmp_path / "ledger.db", threading.Event()
    with open_writer(path, Clock()) as writer:

        def folding() -> None:
            while not over.is_set():
                writer.fold()

        thread = threading.Thread(target=folding)
        thread.start()
        for k in range(200):
            writer.append(Noted("a", f"{k}"))
        over.set()
        thread.join()
    writer.fold()
    assert [file.name for file in tmp_path.iterdir() if "-" in file.name] == []
    assert verify(open_reader(path)).findings == ()
    assert open_reader(path).head() == writer.head
