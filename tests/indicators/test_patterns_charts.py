"""Chart patterns: planted ones are found on the candle that confirms them, never before, never in their mirror."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from stratrun.engine.indicators import entries

Columns = dict[str, Any]
Run = Callable[..., Columns]
Points = list[tuple[int, float]]
VALUES = {"left": 3, "right": 3}
WICK = 0.05


class Case(NamedTuple):
    """Turning points of a path; the line from points `line[0]` to `line[1]` is broken to the side `way`.

    `newest` is the last turning point of the pattern; `spoiled` gives a point another price, so that there is none.
    """

    name: str
    mirror: str
    points: Points
    line: tuple[int, int]
    way: int
    newest: int
    spoiled: tuple[int, float]


DOUBLE = [(0, 105.0), (10, 100.0), (25, 120.0), (35, 110.0), (45, 120.5), (75, 90.0)]
SHOULDERS = [(0, 105.0), (10, 100.0), (25, 115.0), (33, 108.0), (45, 125.0), (57, 109.0), (65, 115.5), (95, 90.0)]
ASCENDING = [(0, 108.0), (10, 100.0), (20, 110.0), (30, 104.0), (40, 110.2), (48, 108.2), (70, 120.0)]
WEDGE = [(0, 108.0), (10, 100.0), (20, 110.0), (30, 106.0), (40, 113.0), (46, 111.0), (52, 114.4), (80, 95.0)]
SYMMETRICAL = [(0, 110.0), (10, 120.0), (20, 100.0), (30, 115.0), (38, 105.0), (44, 111.0), (64, 92.0)]
CHANNEL = [(0, 105.0), (10, 100.0), (20, 110.0), (30, 104.0), (40, 114.0), (50, 108.0), (72, 130.0)]
FLAG = [(0, 104.0), (10, 100.0), (20, 120.0), (25, 116.0), (30, 118.5), (35, 115.0), (55, 130.0)]
CASES = [
    Case("double_top", "double_bottom", DOUBLE, (3, 3), -1, 4, (4, 115.0)),
    Case("head_shoulders", "inverse_head_shoulders", SHOULDERS, (3, 5), -1, 6, (4, 115.2)),
    Case("ascending_triangle", "descending_triangle", ASCENDING, (2, 4), 1, 5, (5, 101.0)),
    Case("rising_wedge", "falling_wedge", WEDGE, (3, 5), -1, 5, (5, 107.5)),
    Case("symmetrical_triangle", "symmetrical_triangle", SYMMETRICAL, (2, 4), -1, 5, (5, 117.0)),
    Case("price_channel", "price_channel", CHANNEL, (2, 4), 1, 5, (5, 112.5)),
    Case("bull_flag", "bear_flag", FLAG, (2, 4), 1, 5, (3, 108.0)),
]
NAMES = [entry.name for entry in entries() if entry.family == "chart patterns"]


def candles(points: Points, fill_columns: Run, mirrored: bool = False) -> Columns:
    """Straight lines between the turning points, with a small shadow on both sides."""
    rows = np.arange(points[-1][0] + 1)
    close = np.interp(rows, [row for row, _ in points], [price for _, price in points])
    close = 220.0 - close if mirrored else close
    return fill_columns(close, close + WICK, close - WICK, close, np.ones(len(rows)))


def expected(case: Case) -> int:
    """The first candle, its pattern's last swing being confirmed, that closes beyond the line."""
    (row, price), (other, level) = (case.points[k] for k in case.line)
    slope = (level - price) / (other - row) if other > row else 0.0
    rows = np.arange(case.points[-1][0] + 1)
    close = np.interp(rows, [r for r, _ in case.points], [p for _, p in case.points])
    beyond = case.way * (close - (price + slope * (rows - row))) > WICK
    return int(np.flatnonzero(beyond & (rows >= case.points[case.newest][0] + VALUES["right"]))[0])


