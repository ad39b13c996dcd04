"""The page of a study: whole, self-contained, with maps that say what the trials say."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from stratrun.engine.report.html.research import MOST_TRIALS, research_page
from stratrun.engine.report.html.research_data import Check, Fan, FoldCurve, Goal, Histogram, Study, TrialPoint
from stratrun.engine.report.html.research_maps import MOST_VALUES, parameter_maps

from .test_html_page import HOSTILE, Page

DAY = 86_400_000


def study(count: int = 60, seed: int = 1) -> Study:
    source = np.random.default_rng(seed)
    trials = [
        TrialPoint(
            k,
            {"fast": int(source.integers(5, 9)), "stop": float(source.uniform(0.5, 4)), "kind": ("ema", "sma")[k % 2]},
            (None if k == 3 else float(source.normal()), float(source.uniform(0, 0.4))),
        )
        for k in range(count)
    ]
    return Study(
        f"Study {HOSTILE}", ["60 trials"], "Nothing is sure.",
        [Check("Better than luck", "fail", 0.4, "needs at least 0.95", HOSTILE),
         Check("Plateau", "unknown", None, "", "")],
        [Goal("sharpe"), Goal("max_drawdown", maximise=False)], trials, 5, [5, 9], {"fast": 0.7, "stop": 0.3},
        [FoldCurve(f"fold {k}", [k * DAY, (k + 1) * DAY], [1.0, 1.1], 0.2, None) for k in range(3)],
        [Fan("Growth", "Of 10 paths.", [0, 1, 2], [5, 50, 95],
             [[1, 0.9, 0.8], [1, 1, 1.1], [1, 1.2, 1.4]], [1, 1.1, 1.0])],
        [Histogram("Logits", "Of splits.", "logit", [-1, 0, 1], [3, 4], {"middle": 0.0})], [HOSTILE],
    )  # fmt: skip


def test_the_page_is_whole_and_asks_for_nothing() -> None:
    """No element fetches anything; the policy allows the scripts inside, by their digests, and no more."""
    page = Page(research_page(study()))
    assert page.loads == []
    running = [text for attrs, text in page.scripts if attrs.get("type") != "application/json"]
    digests = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in running]
    assert page.policy.endswith("script-src " + " ".join(digests))
    assert "default-src 'none'" in page.policy


def test_hostile_names_stay_words() -> None:
    """Titles, notes and words that look like markup are shown as they are."""
    page = Page(research_page(study()))
    assert len(page.scripts) == 3
    assert page.words.count(HOSTILE) >= 3


def test_the_data_is_the_studys() -> None:
    """Fans, folds, histograms and trials arrive unrounded; an unknown goal is null."""
    given = study()
    data = Page(research_page(given)).data
    assert data["fans"] == json.loads(json.dumps([asdict(fan) for fan in given.fans]))
    assert data["folds"] == json.loads(json.dumps([asdict(fold) for fold in given.folds]))
    assert data["trials"]["goals"] == [[t.goals[k] for t in given.trials] for k in (0, 1)]
    assert data["trials"]["params"]["kind"] == [t.params["kind"] for t in given.trials]
    assert data["trials"]["goals"][0][3] is None


def test_a_map_holds_the_median_of_its_cell() -> None:
    """Every cell has the median, the count and the best of exactly the trials with its parameters."""
    given = study(200)
    found = next(
        m for m in parameter_maps(given) if {m["x"], m["y"]} == {"fast", "kind"} and m["goal"] == "max_drawdown"
    )
    for column, row, middle, count, best in found["cells"]:
        here = {found["x"]: found["columns"][column], found["y"]: found["rows"][row]}
        goals = [
            t.goals[1]
            for t in given.trials
            if str(t.params["fast"]) == here["fast"] and t.params["kind"] == here["kind"]
        ]
        known = [goal for goal in goals if goal is not None]
        assert (middle, count, best) == (median(known), len(known), min(known))
    assert sum(cell[3] for cell in found["cells"]) == 200


@pytest.mark.parametrize("whole", [True, False])
def test_many_values_become_ranges_that_hold_them_all(whole: bool) -> None:
    """A parameter with many values is cut into at most as many ranges as fit; no trial is lost, ends included."""
    trials = [TrialPoint(k, {"a": k if whole else k / 7, "b": k % 2}, (float(k),)) for k in range(MOST_VALUES * 5)]
    (found,) = parameter_maps(Study("t", goals=[Goal("g")], trials=trials))
    labels = found["columns"] if found["x"] == "a" else found["rows"]
    assert len(labels) <= MOST_VALUES
    assert sum(cell[3] for cell in found["cells"]) == len(trials)
    assert labels[0].startswith("0 to ")
    assert labels[-1].endswith(f" to {len(trials) - 1}" if whole else " to 17")


@pytest.mark.parametrize(
    "given",
    [
        Study("empty"),
        Study("no goals", trials=[TrialPoint(0, {"a": 1}, ())]),
        Study(
            "no numbers",
            goals=[Goal("g")],
            trials=[TrialPoint(k, {"a": 1}, (float("nan"),)) for k in range(3)],
            folds=[FoldCurve("f", [0], [float("inf")])],
        ),
        Study("one trial", goals=[Goal("g")], trials=[TrialPoint(0, {"a": 1}, (None,))]),
        Study(
            "a missing parameter",
            goals=[Goal("g")],
            trials=[TrialPoint(0, {"a": 1}, (1.0,)), TrialPoint(1, {}, (2.0,))],
        ),
    ],
)
def test_what_is_missing_is_left_out(given: Study) -> None:
    """A study with little in it still makes a page, without empty charts."""
    page = Page(research_page(given))
    assert page.data["maps"] == []
    assert "Parameter maps" not in page.words


def test_of_too_many_trials_the_best_are_drawn() -> None:
    """The chosen one and the front are always among them, and the page says how many are not."""
    trials = [TrialPoint(k, {"a": k % 3, "b": k % 5}, (float(-k),)) for k in range(MOST_TRIALS + 10)]
    given = Study("many", goals=[Goal("g")], trials=trials, chosen=MOST_TRIALS + 5, front=[MOST_TRIALS + 7])
    page = Page(research_page(given))
    numbers = page.data["trials"]["numbers"]
    assert len(numbers) == MOST_TRIALS
    assert {0, MOST_TRIALS + 5, MOST_TRIALS + 7} <= set(numbers)
    assert "10 more" in page.words


def test_a_browser_draws_every_chart(tmp_path: Path) -> None:
    """In a real browser without a network each chart has its picture, and no script complains."""
    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)
    if browser is None:
        pytest.skip("no browser: install chromium to run the page's scripts")
    for number, given in enumerate((study(), replace(study(), fans=(), folds=(), histograms=()), Study("empty"))):
        path = tmp_path / f"{number}.html"
        path.write_bytes(research_page(given))
        done = subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
             "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path / 'profile'}",
             "--virtual-time-budget=3000", "--dump-dom", path.as_uri()],
            capture_output=True, encoding="utf-8", check=False, timeout=120,
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"the browser does not start here: {done.stderr.strip().splitlines()[-1:]}")
        assert "CONSOLE" not in done.stderr, done.stderr
        assert done.stdout.count(' _echarts_instance_="') == done.stdout.count('class="chart')
