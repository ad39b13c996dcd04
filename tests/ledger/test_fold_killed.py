"""A process that dies while it folds its ledger's log: nothing is lost, the ledger is sound, the next one goes on."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from stratrun.cli import main
from stratrun.engine.ledger.events_control import Noted
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.verify import verify
from stratrun.engine.ledger.writer import FOLDED

from .story import Clock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
EVERY = int(os.environ.get("STRATRUN_KILLS", "0"))
"""0: a sample; 1: every page."""
PAGES = 133
"""Of the folded file; the first 88 are there before, and are written anew where they changed."""
POINTS = ["before", *(f"page {k}" for k in range(0 if EVERY else 2, PAGES, EVERY or 100)), "after"]


@contextmanager
def killed(file: Path, point: str, watched: bool = False) -> Iterator[tuple[int, str]]:
    """Run `folding.py` up to its death; its end, and the head that it was told.

    `watched` by a reader, before and after: what the dead process shared with it stays in use. Alone, the log is read
    anew by the next one that comes.
    """
    script = str(Path(__file__).with_name("folding.py"))
    with ExitStack() as stack, subprocess.Popen(
        [sys.executable, script, str(file), point], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:  # fmt: skip
        assert child.stdout is not None
        head = child.stdout.readline().strip()
        if watched:
            reader = stack.enter_context(closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)))
            reader.execute("SELECT count(*) FROM events").fetchone()
        child.communicate("on\n")
        yield child.returncode, head


@pytest.mark.parametrize("watched", [False, True], ids=["alone", "watched"])
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_fold_loses_nothing(file: Path, point: str, watched: bool) -> None:
    """The ledger holds all that was told, verifies, takes appends and folds what the dead process did not."""
    with killed(file, point, watched) as (ended, head):
        assert ended == -(signal.SIGXFSZ if point.startswith("page") else signal.SIGKILL)
        assert file.with_name("ledger.db-wal").stat().st_size > 0
        said = CliRunner().invoke(main, ["ledger", "verify", "--ledger", str(file), "--expect", head])
        assert (said.exit_code, head in said.output) == (0, True), said.output
        with open_writer(file, Clock()) as writer:
            assert f"{writer.head.seq}:{writer.head.hash}" == head
            for k in range(FOLDED):
                writer.append(Noted("again", f"{k}"))
            writer.fold()
            assert not writer.worth_folding
            assert verify(writer.read).findings == ()
    assert open_reader(file).head() == writer.head


def test_amid_means_amid(tmp_path: Path) -> None:
    """At a page in the middle the file is neither what it was before the fold nor what it is after it."""
    files = []
    for k, point in enumerate(("before", "page 100", "after")):
        with killed(tmp_path / f"{k}.db", point):
            files.append((tmp_path / f"{k}.db").read_bytes())
    before, amid, after = files
    assert len(before) < len(amid) < len(after) == PAGES * 4_096
    assert amid == after[: len(amid)]
