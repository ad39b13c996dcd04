"""Several searches at one study in PostgreSQL: each trial once, and none lost with a search that dies."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.tuning.goal import Goal, Target
from stratrun.engine.tuning.samplers import Method
from stratrun.engine.tuning.search import Plan, search
from stratrun.engine.tuning.store import Store

from .test_search import hill, square

SEARCH = """
import json, sys, time
from stratrun.engine.tuning.goal import Goal, Target
from stratrun.engine.tuning.samplers import Method
from stratrun.engine.tuning.search import Plan, search
from stratrun.engine.tuning.space import Axis, Space
from stratrun.engine.tuning.store import Store
from stratrun.engine.tuning.trial import Trial
import numpy as np

texts = tuple(str(k) for k in range(20))
space = Space((Axis("x", texts, True), Axis("y", texts, True)))

def run(points, first):
    print(json.dumps(list(range(first, first + len(points)))), flush=True)
    time.sleep(0.02 * len(points))  # so that the other process gets its turn
    values = [-abs(float(p["x"]) - 4) - float(p["y"]) for p in points]
    return [Trial(first + k, p, (v,), 10, "", np.ones(2)) for k, (p, v) in enumerate(zip(points, values))]

store = Store(sys.argv[1], {"a": 1})
study = search(Plan(space, Goal((Target("sharpe", 1),)), Method(sys.argv[2]), 96, 3), run, store)
store.close()
print("found", [[t.number, dict(t.point), t.values[0]] for t in study.trials].__repr__())
"""


def started(url: str, method: Method) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SEARCH, url, method.value], stdout=subprocess.PIPE, text=True)


def told(search: subprocess.Popen[str]) -> tuple[list[int], str]:
    """The numbers that a search ran, and what it found."""
    out, _ = search.communicate(timeout=60)
    lines = out.splitlines()
    return [number for line in lines[:-1] for number in json.loads(line)], lines[-1]


@pytest.mark.parametrize("method", [Method.RANDOM, Method.NSGA2])
def test_two_searches_share_a_study_and_run_no_trial_twice(database, method):
    """Two processes at once make each trial once between them, and both end with the whole study."""
    both = [told(each) for each in [started(database, method) for _ in range(2)]]
    numbers = Counter(number for ran, _ in both for number in ran)
    assert sorted(numbers) == list(range(96))
    assert set(numbers.values()) == {1}
    assert both[0][1] == both[1][1]
    assert all(ran for ran, _ in both)


def test_the_trials_of_a_search_that_dies_are_run_again(database):
    """Killed while it holds a lot, a search keeps nobody waiting: the other one runs that lot, too."""
    first = started(database, Method.RANDOM)
    assert first.stdout is not None
    first.stdout.readline()
    second = started(database, Method.RANDOM)
    first.kill()
    ran, found = told(second)
    first.communicate()
    assert found.startswith("found")
    store = Store(database, {"a": 1})
    assert sorted(store.read("study", range(1000))) == list(range(96))
    store.close()
    assert len(ran) == len(set(ran)) >= 80


def test_a_turn_is_one_searchs_alone(database):
    """While one has a turn the other has not; afterwards it may have it."""
    one, other = Store(database, {}), Store(database, {})
    with one.turn("study", 8) as mine, other.turn("study", 8) as theirs, other.turn("study", 16) as next_one:
        assert (mine, theirs, next_one) == (True, False, True)
    with other.turn("study", 8) as mine:
        assert mine
    one.close()
    other.close()


def test_two_searches_at_one_file_are_told_to_share_in_postgresql(tmp_path):
    """A study in a file is one search's; a second writer is told so, and spoils nothing."""
    place = str(tmp_path / "s.db")
    plan = Plan(square(9), Goal((Target("sharpe", 1),)), Method.GRID, 64, 0)
    mine, theirs = Store(place, {}), Store(place, {})

    def overtaken(points, first):
        search(plan, hill(1, 1), theirs)
        return hill(1, 1)(points, first)

    with pytest.raises(InputError, match="another search writes"):
        search(plan, overtaken, mine)
    assert len(mine.read("study", range(100))) == 64
    mine.close()
    theirs.close()


def test_a_server_that_is_not_there_is_told_without_its_password():
    """What cannot be reached is one message, and holds no secret."""
    with pytest.raises(InputError, match="cannot be used") as caught:
        Store("postgresql://user:secret@127.0.0.1:9/db?connect_timeout=2", {})
    assert "secret" not in caught.value.message
