"""The search: what is tried, in which order, and that it goes on where it was cut off."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from statistics import median

import numpy as np
import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.tuning.goal import Goal, Target
from stratrun.engine.tuning.samplers import Method
from stratrun.engine.tuning.search import Plan, Study, search
from stratrun.engine.tuning.space import Axis, Space
from stratrun.engine.tuning.stability import neighbours, plateau
from stratrun.engine.tuning.store import Store
from stratrun.engine.tuning.trial import Trial

from .examples import document

SHARPE = Goal((Target("sharpe", 1),))


def square(side: int) -> Space:
    texts = tuple(str(k) for k in range(side))
    return Space((Axis("x", texts, True), Axis("y", texts, True)))


def hill(x: int, y: int):
    """A run whose goal is best at (x, y)."""

    def run(points, first):
        values = [-float((int(p["x"]) - x) ** 2 + (int(p["y"]) - y) ** 2) for p in points]
        return [
            Trial(first + k, p, (v,), 10, "", np.zeros(0)) for k, (p, v) in enumerate(zip(points, values, strict=True))
        ]

    return run


def reached(method: Method, seed: int, x: int, y: int, near: float, most: int = 150) -> int:
    """How many trials it took to come near the optimum."""
    study = search(Plan(square(50), SHARPE, method, most, seed), hill(x, y))
    good = [trial.number for trial in study.trials if trial.values[0] >= -near]
    return good[0] if good else most


def test_tpe_finds_a_planted_optimum_in_fewer_trials_than_random():
    """Over ten seeds and optima, the median TPE search needs fewer trials than the median random one."""
    tries = [(seed, 7 + 4 * seed % 37, 41 - 3 * seed) for seed in range(10)]
    tpe = median(reached(Method.TPE, *each, near=3.0) for each in tries)
    chance = median(reached(Method.RANDOM, *each, near=3.0) for each in tries)
    assert tpe < chance


@pytest.mark.parametrize("method", list(Method))
def test_a_study_goes_on_as_if_it_had_never_stopped(method, tmp_path):
    """Cut off after any batch, a search ends with the very trials of one that ran through."""
    plan = Plan(square(12), SHARPE, method, 60, 3)
    run = hill(4, 9)

    def fits(point):
        return int(point["x"]) <= int(point["y"]) + 3

    whole = search(plan, run, fits=fits)
    store = Store(str(tmp_path / "study.db"), {"a": 1})

    class CutError(Exception):
        pass

    def cut(study):
        if len(study.trials) >= 20:
            raise CutError

    with pytest.raises(CutError):
        search(plan, run, store, watch=cut, fits=fits)
    before, made = len(store.read("study", range(1000))), []

    def counted(points, first):
        found = run(points, first)
        made.extend(found)
        return found

    again = search(plan, counted, store, fits=fits)
    assert [(t.number, t.point, t.values) for t in again.trials] == [
        (t.number, t.point, t.values) for t in whole.trials
    ]
    assert 20 <= before == len(whole.trials) - len(made)
    store.close()


def test_a_grid_tries_every_point_that_fulfils_what_is_required_once():
    """No point twice, none left out, none that is not allowed."""
    plan = Plan(square(9), SHARPE, Method.GRID, 81, 0)
    study = search(plan, hill(2, 3), fits=lambda point: point["x"] < point["y"])
    tried = [(int(t.point["x"]), int(t.point["y"])) for t in study.trials]
    assert sorted(tried) == [(x, y) for x in range(9) for y in range(9) if x < y]
    assert study.best.point == {"x": "2", "y": "3"}


def test_a_grid_that_is_cut_off_is_spread_over_the_whole():
    """Fewer trials than points reach every part of each range, and more trials go on with the same ones."""
    few, more = (search(Plan(square(40), SHARPE, Method.GRID, n, 5), hill(2, 3)).trials for n in (60, 200))
    assert [t.point for t in more[:60]] == [t.point for t in few]
    for name in "xy":
        assert {int(t.point[name]) // 10 for t in few} == {0, 1, 2, 3}
    other = search(Plan(square(40), SHARPE, Method.GRID, 60, 6), hill(2, 3)).trials
    assert [t.point for t in other] != [t.point for t in few]


def test_a_grid_too_large_to_list_begins_at_once():
    """Points are drawn as they are tried, without repetition, whatever the size of the grid."""
    space = Space(tuple(Axis(name, tuple(map(str, range(1_000))), True) for name in "abcdefgh"))

    def run(points, first):
        return [Trial(first + k, p, (0.0,), 1, "", np.zeros(0)) for k, p in enumerate(points)]

    study = search(Plan(space, SHARPE, Method.GRID, 300, 0), run)
    assert len(study.by_point()) == 300


def test_a_small_space_ends_the_search():
    """A sampler that has nothing new left stops before its number of trials."""
    for method in Method:
        study = search(Plan(square(3), SHARPE, method, 500, 1), hill(1, 1))
        assert 1 <= len({tuple(t.point.values()) for t in study.trials}) == len(study.trials) <= 9


def test_the_front_holds_what_nothing_beats():
    """Of two figures, a trial is on the front unless another is as good in both."""
    goal = Goal((Target("sharpe", 1), Target("max_drawdown", -1)))

    def run(points, first):
        values = [(float(p["x"]), float(p["x"]) * 2 + float(p["y"])) for p in points]
        return [Trial(first + k, p, v, 1, "", np.zeros(0)) for k, (p, v) in enumerate(zip(points, values, strict=True))]

    study = search(Plan(square(5), goal, Method.GRID, 25, 0), run)
    assert {t.point["y"] for t in study.front} == {"0"}
    assert len(study.front) == 5


def test_what_is_found_later_may_leave_an_equal_behind():
    """Of trials that are equal in the first figure, the one that is better in the other is on the front."""
    goal = Goal((Target("sharpe", 1), Target("max_drawdown", -1)))
    values = [(1.0, 0.3), (1.0, 0.1), (2.0, 0.2), (0.5, 0.1)]
    trials = [Trial(k, {"x": str(k)}, each, 1, "", np.zeros(0)) for k, each in enumerate(values)]
    assert [t.number for t in Study(Plan(square(2), goal, Method.NSGA2, 4, 0), trials).front] == [2, 1]


def test_another_study_is_not_mixed_in(tmp_path):
    """A store made for other candles, costs or goals is refused, with what differs."""
    place = str(tmp_path / "s.db")
    first = Store(place, {"candles": "a", "goal": 1})
    first.open("study")
    first.close()
    second = Store(place, {"candles": "b", "goal": 1})
    with pytest.raises(InputError, match="candles differ"):
        second.open("study")
    second.close()


def test_what_is_no_study_is_refused(tmp_path):
    """A file of another kind, or a place that is not there, is told and left as it is."""
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    with pytest.raises(InputError, match="no study"):
        Store(str(other), {})
    assert other.read_text() == "mine"
    with pytest.raises(InputError, match="no folder"):
        Store(str(tmp_path / "none" / "s.db"), {})
    with pytest.raises(InputError, match="cannot be used"):
        Store("nosuch://user:secret@host/db", {})


def test_a_killed_search_resumes_to_the_same_study(tmp_path, sample):
    """After SIGKILL in the middle, the same command ends with the trials of a run that was never killed."""
    candles = sample(count=600)
    names = ("open", "high", "low", "close", "volume")
    rows = zip(candles.time.tolist(), *(getattr(candles, n).tolist() for n in names), strict=True)
    table = tmp_path / "BTCUSDT-1h.csv"
    table.write_text("timestamp,open,high,low,close,volume\n" + "\n".join(",".join(map(str, row)) for row in rows))
    file = tmp_path / "strategy.json"
    file.write_text(json.dumps(document("one symbol", optimize={"require": ["fast < slow"]})))
    base = [sys.executable, "-m", "stratrun", "optimize", str(file), "--candles", str(table), "--sampler", "tpe",
            "--trials", "48", "--seed", "5", "--goal", "return", "--format", "json"]  # fmt: skip
    whole = json.loads(subprocess.run(base, capture_output=True, check=True).stdout)
    place = tmp_path / "study.db"
    victim = subprocess.Popen([*base, "--study", str(place)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while victim.poll() is None and _stored(place) < 8:
        time.sleep(0.01)  # another process works meanwhile
    os.kill(victim.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    victim.wait()
    before = _stored(place)
    resumed = json.loads(subprocess.run([*base, "--study", str(place)], capture_output=True, check=True).stdout)
    assert 8 <= before < 48
    assert resumed == whole


def _stored(place) -> int:
    try:
        connection = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
        try:
            return connection.execute("SELECT COUNT(*) FROM stratrun_trials").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error:
        return 0


@pytest.mark.parametrize(("x", "sign", "expected"), [(0, 1, ["1", "2"]), (9, 1, ["8", "7"]), (4, 1, ["3", "5"])])
def test_the_only_parameter_has_two_neighbours_even_at_its_end(x, sign, expected):
    """At the end of its range the second value on stands for the missing neighbour."""
    space = Space((Axis("x", tuple(str(k) for k in range(10)), True),))
    best = Trial(0, {"x": str(x)}, (1.0,), 10, "", np.zeros(0))
    study = Study(Plan(space, SHARPE, Method.GRID, 10, 0), [best])
    assert [point["x"] for point in neighbours(study, best)] == expected


def test_a_plateau_is_known_for_a_figure_to_make_small():
    """Of a drawdown of 10 % whose neighbours fall 20 % half is kept."""
    goal = Goal((Target("max_drawdown", -1),))
    trials = [Trial(k, {}, (fall,), 10, "", np.zeros(0)) for k, fall in enumerate((0.1, 0.2, 0.2, 0.2))]
    study = Study(Plan(square(3), goal, Method.GRID, 9, 0), trials)
    assert plateau(study, trials[0], trials[1:]).kept == pytest.approx(0.5)


@pytest.mark.parametrize("prune", [False, True])
def test_a_grid_tries_every_point(prune):
    """No point is lost between batches, whatever their size."""
    study = search(Plan(square(15), SHARPE, Method.GRID, 225, 0, prune), lambda *a, bars=None: hill(3, 3)(*a))
    assert len({tuple(trial.point.values()) for trial in study.trials}) == 225
