"""What can happen to a store's files: `verify` finds it, `repair` mends it and tells."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from stratrun.engine.store.content import content_hash
from stratrun.engine.store.download import download
from stratrun.engine.store.journal import Journal, Page
from stratrun.engine.store.manifest import NAME, Source, read_manifest
from stratrun.engine.store.reader import read_series
from stratrun.engine.store.repair import repair
from stratrun.engine.store.rows import OnDuplicate, columns_of, cut
from stratrun.engine.store.series import Series
from stratrun.engine.store.verify import What, verify
from stratrun.engine.store.writer import Writer

from .conftest import HOUR, START, Heard, ScriptedVenue, equal, hours, line_of

ROWS = hours(400, START - 200 * HOUR)
NOW = int(ROWS.time[-1]) + HOUR + HOUR // 2
SOURCE = Source("import", "test", START, START, START, 1)


@pytest.fixture
def folder(root: Path, series: Series) -> Path:
    """A series over two years."""
    with Writer(root, series, lambda: NOW, print) as writer:
        writer.put(ROWS, SOURCE, OnDuplicate.REFUSE, (int(ROWS.time[0]), int(ROWS.time[-1]) + HOUR))
    return series.folder(root)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def edit(path: Path) -> None:
    data = json.loads(path.read_text())
    data["files"][0]["rows"] += 1
    path.write_text(json.dumps(data))


def tear(folder: Path) -> None:
    journal = Journal(folder)
    journal.append(Page(int(ROWS.time[-1]) + HOUR, int(ROWS.time[-1]) + HOUR, cut(ROWS, 0, 0)))
    journal.path.write_bytes(journal.path.read_bytes() + b"SRPAGE01 torn")


def other_numbers(path: Path) -> None:
    frame = pl.read_parquet(path)
    frame.with_columns(pl.col("volume") + 1).write_parquet(path)


DAMAGE: dict[str, tuple[Callable[[Path], None], What, bool]] = {
    "manifest gone": (lambda f: (f / NAME).unlink(), What.MANIFEST, True),
    "manifest is text": (lambda f: (f / NAME).write_text("hello") and None, What.MANIFEST, True),
    "manifest edited": (lambda f: edit(f / NAME), What.MANIFEST, True),
    "file gone": (lambda f: (f / "2023.parquet").unlink(), What.FILE, False),
    "file is damaged": (lambda f: (f / "2023.parquet").write_bytes(b"PAR1 nothing"), What.CANDLES, False),
    "file is empty": (lambda f: (f / "2023.parquet").write_bytes(b""), What.CANDLES, False),
    "file flipped": (lambda f: flip(f / "2024.parquet"), What.CHANGED, False),
    "file of another year": (lambda f: (f / "2024.parquet").rename(f / "2019.parquet") and None, What.CANDLES, False),
    "other numbers": (lambda f: other_numbers(f / "2024.parquet"), What.CHANGED, False),
    "pages wait": (tear, What.UNFINISHED, True),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_found_and_mended(root: Path, series: Series, folder: Path, name: str) -> None:
    """Each damage is found; after repair nothing is wrong, every step was told, and what was sound is still there."""
    damage, what, whole = DAMAGE[name]
    damage(folder)
    assert what in {finding.what for finding in verify(root, series, NOW)}
    told: list[str] = []
    assert repair(root, series, lambda: NOW, told.append)
    assert told
    assert [f for f in verify(root, series, NOW) if f.what is not What.GAPS] == []
    assert not repair(root, series, lambda: NOW, told.append)
    if whole:
        assert equal(columns_of(read_series(root, series)), ROWS)


@pytest.mark.parametrize("name", ["file gone", "file is damaged", "file of another year"])
def test_a_lost_year_is_downloaded_again(root: Path, series: Series, folder: Path, name: str) -> None:
    """After repair a download brings back what was lost, and only that."""
    DAMAGE[name][0](folder)
    repair(root, series, lambda: NOW, lambda words: None)
    venue = ScriptedVenue({"1h": ROWS, "1d": ROWS}, NOW)
    heard = Heard()
    with Writer(root, series, lambda: NOW, print) as writer:
        download(writer, line_of(venue, heard), int(ROWS.time[0]))
    assert equal(columns_of(read_series(root, series)), ROWS)
    assert heard.rows < 400


def test_nothing_is_deleted(root: Path, series: Series, folder: Path) -> None:
    """A damaged file is put aside under another name with its bytes."""
    (folder / "2023.parquet").write_bytes(b"PAR1 nothing")
    repair(root, series, lambda: NOW, lambda words: None)
    assert (folder / "2023.parquet.damaged").read_bytes() == b"PAR1 nothing"


def test_a_sound_store_is_left_alone(root: Path, series: Series, folder: Path) -> None:
    """Where nothing is wrong nothing is told or written."""
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.glob("*.*")}
    told: list[str] = []
    assert not repair(root, series, lambda: NOW, told.append)
    assert told == []
    assert before == {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.glob("*.*")}


def test_candles_of_a_wrong_clock(root: Path, series: Series, folder: Path) -> None:
    """Candles that are not closed yet are found and dropped."""
    then = int(ROWS.time[-5])
    assert What.FUTURE in {finding.what for finding in verify(root, series, then)}
    told: list[str] = []
    assert repair(root, series, lambda: then, told.append)
    assert "not closed yet" in told[0]
    assert read_series(root, series).time[-1] < then


def test_the_hash_is_of_the_candles(root: Path, series: Series, folder: Path) -> None:
    """A manifest made anew has the content hash it had."""
    before = read_manifest(folder / NAME, series)
    (folder / NAME).unlink()
    repair(root, series, lambda: NOW, lambda words: None)
    after = read_manifest(folder / NAME, series)
    assert after.content_hash == before.content_hash == content_hash(folder, after)
