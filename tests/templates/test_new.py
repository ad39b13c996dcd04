"""`stratrun new`: every template becomes a sound file of somebody's own, and no other file is touched."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import stratrun
from stratrun.cli import main
from stratrun.engine.commands.form import ask_answers, ask_template
from stratrun.engine.diagnostics.diagnostic import DocumentError
from stratrun.engine.language.document import validate
from stratrun.engine.language.identity import meaning_hash
from stratrun.engine.language.writing.format import format_document
from stratrun.engine.templates.catalogue import find_template, templates
from stratrun.engine.templates.fill import Answers
from stratrun.engine.templates.writing import file_name

New = Callable[..., Result]
each = pytest.mark.parametrize("name", [template.name for template in templates()])


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> New:
    """`stratrun new ARGUMENTS` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, ["new", *map(str, arguments)])


def comments(text: str) -> list[str]:
    return [line.partition("# ")[2] for line in text.splitlines() if "# " in line and "$schema" not in line]


@each
def test_a_template_as_it_is(new: New, name: str) -> None:
    """Without any option the new strategy decides as the template does, keeps its comments, and its tests pass."""
    done = new(name)
    assert done.exit_code == 0, done.output
    path = Path(f"{name}.yaml")
    assert meaning_hash(stratrun.load(path)) == meaning_hash(find_template(name).strategy())
    assert comments(path.read_text("utf-8")) == comments(find_template(name).text())
    for file in path, Path(f"{name}.test.yaml"):
        assert validate(file) == []
        assert not format_document(file.read_bytes(), str(file)).changed
        assert "$schema" not in file.read_text("utf-8")


@each
def test_every_answer_arrives(new: New, name: str) -> None:
    """Name, symbols and parameters are those that were given, and the kept tests still pass."""
    shipped = find_template(name).strategy()
    settle = ":USDT" if shipped.market == "perp" else ""
    symbols = [f"X{number}/USDT{settle}" for number, _ in enumerate(shipped.symbols)]
    param = next(iter(shipped.params.values()))
    text = f"{param.high * 100:g}%" if param.unit == "%" else f"{param.high:g}"
    done = new(name, "--name", "Yes: #1", "--symbols", ",".join(symbols), "--set", f"{param.name}={text}")
    assert done.exit_code == 0, done.output
    strategy = stratrun.load("yes_1.yaml")
    assert (strategy.name, list(strategy.symbols)) == ("Yes: #1", symbols)
    assert strategy.params[param.name].value == pytest.approx(param.high)
    if Path("yes_1.test.yaml").is_file():
        assert CliRunner().invoke(main, ["test", "."]).exit_code == 0


def test_tests_that_do_not_fit_are_left_out_by_name(new: New) -> None:
    """On another timeframe the tests that fail are named and gone; the others stay and pass."""
    done = json.loads(new("multi_timeframe_pullback", "--timeframe", "1h", "--format", "json").stdout)
    assert done["tests"]
    assert done["left_out"]
    assert CliRunner().invoke(main, ["test", "."]).exit_code == 0
    text = Path("multi_timeframe_pullback.test.yaml").read_text("utf-8")
    assert not [name for name in done["left_out"] if name in text]


def test_tests_for_other_symbols_are_left_out_whole(new: New) -> None:
    """Where no test fits there is no test file, and the next step is another."""
    done = new("relative_strength", "--symbols", "A/USDT,B/USDT")
    assert done.exit_code == 0
    assert list(Path().iterdir()) == [Path("relative_strength.yaml")]
    assert "stratrun validate relative_strength.yaml" in done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "no template is named"),
        (["ema_crosover"], "did you mean `ema_crossover`"),
        (["🐟"], "there is no template"),
        (["ema_crossover", "--set", "fast=900"], "outside the range"),
        (["ema_crossover", "--set", "fst=9"], "did you mean `fast`"),
        (["ema_crossover", "--set", "fast"], "expected NAME=VALUE"),
        (["ema_crossover", "--set", "fast=60", "--set", "slow=60"], "does not hold"),
        (["ema_crossover", "--symbols", "BTCUSDT"], "is not a symbol"),
        (["ema_crossover", "--symbols", ","], "names no symbol"),
        (["ema_crossover", "--timeframe", "7x"], "is not a timeframe"),
        (["multi_timeframe_pullback", "--timeframe", "1d"], "4h"),
        (["ema_crossover", "--name", "日本"], "makes no file name"),
        (["ema_crossover", "--name", "x" * 5000], "name"),
        (["ema_crossover", "--name", "a\udcff"], ""),
        (["ema_crossover", "--output", "no/such/x.yaml"], "no folder"),
        (["ema_crossover", "--output", "x.txt"], "ends in .yaml"),
    ],
)
def test_a_wrong_answer_writes_nothing(new: New, arguments: list[str], words: str) -> None:
    """Each mistake is told in words, ends with 1 or 2, and leaves the folder empty."""
    done = new(*arguments)
    assert done.exit_code in (1, 2)
    assert not isinstance(done.exception, Exception) or isinstance(done.exception, SystemExit), done.exception
    assert words in done.output
    assert list(Path().iterdir()) == []


