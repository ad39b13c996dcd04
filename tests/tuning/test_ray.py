"""Trials on a local Ray cluster of several worker processes: the same trials, whatever happens to a worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.tuning import crew
from stratrun.engine.tuning.goal import Goal, Target
from stratrun.engine.tuning.trial import run_points

from .examples import KINDS, drafted, inputs_of
from .test_command import place

__all__ = ["place"]
pytest.importorskip("ray", reason="Ray is not installed: pip install '.[ray]'")
pytestmark = pytest.mark.filterwarnings("ignore")
GOAL = Goal((Target.parse("return"),))


@pytest.fixture(scope="module")
def workers() -> Iterator[crew.Crew]:
    """Three worker processes."""
    made = crew.crew_of("local:3")
    made.open()
    yield made
    made.close()


def figures(trials):
    return [(t.number, dict(t.point), t.values, t.trades, t.failed, t.steps, t.pruned) for t in trials]


@pytest.mark.parametrize("kind", list(KINDS))
def test_workers_make_the_trials_of_one_machine(workers, tmp_path, sample, kind):
    """Figures and daily returns are the same to the last bit, with bars and without."""
    draft = drafted(tmp_path, kind)
    inputs = inputs_of(draft, sample, 600)
    name = next(iter(draft.at({}).params))
    points = [{name: text} for text in ("3", "5", "7", "11", "13", "17", "19")] if name == "fast" else [{}] * 3
    for bars in (None, (None, 0.0, 0.0)):
        here = run_points(draft, inputs, GOAL, points, 4, bars)
        there = workers.run(draft, inputs, GOAL, points, 4, bars)
        assert figures(there) == figures(here)
        for mine, theirs in zip(here, there, strict=True):
            assert_array_equal(mine.returns, theirs.returns)


def test_candles_are_sent_once(workers, tmp_path, sample):
    """Batches and folds of one search refer to the same candles in the object store."""
    draft = drafted(tmp_path, "one symbol")
    inputs = inputs_of(draft, sample, 600)
    before = len(workers._shared)
    middle = int(inputs.candles["BTC/USDT"].time[300])
    for part in (inputs, replace(inputs, start=middle), replace(inputs, end=middle)):
        workers.run(draft, part, GOAL, [{"fast": "5"}], 0)
    assert len(workers._shared) == before + 1


def test_the_trials_of_a_dead_worker_are_run_again(workers, tmp_path, sample, monkeypatch):
    """A worker killed in the middle of a lot costs time and nothing else."""
    from stratrun.engine.tuning import ray_crew

    mark, true = tmp_path / "died", ray_crew._run_lot

    def dying(data, draft, light, goal, points, first, bars):
        if first == 2 and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return true(data, draft, light, goal, points, first, bars)

    monkeypatch.setattr(ray_crew, "_run_lot", dying)
    draft = drafted(tmp_path, "one symbol")
    inputs = inputs_of(draft, sample, 600)
    points = [{"fast": str(k)} for k in range(3, 15)]
    found = workers.run(draft, inputs, GOAL, points, 0)
    assert mark.exists()
    assert figures(found) == figures(run_points(draft, inputs, GOAL, points, 0))


def test_what_the_user_got_wrong_is_told_by_the_workers_as_here(workers, tmp_path, sample):
    """A range without candles is the same message."""
    draft = drafted(tmp_path, "one symbol")
    inputs = inputs_of(draft, sample, 600, start=int(4e12))
    with pytest.raises(InputError) as here:
        run_points(draft, inputs, GOAL, [{}], 0)
    with pytest.raises(InputError) as there:
        workers.run(draft, inputs, GOAL, [{}], 0)
    assert there.value.message == here.value.message


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "stratrun", "optimize", "s.json", "--candles", "BTCUSDT-1h.csv", *words]


def test_the_command_says_the_same_on_workers(place):
    """The whole report, folds and verdict included, is the one of this machine."""
    (place / "l.yaml").write_text("stratrun: 2\nrisk: {max_open: 1}\n")
    words = ("--sampler", "random", "--trials", "10", "--goal", "return", "--walk-forward", "--limits", "l.yaml")
    said = [
        subprocess.run(command(*words, "--format", "json", *on), capture_output=True, text=True, cwd=place, timeout=120)
        for on in ([], ["--on", "local:2"])
    ]
    assert [done.returncode for done in said] == [0, 0], said[1].stderr
    assert said[1].stderr == ""
    assert json.loads(said[0].stdout) == json.loads(said[1].stdout)


def descendants(pid: int) -> set[int]:
    """Every process below `pid`."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in found} - found
        found, grown = found | more, bool(more)
    return found - {pid}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc to see which processes are left")
def test_ctrl_c_keeps_what_is_done_and_leaves_no_process(place):
    """Interrupted, the command ends with 130, tells what it has, and its workers are gone."""
    words = ("--sampler", "random", "--trials", "2000", "--on", "local:2", "--study", "s.db")
    begun = subprocess.Popen(command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=place)
    until, held = time.monotonic() + 90, 0
    while time.monotonic() < until and held < 64 and begun.poll() is None:
        time.sleep(0.2)  # other processes work meanwhile
        held = rows(place / "s.db")
    below = descendants(begun.pid)
    begun.send_signal(signal.SIGINT)
    out, err = begun.communicate(timeout=90)
    assert begun.returncode == 130, err
    assert "--study s.db" in err
    assert "Traceback" not in err
    assert "Best" in out
    assert below
    until = time.monotonic() + 30
    while time.monotonic() < until and any(Path(f"/proc/{pid}").exists() for pid in below):
        time.sleep(0.2)  # they end in their own time
    assert not [pid for pid in below if Path(f"/proc/{pid}").exists()]


def rows(path: Path) -> int:
    import sqlite3

    if not path.exists():
        return 0
    try:
        with sqlite3.connect(path) as connection:
            return int(connection.execute("SELECT count(*) FROM stratrun_trials").fetchone()[0])
    except sqlite3.Error:
        return 0


def test_read_only_candles_give_the_same_result(tmp_path, sample):
    """Workers read candles where they lie in the object store, and cannot write to them."""
    draft = drafted(tmp_path, "several symbols, limits and pauses")
    inputs = inputs_of(draft, sample, 500)
    locked = {symbol: replace(held) for symbol, held in inputs.candles.items()}
    for held in locked.values():
        for name in ("time", "open", "high", "low", "close", "volume"):
            column = np.array(getattr(held, name))
            column.flags.writeable = False
            object.__setattr__(held, name, column)
    here, there = (
        run_points(draft, replace(inputs, candles=candles), GOAL, [{"fast": "5"}], 0)
        for candles in (inputs.candles, locked)
    )
    assert figures(here) == figures(there)
