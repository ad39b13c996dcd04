"""The terminal chart: where points land, what gaps, flat and absurd lines give."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.report.plot import AXIS, Style, chart, ticks

ASCII = Style(ascii_only=True)
NAN = math.nan


def test_a_ramp_rises_from_corner_to_corner() -> None:
    """In plain characters a line from 0 to 3 puts a mark on every row, the scale beside the ends."""
    rows = chart({"up": [0.0, 1.0, 2.0, 3.0]}, 4, 4, ASCII)
    assert [row[AXIS : AXIS + 4].find("o") for row in rows] == [3, 2, 1, 0]
    assert rows[0].strip().startswith("3.0000")
    assert rows[-1].strip().startswith("0.00")
    assert rows[0].endswith("o up")


def test_braille_has_eight_dots_a_cell() -> None:
    """Two values across and four levels down share one cell."""
    (row,) = chart({"x": [3.0, 0.0]}, 1, 1, Style(), low=0.0, high=3.0)
    assert row[AXIS] == chr(0x2800 + 0x01 + 0x02 + 0x20 + 0x80)


def test_unknown_values_are_gaps() -> None:
    """NaN leaves its column empty, and no line bridges it."""
    (row,) = chart({"x": [1.0, NAN, 1.0]}, 3, 1, ASCII)
    assert row[AXIS:].startswith("o o")


def test_nothing_known_is_said() -> None:
    """Lines without a value, and no lines, say so."""
    assert "unknown" in chart({"x": [NAN, NAN]}, 2, 3, ASCII)[0]
    assert "unknown" in chart({}, 2, 3, ASCII)[0]


def test_ticks_mark_candles() -> None:
    """True is a mark, unknown a dot; in braille two candles share a cell."""
    assert ticks("up", [0, 1, 2, 0], 4, ASCII) == " " * (AXIS - 1) + "| ^.  up"
    assert ticks("up", [0, 1, 2, 0, 0, 0], 3, Style()).endswith("│▲·  up")


numbers = st.one_of(st.floats(-1e12, 1e12), st.just(NAN), st.sampled_from([0.0, -0.0, 5e-324, 1e-300]))


@given(st.lists(st.lists(numbers, min_size=1, max_size=40), min_size=1, max_size=4), st.integers(1, 12), st.booleans())
@pytest.mark.parametrize("ascii_only", [True, False])
def test_any_numbers_fit_the_canvas(ascii_only: bool, lines: list[list[float]], height: int, backdrop: bool) -> None:
    """Whatever the values, the chart has its rows, and its canvas no more than its columns."""
    given_lines = {f"line{k}": line for k, line in enumerate(lines)}
    rows = chart(given_lines, 40, height, Style(ascii_only), backdrop=backdrop)
    if "unknown" in rows[0]:
        return
    assert len(rows) == height
    assert all(row[AXIS - 1] in "|│" for row in rows)
    assert all(set(row[AXIS + 40 :]) <= set(" lineabcdfghjk0123456789*o+x#%") for row in rows)