def test_nothing_is_written_over(new: New) -> None:
    """A file in the way is left as it is, the tests' file too, until --force."""
    Path("ema_crossover.test.yaml").write_text("mine", "utf-8")
    assert new("ema_crossover").exit_code == 2
    assert [path.read_text("utf-8") for path in Path().iterdir()] == ["mine"]
    assert new("ema_crossover", "--force").exit_code == 0
    assert len(list(Path().iterdir())) == 2


def test_both_files_or_neither(new: New, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails at the second file leaves no first one."""
    from stratrun.engine.report import atomic

    replace, calls = os.replace, []

    def full(source: str, target: Path) -> None:
        calls.append(target)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "replace", full)
    done = new("ema_crossover")
    monkeypatch.setattr(atomic.os, "replace", replace)
    assert done.exit_code == 2
    assert "No space left" in done.output
    assert [path.name for path in calls] == ["ema_crossover.test.yaml"]
    assert list(Path().iterdir()) == []


def test_it_goes_where_strategies_are(new: New) -> None:
    """A folder `strategies` is where a new one goes, and a repository's schema is named from there."""
    Path("strategies/deep").mkdir(parents=True)
    Path(".stratrun").mkdir()
    Path(".stratrun/strategy.json").write_text("{}", "utf-8")
    assert new("supertrend").exit_code == 0
    assert new("supertrend", "--output", "strategies/deep/s.yaml").exit_code == 0
    for path, way in (("strategies/supertrend.yaml", "../.stratrun"), ("strategies/deep/s.yaml", "../../.stratrun")):
        line = Path(path).read_text("utf-8").splitlines()[0]
        assert line == f"# yaml-language-server: $schema={way}/strategy.json"


def test_the_list_names_every_template(new: New) -> None:
    """Words have a line for each; JSON has what a form needs."""
    names = [template.name for template in templates()]
    assert [line.split()[0] for line in new("--list").stdout.splitlines()] == names
    rows = json.loads(new("--list", "--format", "json").stdout)
    assert [row["template"] for row in rows] == names
    for row in rows:
        assert row["description"]
        assert all(param["label"] and param["low"] and param["high"] for param in row["params"])


def test_the_form_asks_again_until_an_answer_will_do(tmp_path: Path) -> None:
    """Each question has its default; a bad answer is told why and asked again."""
    found: list[Answers] = []

    @click.command()
    def form() -> None:
        found.append(ask_answers(find_template("ema_crossover"), Answers(timeframe="4h")))

    typed = ["Mine", "BTCUSDT", "ETH/USDT, SOL/USDT", "900", "12", "", ""]
    done = CliRunner().invoke(form, input="\n".join(typed) + "\n")
    assert done.exit_code == 0, done.output
    assert found == [Answers("Mine", ("ETH/USDT", "SOL/USDT"), "4h", {"fast": "12"})]
    assert "is not a symbol" in done.stderr
    assert "outside the range" in done.stderr
    assert "Fast EMA (fast, 8 to 60) [24]" in done.stderr


def test_the_form_refuses_options_that_will_not_do() -> None:
    """What no answer could mend is told before the first question; what is left at its default stays the template's."""
    template = find_template("ema_crossover")
    with pytest.raises(DocumentError, match="outside the range"):
        ask_answers(template, Answers(params={"fast": "900"}))
    found: list[Answers] = []

    @click.command()
    def form() -> None:
        found.append(ask_answers(template, Answers()))

    CliRunner().invoke(form, input="\n" * 6)
    assert found == [Answers()]


def test_the_form_chooses_by_number_or_name() -> None:
    """Both lead to a template, and anything else is asked again."""
    found: list[str] = []

    @click.command()
    def form() -> None:
        found.append(ask_template().name)

    names = [template.name for template in templates()]
    assert "did you mean" in CliRunner().invoke(form, input="emacrossover\n2\n").stderr
    CliRunner().invoke(form, input="SuperTrend\n")
    assert found == [names[1], "supertrend"]


@pytest.mark.parametrize(("name", "file"), [("Über: 2x!", "uber_2x.yaml"), ("a" * 300, "a" * 80 + ".yaml")])
def test_a_name_makes_a_file_name(name: str, file: str) -> None:
    """Letters and digits stay, all else becomes one underscore, and it is not too long for a disk."""
    assert file_name(name) == file
