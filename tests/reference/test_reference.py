"""What is told of the catalogue, held over the whole catalogue."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from stratrun.engine.indicators import CATALOGUE, entries
from stratrun.engine.indicators.catalogue import Indicator
from stratrun.engine.language.document import validate
from stratrun.engine.reference.calls import number
from stratrun.engine.reference.examples import snippet
from stratrun.engine.reference.facts import facts
from stratrun.engine.reference.figure import computed, sample_figure, sample_for
from stratrun.engine.reference.page import cells, page, plot
from stratrun.engine.reference.relatives import relatives
from stratrun.engine.reference.search import named
from stratrun.engine.reference.settings import defaults
from stratrun.engine.report.plot import Style

every_entry = pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
HEAD = "stratrun: 2\nname: example\nsymbols: [BTC/USDT]\ntimeframe: 1h\n"
TAIL = "\n  exit: {stop: 3%}\nsize: {risk: 1%}\n"


@every_entry
def test_the_example_is_a_sound_strategy(entry: Indicator, tmp_path: Path) -> None:
    """What is shown as its use is valid in a strategy file, without an error or a warning."""
    path = tmp_path / "example.yaml"
    path.write_text(HEAD + snippet(entry, defaults(entry)) + TAIL, "utf-8")
    assert [f"{found.code} {found.message}" for found in validate(str(path))] == []


@every_entry
def test_every_output_is_drawn_once(entry: Indicator) -> None:
    """Each output is a line beside the prices, a line of one pane or a row of ticks, with a value a candle."""
    values = defaults(entry)
    found = sample_figure(entry, values, 80)
    drawn = {**found.overlays, **found.ticks}
    for pane in found.panes:
        assert not set(drawn) & set(pane.lines)
        drawn |= pane.lines
    assert set(drawn) == {output.name for output in entry.outputs}
    assert {len(line) for line in drawn.values()} == {len(found.candles)} == {80}


@every_entry
def test_a_page_fits_its_width(entry: Indicator) -> None:
    """Text and plot stay within 80 columns, but for words too long to break; colours add no column."""
    values = defaults(entry)
    canvas = cells(entry, 80)
    lines = page(entry, values, 80).splitlines()
    found = sample_figure(entry, values, canvas)
    for style in (Style(), Style(ascii_only=True), Style(colour=True)):
        text = plot(found, canvas, style)
        assert style.colour or "\x1b" not in text
        assert not style.ascii_only or text.isascii()
        lines += re.sub(r"\x1b\[\d+m", "", text).splitlines()
    for line in lines:
        assert len(line) <= 80 or max(map(len, line.split())) > 40, line


@every_entry
def test_facts_are_plain_data_and_relatives_exist(entry: Indicator) -> None:
    """Facts survive JSON, warm-up is what the graph shows, and every relative is another entry."""
    values = defaults(entry)
    found = facts(entry, values)
    assert json.loads(json.dumps(found)) == found
    assert all(CATALOGUE[name].name == name != entry.name for name in relatives(entry))
    outputs = computed(entry, values, sample_for(entry, values, 80))
    for output in found["outputs"]:
        column = outputs[output["name"]]
        known = np.flatnonzero(column != 2 if column.dtype.kind == "i" else ~np.isnan(column))
        assert not len(known) or known[0] >= output["first"]


@every_entry
def test_each_name_leads_to_its_entry(entry: Indicator) -> None:
    """A name and its aliases are found as they are and in capitals."""
    for name in (entry.name, *entry.aliases):
        assert named(name) is entry
        assert named(name.upper()) is entry


@pytest.mark.parametrize(
    ("value", "text"),
    [(14, "14"), (2.0, "2"), (0.7, "0.7"), (10000.0, "10000"), (1e-7, "0.0000001"), (1e22, "1" + "0" * 22)],
)
def test_numbers_have_no_exponent(value: float, text: str) -> None:
    """Numbers are written as expressions can read them."""
    assert number(value) == text


@pytest.mark.parametrize(
    ("name", "on_chart"),
    [
        ("ema", True),
        ("bb", True),
        ("supertrend", True),
        ("vwap", True),
        ("atr", False),
        ("macd", False),
        ("mom", False),
    ],
)
def test_prices_stand_on_the_chart(name: str, on_chart: bool) -> None:
    """Levels are drawn beside the close, distances and differences in a pane of their own."""
    entry = CATALOGUE[name]
    values = defaults(entry)
    found = sample_figure(entry, values, 100)
    assert (entry.outputs[0].name in found.overlays) == on_chart
