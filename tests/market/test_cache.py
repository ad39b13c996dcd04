"""The column cache: it may only ever save time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market import cache as module
from stratrun.engine.market import load as loader
from stratrun.engine.market.cache import ColumnCache
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.load import load_candles
from stratrun.engine.market.timeframe import Timeframe

from .conftest import Rows, Write

HOUR = Timeframe.parse("1h")


@pytest.fixture
def cache(tmp_path: Path) -> ColumnCache:
    return ColumnCache(tmp_path / "cache")


def load(path: Path, cache: ColumnCache, timeframe: Timeframe = HOUR) -> Candles:
    return load_candles([str(path)], ["BTC/USDT"], timeframe, cache=cache)["BTC/USDT"]


def equal(one: Candles, other: Candles) -> bool:
    names = ("time", "open", "high", "low", "close", "volume")
    return all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in names)


def entries(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").iterdir())


def test_a_second_load_gives_equal_columns_without_reading_the_file_again(
    rows: Rows, write: Write, cache: ColumnCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kept columns are the checked ones, writable and contiguous."""
    path = write(rows, "BTCUSDT.parquet")
    fresh = load(path, cache)
    monkeypatch.setattr(loader, "read_columns", None)
    kept = load(path, cache)
    assert equal(kept, fresh)
    assert kept.close.flags.c_contiguous
    assert kept.close.flags.writeable


def test_a_changed_file_of_the_same_size_and_time_is_read_anew(rows: Rows, write: Write, cache: ColumnCache) -> None:
    """Entries are named by content, so a file that only looks unchanged is never mistaken."""
    path = write(rows)
    before = path.stat()
    load(path, cache)
    path.write_text(path.read_text().replace("103.5", "103.6", 1))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert 103.6 in load(path, cache).high.tolist()


def test_the_checks_of_another_timeframe_are_not_skipped(rows: Rows, write: Write, cache: ColumnCache) -> None:
    """Columns sound at 1h are still refused at 15m."""
    path = write(rows, "BTCUSDT.csv")
    load(path, cache)
    with pytest.raises(InputError, match="timeframe is 15m"):
        load(path, cache, Timeframe.parse("15m"))


@pytest.mark.parametrize("where", [0, 8, 16, 24, 100, -1])
def test_a_damaged_entry_counts_as_none(
    where: int, rows: Rows, write: Write, cache: ColumnCache, tmp_path: Path
) -> None:
    """One changed byte anywhere, and the file is read again."""
    path = write(rows)
    fresh = load(path, cache)
    (entry,) = entries(tmp_path)
    data = bytearray(entry.read_bytes())
    data[where] ^= 1
    entry.write_bytes(data)
    assert cache.get(entry.name) is None
    assert equal(load(path, cache), fresh)
    assert cache.get(entry.name) is not None


@pytest.mark.parametrize("size", [0, 5, 24, 100])
def test_a_cut_off_entry_counts_as_none(
    size: int, rows: Rows, write: Write, cache: ColumnCache, tmp_path: Path
) -> None:
    """A half-written entry is never used."""
    path = write(rows)
    fresh = load(path, cache)
    (entry,) = entries(tmp_path)
    entry.write_bytes(entry.read_bytes()[:size])
    assert cache.get(entry.name) is None
    assert equal(load(path, cache), fresh)


def test_what_is_refused_is_not_kept(rows: Rows, write: Write, cache: ColumnCache, tmp_path: Path) -> None:
    """A wrong file is wrong at the second look too."""
    rows["open"][2] = -1.0
    path = write(rows)
    for _ in range(2):
        with pytest.raises(InputError, match="is no price"):
            load(path, cache)
    assert not (tmp_path / "cache").exists()


def test_the_oldest_entries_make_room(
    rows: Rows, write: Write, cache: ColumnCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder stays within its bound; what was used last stays."""
    path = write(rows)
    load(path, cache)
    (first,) = entries(tmp_path)
    monkeypatch.setattr(module, "MOST", first.stat().st_size)
    os.utime(first, ns=(0, 0))
    path.write_text(path.read_text().replace("103.5", "103.6", 1))
    load(path, ColumnCache(tmp_path / "cache"))
    assert len(entries(tmp_path)) == 1
    assert not first.exists()


def test_large_files_and_a_folder_that_cannot_be_made_are_no_error(
    rows: Rows, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an entry the candles come from the file."""
    path = write(rows)
    (tmp_path / "file").touch()
    assert len(load(path, ColumnCache(tmp_path / "file"))) == 6
    monkeypatch.setattr(module, "LARGEST", 10)
    assert ColumnCache(tmp_path / "cache").key(path, HOUR) is None
    assert len(load(path, ColumnCache(tmp_path / "cache"))) == 6


def test_the_environment_moves_and_stops_the_cache(
    rows: Rows, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`STRATRUN_CACHE_DIR` names the folder, `STRATRUN_NO_CACHE=1` keeps nothing."""
    path = write(rows)
    monkeypatch.setenv("STRATRUN_CACHE_DIR", str(tmp_path / "mine"))
    monkeypatch.setenv("STRATRUN_NO_CACHE", "1")
    load_candles([str(path)], ["BTC/USDT"], HOUR)
    assert not (tmp_path / "mine").exists()
    monkeypatch.setenv("STRATRUN_NO_CACHE", "0")
    load_candles([str(path)], ["BTC/USDT"], HOUR)
    assert len(list((tmp_path / "mine" / "candles").iterdir())) == 1
