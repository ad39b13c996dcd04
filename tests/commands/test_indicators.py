"""`stratrun indicators`: listing, searching, explaining, plotting, and what it says to mistakes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main
from stratrun.engine.indicators import entries

Run = Callable[..., Result]


def test_every_entry_is_listed_once_under_its_family(run: Run) -> None:
    """The plain list holds each entry's name once, at the start of a line below its family."""
    text = run("indicators").stdout
    listed = re.findall(r"^  ([a-z]\w*)\(.*\) +\S", text, re.MULTILINE)
    assert sorted(listed) == [entry.name for entry in entries()]
    assert {entry.family.capitalize() for entry in entries()} <= set(text.splitlines())


def test_a_family_lists_its_own(run: Run) -> None:
    """`--family` shows that family's entries and no other."""
    found = json.loads(run("indicators", "--family", "Volume", "--format", "json").stdout)
    assert [entry["name"] for entry in found] == [e.name for e in entries() if e.family == "volume"]


def test_a_word_is_searched_in_titles(run: Run) -> None:
    """Entries whose names, aliases or titles hold all words are listed, others not."""
    found = json.loads(run("indicators", "exponential", "average", "--format", "json").stdout)
    assert {"ema", "dema", "tema"} <= {entry["name"] for entry in found}
    assert all("exponential" in entry["title"].lower() for entry in found)


@pytest.mark.parametrize("word", ["bb", "BB", "bbands", "ta.bb", "Bollinger"])
def test_a_name_is_known_in_many_ways(word: str, run: Run) -> None:
    """A name or an alias, in any case and with TradingView's prefix, is explained."""
    assert json.loads(run("indicators", word, "--format", "json").stdout)["name"] == "bb"


def test_a_name_that_is_a_family_too_says_so(run: Run) -> None:
    """An alias that hides a family leads to it."""
    assert "`stratrun indicators --family momentum`" in run("indicators", "momentum", "--no-plot").stdout
    assert "--family" not in run("indicators", "rsi", "--no-plot").stdout


def test_json_holds_the_facts(run: Run) -> None:
    """One entry's facts as data: parameters with ranges, outputs with bounds and warm-up, an example."""
    found = json.loads(run("indicators", "rsi", "--set", "length=7", "--format", "json").stdout)
    (parameter,), (output,) = found["parameters"], found["outputs"]
    assert (parameter["default"], parameter["value"], parameter["low"], parameter["integer"]) == (14, 7, 1, True)
    assert (output["dimension"], output["low"], output["high"], output["first"]) == ("index", 0, 100, 7)
    assert found["settle"] > 7
    assert "my_rsi: rsi(close, 7)" in found["strategy"]


def test_a_page_tells_everything_and_plots(run: Run) -> None:
    """The page has every fact, the chart has the close above and the oscillator below, between its bounds."""
    text = run("indicators", "rsi").stdout
    for word in ("call", "reads", "parameters", "outputs", "settled after", "convention", "formula", "source"):
        assert f"\n  {word}" in text
    chart = text.partition("made-up sample candles")[2]
    assert "close" in chart
    assert chart.index(" close") < chart.index("100.00 ") < chart.index(" rsi")
    assert "\x1b" not in text


def test_ascii_where_nothing_else_can_be_shown() -> None:
    """A terminal without Unicode gets a plot of plain characters."""
    run = CliRunner(charset="ascii")
    text = run.invoke(main, ["indicators", "macd"]).stdout
    assert text.isascii()
    assert "* close" in text
    assert "+ signal" in text or "o signal" in text or "x signal" in text


def test_own_candles_are_plotted(run: Run, candle_file: Path) -> None:
    """With `--candles` the plot is of that file."""
    text = run("indicators", "sma", "--set", "length=5", "--candles", candle_file).stdout
    assert "BTC/USDT 1h, candles, 2024-01-01 00:00 to" in text


def test_too_few_candles_are_told(run: Run, candle_file: Path) -> None:
    """An indicator that is unknown on all candles says so instead of an empty chart."""
    text = run("indicators", "rsi", "--set", "length=4000", "--candles", candle_file).stdout
    assert "unknown on all of these candles" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rsii"], "did you mean `rsi`"),
        (["macdd"], "did you mean `macd`"),
        (["qqqqqq"], "lists them all"),
        ([""], "lists them all"),
        (["\udcff💥" * 50], "lists them all"),
        (["rsi", "--family", "volume"], "in the family volume"),
        (["--family", "momentun"], "did you mean `momentum`?"),
        (["--family", "💥"], "the families are"),
        (["rsi", "--set", "lenght=3"], "did you mean `length`?"),
        (["bop", "--set", "length=3"], "it has none"),
        (["rsi", "--set", "length"], "expected NAME=VALUE"),
        (["rsi", "--set", "length=0"], "from 1 to 5000"),
        (["rsi", "--set", "length=2.5"], "whole number"),
        (["rsi", "--set", "length=nan"], "whole number"),
        (["rsi", "--set", "length=1e999"], "whole number"),
        (["bb", "--set", "mult=inf"], "finite number"),
        (["--set", "length=3"], "name it"),
        (["average", "--no-plot"], "name it"),
        (["rsi", "--candles", "missing.csv"], "missing.csv"),
        (["rsi", "--candles", "."], "name one file"),
    ],
)
def test_mistakes_are_told(arguments: list[str], words: str, run: Run) -> None:
    """A mistake ends with 2, nothing on standard output, and words that lead on."""
    result = run("indicators", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_a_mistake_is_data_in_json(run: Run) -> None:
    """With `--format json` a mistake is a diagnostic on standard output."""
    result = run("indicators", "rsii", "--format", "json")
    assert result.exit_code == 2
    assert "did you mean" in json.loads(result.stdout)["diagnostics"][0]["help"]


def test_json_has_no_plot(run: Run, candle_file: Path) -> None:
    """Candles given for nothing are told, not ignored."""
    result = run("indicators", "rsi", "--candles", candle_file, "--format", "json")
    assert result.exit_code == 2
    assert "stratrun eval" in result.stdout


def test_the_list_is_light() -> None:
    """Listing and searching import neither NumPy nor what stands on it."""
    code = (
        "import sys; from click.testing import CliRunner; from stratrun.cli import main\n"
        "assert CliRunner().invoke(main, ['indicators', 'average']).exit_code == 0\n"
        "print([m for m in ('numpy', 'numba', 'talipp', 'polars', 'pydantic') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
