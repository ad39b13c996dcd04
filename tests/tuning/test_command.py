"""`stratrun optimize` and `--params` as their users meet them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from stratrun.cli import main
from stratrun.engine.diagnostics.diagnostic import DocumentError
from stratrun.engine.tuning.parameter_file import read_tuned, write_params

from ..report.test_html_page import Page
from .examples import document


@pytest.fixture
def place(tmp_path, sample, monkeypatch) -> Path:
    candles = sample(count=700)
    names = ("open", "high", "low", "close", "volume")
    rows = zip(candles.time.tolist(), *(getattr(candles, n).tolist() for n in names), strict=True)
    lines = ["timestamp,open,high,low,close,volume", *(",".join(map(str, row)) for row in rows)]
    (tmp_path / "BTCUSDT-1h.csv").write_text("\n".join(lines))
    optimize = {"tune": ["fast", "slow"], "require": ["fast < slow"], "goal": {"maximize": "sharpe", "min_trades": 3},
                "walk_forward": {"train": "12d", "test": "6d"}}  # fmt: skip
    (tmp_path / "s.json").write_text(json.dumps(document("one symbol", optimize=optimize)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str):
    return CliRunner().invoke(main, ["optimize", "s.json", "--candles", "BTCUSDT-1h.csv", *words])


def test_the_chosen_values_give_the_chosen_result(place):
    """A back-test with the written file has the figures that the search promised."""
    found = run("--sampler", "random", "--trials", "8", "--out", "tuned.yaml", "--format", "json")
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    words = [
        "backtest",
        "s.json",
        "--candles",
        "BTCUSDT-1h.csv",
        "--params",
        "tuned.yaml",
        "--quick",
        "--format",
        "json",
    ]
    alone = CliRunner().invoke(main, words)
    assert alone.exit_code == 0, alone.output
    assert json.loads(alone.stdout)["result"]["sharpe"] == told["chosen"]["sharpe"]
    assert read_tuned("tuned.yaml").values == told["chosen"]["params"]
    assert told["receipt"]["trials"] == 8


def test_the_report_tells_what_a_trader_must_know(place):
    """Best trials, baselines, folds and the question whether it is luck are all on the page."""
    found = run("--sampler", "random", "--trials", "6", "--walk-forward")
    assert found.exit_code == 0, found.output
    for words in ("6 trials of", "Buy and hold", "at twice the costs", "Random entries", "Is it luck?", "Kept",
                  "With"):  # fmt: skip
        assert words in found.stdout


def test_every_trial_of_every_fold_is_counted(place):
    """The receipt counts the trials of the folds, too."""
    told = json.loads(run("--sampler", "random", "--trials", "6", "--walk-forward", "--format", "json").stdout)
    assert told["receipt"]["trials"] == 6 + sum(fold["trials"] for fold in told["folds"])
    assert told["verdict"]["figures"]["trials"] == told["receipt"]["trials"]


def test_several_goals_give_a_front(place):
    """Two figures are searched together, and the front is told."""
    words = ("--goal", "sharpe", "--goal", "minimize max_drawdown", "--sampler", "nsga2", "--trials", "30")
    told = json.loads(run(*words, "--format", "json").stdout)
    assert told["front"]
    assert {"sharpe", "max_drawdown"} <= set(told["front"][0])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--tune", "quick"), "no parameter `quick`"),
        (("--goal", "sharp"), "did you mean `sharpe`?"),
        (("--set", "fast=5"), "both set and tuned"),
        (("--walk-forward", "--train", "soon"), "not a length of time"),
        (("--walk-forward", "--train", ""), "not a length of time"),
        (("--walk-forward", "--train", "5m"), "--train: `5m` is shorter than a candle of 1h"),
        (("--walk-forward", "--train", "900d"), "hold no fold"),
        (("--purge", "1d"), "add --walk-forward"),
        (("--goal", "sharpe", "--goal", "cagr", "--sampler", "genetic"), "one figure"),
        (("--study", "no/such/folder/s.db"), "no folder"),
        (("--out", "no/such/folder/t.yaml"), "no folder"),
        (("--out", ""), "the name is empty"),
        (("--html", ""), "the name is empty"),
        (("--study", ""), "the name is empty"),
        (("--out", "t", "--html", "./t"), "the same file"),
        (("--out", "t.yaml", "--study", "t.yaml"), "the same file"),
        (("--out", "./s.json"), "would overwrite"),
        (("--from", "2030-01-01",), "no candles in the range"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_one_message(place, words, said):
    """What cannot be searched ends with exit code 2 and words that mend it."""
    found = run("--trials", "4", *words)
    assert found.exit_code == 2
    assert said in found.stderr
    assert "Traceback" not in found.stderr


def test_files_are_written_before_the_report(place, monkeypatch):
    """A reader that stops listening (`| head`) costs neither the parameter file nor the page."""

    def closed(found):
        raise BrokenPipeError

    monkeypatch.setattr("stratrun.engine.tuning.report.print_findings", closed)
    run("--sampler", "random", "--trials", "4", "--out", "tuned.yaml", "--html", "study.html")
    assert read_tuned("tuned.yaml").values
    assert (place / "study.html").stat().st_size > 0


def test_no_trial_that_counts_is_a_finding(place):
    """When nothing fulfils the goal, the report says why and the exit code is 1."""
    found = run("--sampler", "random", "--trials", "4", "--min-trades", "100000", "--out", "tuned.yaml")
    assert found.exit_code == 1
    assert "of 100000 trades" in found.stdout
    assert not (place / "tuned.yaml").exists()


def test_ctrl_c_keeps_what_was_found(place, monkeypatch):
    """Interrupted, the command tells what it has, how to go on, and ends with 130."""
    from stratrun.engine.tuning import trial as module

    true, calls = module.run_trials, []

    def interrupted(*args, **kwargs):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return true(*args, **kwargs)

    monkeypatch.setattr(module, "run_trials", interrupted)
    found = run("--sampler", "tpe", "--trials", "40", "--study", "s.db")
    assert found.exit_code == 130
    assert "--study s.db" in found.stderr
    assert "Best" in found.stdout
    monkeypatch.undo()
    monkeypatch.chdir(place)
    again = run("--sampler", "tpe", "--trials", "12", "--study", "s.db", "--format", "json")
    assert len(json.loads(again.stdout)["trials"]) == 12


@pytest.mark.parametrize(
    "text",
    ["", "fast: 3", "stratrun: 2", "stratrun: 9\nparams: {}", "stratrun: 2\nparams: [1]",
     "stratrun: 2\nparams: {a: [1]}",
     "stratrun: 2\nparams: {a: 1}\nmore: 2", "\x00", "stratrun: 2\nparams: {a: *x}"],
)  # fmt: skip
def test_a_broken_parameter_file_is_told(tmp_path, text):
    """A file of tuned values is checked like any other."""
    path = tmp_path / "p.yaml"
    path.write_text(text)
    with pytest.raises(DocumentError):
        read_tuned(path)


def test_values_come_back_as_they_were_written(tmp_path):
    """Units and digits survive the file."""
    point = {"fast": "12", "stop": "0.35%", "hold": "96 candles", "wait": "12h", "reach": "2.5R"}
    path = tmp_path / "p.yaml"
    write_params(str(path), point, {"note": 'a "quoted" # text', "list": [1, None]})
    assert read_tuned(path).values == point


@pytest.mark.parametrize("walks", [True, False], ids=["walk-forward", "search alone"])
def test_every_section_of_the_page_has_its_data(place, walks):
    """The page of a study holds its trials, maps, importance, pasts and verdict, and folds where there are some."""
    words = ("--sampler", "random", "--trials", "20", "--min-trades", "0", "--html", "study.html",
             "--goal", "return", "--tune", "fast", "--tune", "stop", "--tune", "hold")  # fmt: skip
    found = run(*words, *(["--walk-forward"] if walks else []))
    assert found.exit_code == 0, found.output
    page = Page((place / "study.html").read_bytes())
    data = page.data
    assert page.loads == []
    assert len(data["trials"]["numbers"]) == 20
    assert set(data["trials"]["params"]) == {"fast", "stop (%)", "hold (candles)"}
    assert data["chosen"] in data["trials"]["numbers"]
    assert data["maps"]
    assert data["importance"]
    assert [fan["title"] for fan in data["fans"]] == ["Growth", "Falls"]
    assert "Are the entries better than chance?" in [h["title"] for h in data["histograms"]]
    assert "Is it luck?" in page.words
    assert "Buy and hold" in page.words
    assert bool(data["folds"]) is walks
    for fold in data["folds"]:
        assert fold["growth"][0] == 1.0
        assert fold["time"] == sorted(set(fold["time"]))


def test_the_page_of_several_goals_shows_their_front(place):
    """Trials that no other beats stand out; a trial that does not count is in no map."""
    words = ("--goal", "sharpe", "--goal", "minimize max_drawdown", "--sampler", "random", "--trials", "25")
    told = json.loads(run(*words, "--min-trades", "8", "--html", "s.html", "--format", "json").stdout)
    data = Page((place / "s.html").read_bytes()).data
    shown = zip(data["trials"]["numbers"], data["trials"]["front"], strict=True)
    assert {number for number, front in shown if front} == {trial["number"] for trial in told["front"]}
    failed = [trial["number"] for trial in told["trials"] if trial["failed"]]
    assert failed
    assert all(data["trials"]["goals"][0][number] is None for number in failed)


def test_every_picture_of_the_page_has_words_beside_it(place):
    """A sentence that all can see stands next to each picture, and its label tells what it shows to who cannot."""
    words = ("--goal", "sharpe", "--goal", "minimize max_drawdown", "--sampler", "random", "--trials", "20")
    assert run(*words, "--min-trades", "0", "--walk-forward", "--html", "s.html").exit_code == 0
    text = (place / "s.html").read_text()
    for section in re.findall(r"<section>.*?</section>", text, re.DOTALL):
        pictures = re.findall(r'class="chart[^>]*aria-label="([^"]*)"', section)
        assert all(pictures)
        assert len(re.findall(r'<p class="quiet">[^<]', section)) >= len(pictures)
    assert text.count('class="chart') == len(re.findall(r'class="chart[^>]*aria-label', text)) >= 8


def test_a_study_without_a_trial_that_counts_has_a_page(place):
    """The page says that nothing counts, and shows no verdict."""
    found = run("--sampler", "random", "--trials", "4", "--min-trades", "100000", "--html", "s.html")
    assert found.exit_code == 1
    page = Page((place / "s.html").read_bytes())
    assert "No trial counts." in page.words
    assert page.data["fans"] == []


def other(command: str, *words: str):
    return CliRunner().invoke(main, [command, "s.json", *words])


def test_values_used_as_they_were_tuned_are_used_in_silence(place):
    """The strategy and the candles of the search give no warning, and values that were set then are in the file."""
    run("--sampler", "random", "--trials", "6", "--out", "t.yaml", "--set", "stop=3%", "--capital", "500")
    assert read_tuned("t.yaml").values["stop"] == "3%"
    used = other("backtest", "--candles", "BTCUSDT-1h.csv", "--params", "t.yaml", "--set", "stop=1%", "--quick")
    assert used.exit_code == 0, used.output
    assert "warning" not in used.stderr


def test_limits_of_the_search_are_no_part_of_the_strategy(place):
    """Values tuned under --limits belong to the strategy as its file has it."""
    (place / "l.yaml").write_text("stratrun: 2\nrisk: {max_open: 1}\n")
    found = run("--sampler", "random", "--trials", "6", "--out", "t.yaml", "--limits", "l.yaml")
    assert found.exit_code == 0, found.output
    used = other("backtest", "--candles", "BTCUSDT-1h.csv", "--params", "t.yaml", "--quick")
    assert "warning" not in used.stderr


@pytest.mark.parametrize("command", ["backtest", "montecarlo", "run", "trace", "why-not"])
def test_values_of_another_strategy_or_other_candles_are_told(place, command):
    """Every command that takes --params says when they were tuned for something else."""
    run("--sampler", "random", "--trials", "6", "--out", "t.yaml")
    lines = (place / "BTCUSDT-1h.csv").read_text().splitlines()
    (place / "less").mkdir()
    (place / "less" / "BTCUSDT-1h.csv").write_text("\n".join(lines[:-1]))
    body = json.loads((place / "s.json").read_text())
    body["long"]["enter"] = body["long"]["enter"].replace("45", "44")
    (place / "s.json").write_text(json.dumps(body))
    more = {"trace": ["--at", "2024-01-20"], "montecarlo": ["--runs", "5"], "backtest": ["--quick"]}.get(command, [])
    used = other(command, "--candles", "less/BTCUSDT-1h.csv", "--params", "t.yaml", *more)
    assert used.exit_code == 0, used.output
    assert "tuned for another strategy" in used.stderr
    assert "tuned on other candles" in used.stderr


def test_explain_names_the_parameter_file(place):
    """Each value says whether the file of tuned values or --set gave it."""
    run("--sampler", "random", "--trials", "6", "--out", "t.yaml")
    told = other("explain", "--params", "t.yaml", "--set", "slow=30", "--format", "json")
    origins = {value["key"]: value["from"] for value in json.loads(told.stdout)["values"]}
    assert origins["params.fast"] == "t.yaml"
    assert origins["params.slow"] == "--set"


def test_a_mistake_in_a_parameter_file_is_told_as_its_own(place):
    """A value that the strategy does not know is told with the name of the file it stands in."""
    (place / "t.yaml").write_text("stratrun: 2\nparams: {fats: 3}\n")
    used = other("backtest", "--candles", "BTCUSDT-1h.csv", "--params", "t.yaml")
    assert used.exit_code == 1
    assert "t.yaml: fats=3: there is no parameter `fats`" in used.stderr


def test_values_of_a_strategy_do_not_fit_a_portfolio(place):
    """A parameter file without members' names is told as its own mistake, with how to write it."""
    (place / "p.yaml").write_text(
        "stratrun: 2\nkind: portfolio\nname: p\nmembers: [{strategy: ./s.json, weight: 50%}]\n"
    )
    (place / "t.yaml").write_text("stratrun: 2\nparams: {fast: 3}\n")
    used = CliRunner().invoke(main, ["run", "p.yaml", "--candles", "BTCUSDT-1h.csv", "--params", "t.yaml"])
    assert used.exit_code == 1
    assert "t.yaml: fast=3: which member's parameter?" in used.stderr
