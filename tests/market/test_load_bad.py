"""Candle files that cannot be trusted: each is one input error that names the place and the mend."""

from __future__ import annotations

import gzip
import math
from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.load import load_candles
from stratrun.engine.market.timeframe import Timeframe

from .conftest import HOUR, SIX, Load, Rows, Write

SPOILED: list[tuple[str, int, Any, str]] = [
    ("open", 2, None, "row 3 (2024-01-01T02:00Z), column open: no number"),
    ("close", 0, math.nan, "row 1 (2024-01-01T00:00Z), column close: no number"),
    ("high", 1, math.inf, "column high: infinite"),
    ("low", 5, 0.0, "row 6 (2024-01-01T05:00Z), column low: 0 is no price"),
    ("open", 5, -1.0, "column open: -1 is no price"),
    ("volume", 3, -0.5, "row 4 (2024-01-01T03:00Z), column volume: -0.5 is negative"),
    ("volume", 3, None, "column volume: no number"),
    ("high", 0, 101.0, "column high: 101 is below the close, 101.5"),
    ("high", 4, 101.0, "column high: 101 is below the open, 103"),
    ("low", 0, 100.5, "column low: 100.5 is above the open, 100"),
    ("time", 3, SIX + HOUR, "row 4 (2024-01-01T01:00Z), column time: earlier than the row before it"),
    ("time", 3, SIX + 2 * HOUR, "row 4 (2024-01-01T02:00Z), column time: the time of the row before it again"),
    ("time", 3, SIX + 3 * HOUR + 60_000, "not the open of a 1h candle (UTC); the nearest one opens 2024-01-01T03:00Z"),
    ("time", 3, None, "row 4, column time: there is no time"),
    ("time", 3, (SIX + 3 * HOUR) * 1000, "is no time in milliseconds between 1980 and 2100"),
    ("time", 0, 12, "12 is no time between 1980 and 2100"),
]


def refused(path: Path | str, load: Load, **more: Any) -> str:
    with pytest.raises(InputError) as caught:
        load(path, **more)
    return f"{caught.value.message}\n{caught.value.help or ''}"


@pytest.mark.parametrize(("column", "row", "value", "words"), SPOILED, ids=lambda x: str(x)[:30])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_one_spoiled_cell_is_named(
    column: str, row: int, value: Any, words: str, ending: str, rows: Rows, write: Write, load: Load
) -> None:
    """The message holds file, row, time and column of the cell, whatever the form of the file."""
    rows[column][row] = value
    path = write(rows, f"BTCUSDT-1h.{ending}")
    said = refused(path, load)
    assert words in said
    assert str(path) in said


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("open", "dear", "row 2, column open: `dear` is no number"),
        ("volume", "1,5", "`1,5` is no number"),
        ("time", "yesterday", "row 2, column time: `yesterday` is no time"),
        ("time", "2024-01-01 01:00:00", "`2024-01-01 01:00:00` has no offset; write 2024-01-31T08:00:00Z"),
        ("time", "2024-13-01T01:00:00Z", "is no time"),
        ("time", "1970-01-20T01:00:00Z", "is not between 1980 and 2100"),
    ],
)
def test_text_that_cannot_be_read_is_shown(
    column: str, value: str, words: str, rows: Rows, write: Write, load: Load
) -> None:
    """The text itself stands in the message."""
    if column == "time":
        rows["time"] = [f"2024-01-01T0{k}:00:00Z" for k in range(6)]
    rows[column] = [str(x) for x in rows[column]]
    rows[column][1] = value
    for ending in ("csv", "parquet"):
        assert words in refused(write(rows, f"BTCUSDT-1h.{ending}"), load)


def test_all_mistakes_of_a_file_are_told_at_once(rows: Rows, write: Write, load: Load) -> None:
    """One run shows every kind of mistake, and how many rows have it."""
    rows["volume"][1] = rows["volume"][2] = -1.0
    rows["high"][4] = 1.0
    said = refused(write(rows), load)
    assert "3 mistakes\n" in said
    assert "(2 rows are like that)" in said


@pytest.mark.parametrize(
    ("step", "words"),
    [(900_000, "mostly 15m apart"), (4 * HOUR, "mostly 4h apart"), (1_000, "mostly 1 seconds apart")],
)
def test_another_timeframe_is_recognised(step: int, words: str, rows: Rows, write: Write, load: Load) -> None:
    """Candles further or closer together than the strategy's are named by what they look like."""
    rows["time"] = [SIX + k * step for k in range(6)]
    said = refused(write(rows, "BTCUSDT.csv"), load)
    assert words in said
    assert "timeframe is 1h" in said


def test_close_times_are_recognised(rows: Rows, write: Write, load: Load) -> None:
    """A file stamped with the last millisecond of each candle is told so."""
    rows["time"] = [t + HOUR - 1 for t in rows["time"]]
    assert "is it the close time?" in refused(write(rows), load)


def test_weeks_begin_on_monday(rows: Rows, write: Write, load: Load) -> None:
    """Weekly candles from Sunday are off the grid."""
    rows["time"] = [SIX + (7 * k - 1) * 24 * HOUR for k in range(6)]
    assert "not the open of a 1w candle" in refused(write(rows, "BTCUSDT-1w.csv"), load, timeframe="1w")


