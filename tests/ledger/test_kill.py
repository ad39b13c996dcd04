"""A writer that dies at any instant: what it was told is there, nothing is torn, the next one goes on."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stratrun.engine.ledger.copying import backup
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.verify import verify

from .story import Clock, opened

WRITES = """
import sys
from decimal import Decimal as D
from stratrun.engine.ledger.events_control import Noted
from stratrun.engine.ledger.opening import open_writer
with open_writer(sys.argv[1], lambda: 1) as writer:
    print("open", flush=True)
    k = 0
    while True:
        k += 1
        places = writer.append(Noted("a", f"{sys.argv[2]}:{k}"), Noted("b", f"{sys.argv[2]}:{k}"))
        print(places[-1].seq, flush=True)
"""


def killed(file: Path, name: str, appends: int) -> int:
    """Run a writer, kill it somewhere after so many appends; returns the last seq it was told."""
    process = subprocess.Popen([sys.executable, "-c", WRITES, str(file), name], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    for _ in range(appends):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    told = [int(line) for line in rest.split("\n")[:-1]]
    return told[-1] if told else appends and -1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_writer_loses_nothing_it_was_told(file: Path) -> None:
    """After each kill the lock is free, pairs are whole, the chain goes on and all that was told is there."""
    rng, told = random.Random(3), 0
    for turn in range(4):
        told = max(told, killed(file, str(turn), rng.randrange(12)))
        reader = open_reader(file)
        assert reader.head().seq >= told
        words = [entry.event.words for entry in reader.entries()]  # type: ignore[union-attr]
        assert words[::2] == words[1::2]
        assert verify(reader).findings == ()
    with open_writer(file, Clock()) as writer:
        writer.append(opened())
        assert verify(writer.read).findings == ()


def test_a_backup_is_taken_while_another_process_writes(file: Path, tmp_path: Path) -> None:
    """Each copy is a sound ledger that ends at one append, whatever is written meanwhile."""
    with subprocess.Popen([sys.executable, "-c", WRITES, str(file), "x"], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        heads = []
        for turn in range(3):
            other.stdout.readline()
            other.stdout.readline()
            verdict = backup(open_reader(file), tmp_path / f"{turn}.db")
            heads.append(verdict.head.seq)
            assert (verdict.findings, verdict.head.seq % 2) == ((), 0)
        other.kill()
    assert heads == sorted(set(heads))
