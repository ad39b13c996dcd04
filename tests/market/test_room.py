"""Small files that unpack to much: refused before they are read, and told how to go on."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market import room
from stratrun.engine.market.footer import read_footer
from stratrun.engine.market.rates import read_rates
from stratrun.engine.market.read import read_columns
from stratrun.engine.market.room import TooLargeError

NAMES = ("time", "open", "high", "low", "close", "volume")
HEADER = ",".join(NAMES) + "\n"
START = 1_704_067_200_000


def frame(rows: int, **columns: Any) -> pl.DataFrame:
    time = pl.int_range(0, rows, eager=True) * 60_000 + START
    return pl.DataFrame({name: [1.0] * rows for name in NAMES} | {"time": time} | columns)


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_columns(path)
    assert str(path) in caught.value.message
    return f"{caught.value.message}\n{caught.value.help}"


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that fails the test when it is asked for rows."""

    def never(*_: Any, **options: Any) -> pl.DataFrame:
        raise AssertionError("the file was read")

    monkeypatch.setattr(pl, "read_parquet", never)
    monkeypatch.setattr(pl, "read_csv", never)


@pytest.mark.parametrize("ending", ["parquet", "csv", "csv.gz"])
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("MOST_ROWS", 999, "at most 999 are read at once"), ("FREE", 10_000, "take more than 0 MiB")],
)
@pytest.mark.usefixtures("unread")
def test_too_much_is_refused_unread(
    ending: str, name: str, value: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More rows than candles have, or more memory than the file's size explains: one message with a way out."""
    path = tmp_path / f"BTCUSDT-1m.{ending}"
    if ending == "parquet":
        frame(1_000).write_parquet(path)
    else:
        text = (HEADER + "1\n" * 1_000).encode()
        path.write_bytes(gzip.compress(text) if ending.endswith("gz") else text)
    monkeypatch.setattr(room, name, value)
    if name == "FREE":
        monkeypatch.setattr(room, "TIMES", 1)
    with pytest.raises(TooLargeError) as caught:
        read_columns(path)
    assert words in caught.value.message
    assert "stratrun data import" in str(caught.value.help)


@pytest.mark.parametrize("ending", ["parquet", "csv", "csv.gz"])
def test_the_most_is_not_too_much(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of exactly as many rows as allowed is read."""
    path = tmp_path / f"BTCUSDT-1m.{ending}"
    if ending == "parquet":
        frame(1_000).write_parquet(path)
    else:
        text = frame(1_000).select(NAMES).write_csv().encode()
        path.write_bytes(gzip.compress(text) if ending.endswith("gz") else text)
    monkeypatch.setattr(room, "MOST_ROWS", 1_000)
    assert len(read_columns(path).time) == 1_000


def test_every_market_of_thirty_years_fits() -> None:
    """The bounds stand far above twenty years of minutes, in columns or in text of a hundred bytes a row."""
    rows = 20 * 366 * 1_440
    assert rows * 1.5 < room.MOST_ROWS
    assert rows * (100 + 7 * room.CELL) < room.MOST


@pytest.mark.parametrize("ending", ["csv", "csv.gz"])
@pytest.mark.usefixtures("unread")
def test_a_line_without_end_is_refused(ending: str, tmp_path: Path) -> None:
    """A row of megabytes, or a first line of them, is named, and no more of it is read than its beginning."""
    for text, words in ((HEADER + "1" * 30_000_000, "row 1 has more"), ("x" * 30_000_000, "the first line has more")):
        path = tmp_path / f"BTCUSDT-1m.{ending}"
        path.write_bytes(gzip.compress(text.encode()) if ending.endswith("gz") else text.encode())
        assert words in refused(path)


@pytest.mark.usefixtures("unread")
def test_a_wide_header_counts(tmp_path: Path) -> None:
    """Short rows under a header of thousands of names would be filled up: the cells count, not the bytes."""
    path = tmp_path / "BTCUSDT-1m.csv"
    path.write_text(HEADER.strip() + "".join(f",c{k}" for k in range(8_000)) + "\n" + "1\n" * 3_000, "utf-8")
    assert "MiB of memory" in refused(path)


@pytest.mark.parametrize("ending", ["csv", "csv.gz"])
@pytest.mark.parametrize(
    "pack", [zlib.compress, lambda text: zlib.compress(text, 9), lambda _: b"\x28\xb5\x2f\xfd" + b"\0" * 50]
)
@pytest.mark.usefixtures("unread")
def test_what_polars_would_unpack_unasked_is_refused(ending: str, pack: Any, tmp_path: Path) -> None:
    """zlib and zstd are not read, nor is a file packed twice."""
    path = tmp_path / f"BTCUSDT-1m.{ending}"
    inner = pack((HEADER + "1\n" * 50).encode())
    path.write_bytes(gzip.compress(inner) if ending.endswith("gz") else inner)
    assert ("packed twice" if ending.endswith("gz") else "not by gzip") in refused(path)
    path.write_bytes(gzip.compress(gzip.compress(HEADER.encode())))
    assert "packed twice" in refused(path)


@pytest.mark.parametrize("cut", [3, 11, 40])
def test_a_torn_archive_is_refused(cut: int, tmp_path: Path) -> None:
    """What gzip cannot unpack is told as such."""
    path = tmp_path / "BTCUSDT-1m.csv.gz"
    path.write_bytes(gzip.compress(frame(100).write_csv().encode())[:cut])
    assert "cannot be read" in refused(path)
    path.write_bytes(gzip.compress(frame(100).write_csv().encode())[:30] + b"\xff" * 40)
    assert "cannot be read" in refused(path)


def test_gzip_is_known_by_its_bytes(tmp_path: Path) -> None:
    """A gzipped file that is called .csv is read, and a plain one that is called .csv.gz."""
    text = frame(10).select(NAMES).write_csv().encode()
    (tmp_path / "a.csv").write_bytes(gzip.compress(text))
    (tmp_path / "a.csv.gz").write_bytes(text)
    assert [len(read_columns(tmp_path / name).time) for name in ("a.csv", "a.csv.gz")] == [10, 10]


@pytest.mark.parametrize("column", ["time", "open"])
def test_a_long_text_in_each_row_is_refused(column: str, tmp_path: Path) -> None:
    """One long text in a Parquet file's dictionary is not copied for each row that shows it."""
    path = tmp_path / "BTCUSDT-1m.parquet"
    frame(1_000, **{column: ["9" * 100_000] * 1_000}).write_parquet(path)
    assert f"column {column}: expected a number or a time, found a text of 100,000 bytes" in refused(path)


def test_rates_are_bounded_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Funding rates are read within the same bounds."""
    monkeypatch.setattr(room, "MOST_ROWS", 99)
    rates = pl.DataFrame({"time": [START + k * 60_000 for k in range(100)], "rate": [0.0001] * 100})
    rates.write_parquet(tmp_path / "a.parquet")
    rates.write_csv(tmp_path / "a.csv")
    for name in ("a.parquet", "a.csv"):
        with pytest.raises(TooLargeError, match="100 rows or more; at most 99 are read at once"):
            read_rates(tmp_path / name)


@pytest.mark.parametrize("group", [None, 100])
@pytest.mark.parametrize("packing", ["zstd", "snappy", "gzip", "uncompressed"])
def test_the_footer_tells_rows_and_columns(group: int | None, packing: Any, tmp_path: Path) -> None:
    """Rows, names and values agree with what Polars wrote, in one group of rows or several."""
    path = tmp_path / "a.parquet"
    frame(1_000).write_parquet(path, row_group_size=group, compression=packing)
    footer = read_footer(path)
    assert footer is not None
    assert footer.rows == 1_000
    assert {chunk.column for chunk in footer.chunks} == set(NAMES)
    for name in NAMES:
        chunks = [chunk for chunk in footer.chunks if chunk.column == name]
        assert sum(chunk.values for chunk in chunks) == 1_000
        assert all(chunk.unpacked > 0 for chunk in chunks)


def test_real_files_have_footers(candles_dir: Path) -> None:
    """The footer of each candle file in use is understood."""
    paths = sorted(candles_dir.rglob("*.parquet"))
    assert paths
    for path in paths:
        footer = read_footer(path)
        assert footer is not None
        assert footer.rows == pl.scan_parquet(path).select(pl.len()).collect().item()


@given(st.data())
def test_a_damaged_footer_never_fails(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever bytes stand in the footer, it is read or not, and no other error comes of it."""
    path = tmp_path_factory.mktemp("footer") / "a.parquet"
    frame(5).write_parquet(path)
    whole = bytearray(path.read_bytes())
    length = int.from_bytes(whole[-8:-4], "little")
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(len(whole) - 8 - length, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(whole)
    footer = read_footer(path)
    assert footer is None or footer.rows is not None


@given(st.binary(max_size=200))
def test_any_bytes_as_footer(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    """A footer of anything at all is told from a sound one."""
    path = tmp_path_factory.mktemp("footer") / "a.parquet"
    path.write_bytes(b"PAR1" + body + len(body).to_bytes(4, "little") + b"PAR1")
    read_footer(path)