@pytest.mark.parametrize("gone", ["time", "volume", "close"])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_missing_column_is_named_beside_the_found_ones(
    gone: str, ending: str, rows: Rows, write: Write, load: Load
) -> None:
    """The message lists what is missing and what the file has."""
    del rows[gone]
    said = refused(write(rows, f"BTCUSDT-1h.{ending}"), load)
    assert f"no column {gone}" in said
    assert f"found {', '.join(rows)}" in said
    assert ("with 0 where it is not known" in said) == (gone == "volume")


@pytest.mark.parametrize("first", ["x" * 1_000_000, ",".join(f"c{k}" for k in range(5_000)), "\x1b[31m" + "y" * 50])
def test_a_first_line_of_anything_fits_into_a_message(first: str, tmp_path: Path, load: Load) -> None:
    """What is no table is told in a few words, and its bytes never reach the terminal."""
    path = tmp_path / "BTCUSDT-1h.csv"
    path.write_text(f"{first}\n1\n", "utf-8")
    said = refused(path, load)
    assert len(said) - len(str(path)) < 400
    assert "\x1b" not in said
    assert "…" in said


@pytest.mark.parametrize("column", ["open", "time"])
def test_a_cell_of_anything_fits_into_a_message(column: str, rows: Rows, write: Write, load: Load) -> None:
    """The beginning of a cell that is no number or no time is enough."""
    rows[column] = [str(value) for value in rows[column]]
    rows[column][1] = "\x1b[31m" + "z" * 100_000
    said = refused(write(rows, "BTCUSDT-1h.csv"), load)
    assert f"row 2, column {column}: `?[31mzzz" in said
    assert len(said) < 1_000
    assert "\x1b" not in said


def test_a_file_without_a_header_or_with_twin_columns(rows: Rows, write: Write, load: Load) -> None:
    """Numbers in the place of names, and a name that stands twice, are said to be so."""
    path = write(rows)
    path.write_text("\n".join(path.read_text().splitlines()[1:]))
    assert "the first line must name the columns" in refused(path, load)
    assert "2 columns are called close" in refused(write({**rows, "Close": rows["close"]}), load)
    twins = write(rows)
    twins.write_text(twins.read_text().replace("volume", "close,volume", 1).replace(",10.0", ",1,10.0", 1))
    assert "2 columns are called close" in refused(twins, load)


@pytest.mark.parametrize(("kind", "words"), [([True] * 6, "found Boolean"), ([[1]] * 6, "found List")])
def test_columns_of_another_kind_are_refused(kind: list[Any], words: str, rows: Rows, write: Write, load: Load) -> None:
    """Prices and times must be numbers or text."""
    for column in ("open", "time"):
        assert words in refused(write({**rows, column: kind}, "BTCUSDT-1h.parquet"), load)


def test_files_that_are_not_what_their_name_says(rows: Rows, write: Write, load: Load, tmp_path: Path) -> None:
    """Text named Parquet, Parquet named CSV, cut-off files, empty files and bytes are each told apart."""
    whole = write(rows, "BTCUSDT.parquet").read_bytes()
    path = tmp_path / "BTCUSDT-1h.parquet"
    for content, words in (
        (b"time,open\n", "is not Parquet although it is named so"),
        (b"", "the file is empty"),
        (whole[: len(whole) // 2], "damaged or cut off"),
        (whole[:-3], "damaged or cut off"),
        (whole[:4], "damaged or cut off"),
    ):
        path.write_bytes(content)
        assert words in refused(path, load)
    text = write(rows).read_bytes()
    path = tmp_path / "BTCUSDT-1h.csv"
    for content, words in (
        (whole, "give it the ending .parquet"),
        (b"", "the file is empty"),
        (text.splitlines()[0], "no rows"),
        (b"\xff\xfe\x00" * 50, str(path)),
        (text + b"1,2,3,4,5,6,7,8\n", "row 7 has 8 values, the header names 6 columns"),
        (text.replace(b"99.5", b"99\xff5"), "the file is not UTF-8 text"),
    ):
        path.write_bytes(content)
        assert words in refused(path, load)
    path = tmp_path / "BTCUSDT-1h.csv.gz"
    path.write_bytes(gzip.compress(text)[:-9])
    assert str(path) in refused(path, load)


def test_a_parquet_file_without_rows(rows: Rows, write: Write, load: Load) -> None:
    """A header alone is no series."""
    assert "no rows" in refused(write({name: [] for name in rows}, "BTCUSDT-1h.parquet"), load)


def test_huge_numbers_do_not_overflow_the_checks(rows: Rows, write: Write, load: Load) -> None:
    """Finite numbers near the largest float are numbers."""
    rows["volume"] = [1.7e308] * 6
    assert load(write(rows)).volume.tolist() == rows["volume"]


def test_a_long_row_is_refused_beside_columns_nobody_reads(tmp_path: Path) -> None:
    """One value too many shifts the rest; it is named even where the file holds more columns than are read."""
    path = tmp_path / "BTCUSDT-1h.csv"
    path.write_text(
        "time,open,high,low,close,volume,note\n2024-01-01T00:00Z,1,2,1,1,5,a\n2024-01-01T01:00Z,1,1,2,1,1,5,a\n"
    )
    with pytest.raises(InputError, match="row 2 has 8 values, the header names 7 columns"):
        load_candles([str(path)], ["BTC/USDT"], Timeframe.parse("1h"))