def confirmed(columns: Columns) -> list[int]:
    return [int(row) for row in np.flatnonzero(columns["confirmed"] == 1)]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_a_planted_pattern_is_confirmed_on_its_candle(case: Case, run: Run, fill_columns: Run) -> None:
    """It is forming until the close that leaves it, confirmed on that one candle, with a target beyond its line."""
    for name, mirrored, way in ((case.name, False, case.way), (case.mirror, True, -case.way)):
        columns = candles(case.points, fill_columns, mirrored)
        found = run(name, columns, VALUES)
        row = expected(case)
        assert confirmed(found) == [row]
        assert found["forming"][row] == 0
        if row > case.points[case.newest][0] + VALUES["right"]:
            assert found["forming"][row - 1] == 1
        assert way * (found["target"][row] - columns["close"][row]) > 0.0
        if "up" in found:
            assert (found["up"][row], found["down"][row]) == (way > 0, way < 0)
            assert found["lower"][row] < found["upper"][row]
        else:
            assert 0.0 < way * (columns["close"][row] - found["neckline"][row]) < 2.0


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_it_is_not_found_in_its_mirror(case: Case, run: Run, fill_columns: Run) -> None:
    """A top is no bottom: the mirrored candles never confirm the pattern, nor the candles its mirror."""
    if case.name != case.mirror:
        assert confirmed(run(case.name, candles(case.points, fill_columns, mirrored=True), VALUES)) == []
        assert confirmed(run(case.mirror, candles(case.points, fill_columns), VALUES)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_a_spoiled_shape_is_none(case: Case, run: Run, fill_columns: Run) -> None:
    """With one turning point elsewhere there is nothing to confirm at that time."""
    at, price = case.spoiled
    points = [(row, price if k == at else level) for k, (row, level) in enumerate(case.points)]
    found = run(case.name, candles(points, fill_columns), VALUES)
    begun = case.points[case.newest][0] + VALUES["right"]
    assert [row for row in confirmed(found) if row >= begun] == []


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_without_a_break_nothing_is_confirmed(case: Case, run: Run, fill_columns: Run) -> None:
    """The pattern is forming and stays so: what has not happened yet is not known."""
    row = expected(case)
    part = {name: column[:row] for name, column in candles(case.points, fill_columns).items()}
    assert confirmed(run(case.name, part, VALUES)) == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_repaints(name: str, run: Run, make_candles: Run) -> None:
    """Whatever candles come later, all columns so far keep their bits, at every length."""
    columns = make_candles(700, seed=11)
    values = {**VALUES, "tolerance": 0.4}
    whole = run(name, columns, values)
    for rows in range(20, 700, 31):
        part = run(name, {key: column[:rows] for key, column in columns.items()}, values)
        assert all(part[key].tobytes() == whole[key][:rows].tobytes() for key in part)


@pytest.mark.parametrize("name", NAMES)
def test_a_random_walk_holds_some_and_each_side_its_mirror(name: str, run: Run, make_candles: Run) -> None:
    """In a long walk every pattern occurs; with all prices negated its mirror occurs on the very same candles."""
    columns = make_candles(6000, seed=5)
    negated = {key: -column for key, column in columns.items() if key not in ("volume", "time", "condition")}
    negated |= {"high": -columns["low"], "low": -columns["high"], "volume": columns["volume"]}
    pairs = {a: b for case in CASES for a, b in ((case.name, case.mirror), (case.mirror, case.name))}
    found = confirmed(run(name, columns, VALUES))
    assert found
    assert confirmed(run(pairs[name], negated, VALUES)) == found


def test_an_old_pattern_is_none(run: Run, fill_columns: Run) -> None:
    """A pattern wider than `span` candles does not count."""
    columns = candles(DOUBLE, fill_columns)
    row = confirmed(run("double_top", columns, VALUES))[0]
    assert confirmed(run("double_top", columns, {**VALUES, "span": row - 10})) == [row]
    assert confirmed(run("double_top", columns, {**VALUES, "span": row - 11})) == []
