"""The writer of a series: whole after every step, whatever stops it."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.candles import Candles
from stratrun.engine.research.inputs import content_hash
from stratrun.engine.store.journal import Journal, Page
from stratrun.engine.store.manifest import NAME, Manifest, Source, read_manifest, to_data
from stratrun.engine.store.reader import read_series
from stratrun.engine.store.rows import OnDuplicate, columns_of, cut
from stratrun.engine.store.series import Series
from stratrun.engine.store.verify import verify
from stratrun.engine.store.writer import Writer

from .conftest import HOUR, START, equal, hours

SOURCE = Source("import", "test", START, START, START, 1)
MakeWriter = Callable[[], Writer]


def page(rows: object, lo: int, hi: int) -> Page:
    part = cut(rows, lo, hi)  # type: ignore[arg-type]
    return Page(int(part.time[0]), int(part.time[-1]) + HOUR, part)


def test_years_are_files_and_one_series(root: Path, series: Series, writer: MakeWriter) -> None:
    """Rows over three years lie in three files and are read back as they were, with the hash they have in memory."""
    rows = hours(18_000)
    with writer() as open_:
        open_.put(rows, SOURCE, OnDuplicate.REFUSE)
    names = sorted(path.name for path in series.folder(root).glob("*.parquet"))
    assert names == ["2024.parquet", "2025.parquet", "2026.parquet"]
    candles = read_series(root, series)
    assert equal(columns_of(candles), rows)
    assert open_.manifest.content_hash == content_hash({"BTC/USDT": Candles("BTC/USDT", series.timeframe, *rows)})
    assert [f.what for f in verify(root, series, 2**45)] == ["gaps"]


@settings(max_examples=8)
@given(st.lists(st.integers(1, 599), min_size=0, max_size=5, unique=True), st.randoms(use_true_random=False))
def test_the_hash_does_not_depend_on_how_it_came(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], random
) -> None:  # type: ignore[no-untyped-def]
    """Whatever the pieces and their order, the files hold the same candles with one content hash."""
    rows = hours(600, START - 300 * HOUR)
    root = tmp_path_factory.mktemp("store") / "s"
    series = Series.of("testex", "BTC/USDT", "1h")
    edges = [0, *sorted(cuts), 600]
    pieces = [cut(rows, a, b) for a, b in pairwise(edges)]
    random.shuffle(pieces)
    with Writer(root, series, lambda: START, lambda words: None) as open_:
        for piece in pieces:
            open_.put(piece, SOURCE, OnDuplicate.REFUSE)
    whole = content_hash({"BTC/USDT": Candles("BTC/USDT", series.timeframe, *rows)})
    assert open_.manifest.content_hash == whole
    assert equal(columns_of(read_series(root, series)), rows)


def test_pages_of_a_killed_writer_are_taken_over(root: Path, series: Series, writer: MakeWriter) -> None:
    """What is in the journal when a process ends is in the files after the next one began; a torn page is not."""
    rows = hours(30)
    with writer():
        pass
    journal = Journal(series.folder(root))
    for k in range(3):
        journal.append(page(rows, 10 * k, 10 * k + 10))
    data = journal.path.read_bytes()
    for length in (len(data), len(data) - 1, len(data) * 2 // 3 + 1, len(data) // 3, 5, 0):
        journal.path.write_bytes(data[:length])
        assert sum(len(p.columns.time) for p in journal.pages()) == length * 3 // len(data) * 10
    journal.path.write_bytes(data[:-1])
    told: list[str] = []
    with Writer(root, series, lambda: START, told.append) as open_:
        assert open_.manifest.rows == 20
        assert "cut off" in told[0]
    assert not journal
    assert open_.manifest.covered == ((int(rows.time[0]), int(rows.time[19]) + HOUR),)


def test_every_flipped_byte_of_a_page_is_seen(root: Path, series: Series, writer: MakeWriter) -> None:
    """A page whose bytes changed on the disk is no page."""
    with writer():
        pass
    journal = Journal(series.folder(root))
    journal.append(page(hours(3), 0, 3))
    data = bytearray(journal.path.read_bytes())
    for at in range(len(data)):
        data[at] ^= 1
        journal.path.write_bytes(data)
        assert list(journal.pages()) == []
        data[at] ^= 1


@pytest.mark.parametrize("stop", range(1, 12))
def test_stopped_between_any_two_renames(
    root: Path, series: Series, writer: MakeWriter, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """A process that ends before any one rename leaves a store whose next writer goes on, with old or new rows."""
    rows = hours(200, START - 100 * HOUR)
    with writer() as open_:
        open_.put(cut(rows, 0, 150), SOURCE, OnDuplicate.REFUSE)

    class Killed(BaseException):
        pass

    real, count = Path.replace, 0

    def replace(self: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count >= stop:
            raise Killed
        return real(self, target)

    killed = False
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        try:
            with writer() as open_:
                open_.put(rows, SOURCE, OnDuplicate.REFUSE)
        except Killed:
            killed = True
    assert killed == (count >= stop)
    with writer() as open_:
        assert open_.manifest.rows in (150, 200)
        open_.put(rows, SOURCE, OnDuplicate.REFUSE)
    assert equal(columns_of(read_series(root, series)), rows)
    assert [f for f in verify(root, series, 2**45) if f.what != "gaps"] == []


def test_a_full_disk_changes_nothing(
    root: Path, series: Series, writer: MakeWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk takes no more, the message says so and what was stored is as it was."""
    rows = hours(60)
    with writer() as open_:
        open_.put(cut(rows, 0, 30), SOURCE, OnDuplicate.REFUSE)
    before = {path.name: path.read_bytes() for path in series.folder(root).iterdir()}

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(InputError, match="No space left") as told, writer() as open_:
            open_.append(page(rows, 30, 60))
        assert isinstance(told.value, InputError)
        assert "unchanged" in told.value.message
        with pytest.raises(InputError, match="No space left"), writer() as open_:
            open_.put(rows, SOURCE, OnDuplicate.REFUSE)
    after = {path.name: path.read_bytes() for path in series.folder(root).iterdir() if path.stat().st_size}
    assert {name: data for name, data in before.items() if data} == after


def test_what_a_killed_writer_left_half_written_goes(root: Path, series: Series, writer: MakeWriter) -> None:
    """The next writer of the series removes it, and nothing else; a second one, refused, removes nothing."""
    with writer() as open_:
        open_.put(hours(50), SOURCE, OnDuplicate.REFUSE)
    folder = series.folder(root)
    before = {path.name for path in folder.iterdir()}
    half = [folder / ".2024.parquet.4711.part", folder / ".manifest.json.4711.part"]
    with writer():
        for path in half:
            path.write_bytes(b"half")
        with pytest.raises(InputError), writer():
            pass
        assert all(path.exists() for path in half)
    with writer():
        pass
    assert {path.name for path in folder.iterdir()} == before


def test_two_writers_are_one_too_many(writer: MakeWriter) -> None:
    """A second writer of a series is refused while the first works, and welcome after."""
    with writer(), pytest.raises(InputError, match="another process"), writer():
        pass
    with writer():
        pass


def test_readers_see_whole_candles_while_a_writer_appends(root: Path, series: Series, writer: MakeWriter) -> None:
    """Whatever moment a reader comes at, it sees a beginning of the series and never half a file."""
    rows = hours(400, START - 200 * HOUR)
    with writer() as open_:
        open_.put(cut(rows, 0, 10), SOURCE, OnDuplicate.REFUSE)
    done, seen = threading.Event(), []

    def read() -> None:
        while not done.is_set() or not seen:
            candles = columns_of(read_series(root, series))
            seen.append(equal(candles, cut(rows, 0, len(candles.time))))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        with writer() as open_:
            for at in range(10, 400, 30):
                open_.put(cut(rows, at, at + 30), SOURCE, OnDuplicate.REFUSE)
    finally:
        done.set()
        reader.join()
    assert all(seen)


def test_candles_that_differ(root: Path, series: Series, writer: MakeWriter) -> None:
    """A candle given again with other numbers is refused, kept or replaced, as asked; equal ones are fine."""
    rows = hours(20)
    other = rows._replace(volume=rows.volume + (rows.time == rows.time[7]))
    with writer() as open_:
        assert open_.put(rows, SOURCE, OnDuplicate.REFUSE) == 20
        assert open_.put(rows, SOURCE, OnDuplicate.REFUSE) == 0
        with pytest.raises(
            InputError, match=r"1 candles are stored already with other numbers, the first at 2024"
        ) as told:
            open_.put(other, SOURCE, OnDuplicate.REFUSE)
        assert "--on-duplicate" in (told.value.help or "")
        assert open_.put(other, SOURCE, OnDuplicate.KEEP) == 0
        assert open_.put(other, SOURCE, OnDuplicate.REPLACE) == 1
    assert equal(columns_of(read_series(root, series)), other)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_told(root: Path, writer: MakeWriter) -> None:
    """A store that cannot be written is a message."""
    with writer():
        pass
    for path in [root, *root.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        with pytest.raises(InputError), writer() as open_:
            open_.put(hours(3), SOURCE, OnDuplicate.REFUSE)
    finally:
        for path in [root, *root.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


@settings(max_examples=50)
@given(st.data())
def test_a_manifest_of_anything_is_a_message(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """A manifest somebody wrote over is an input error, never a traceback."""
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    )
    series = Series.of("testex", "BTC/USDT", "1h")
    whole = to_data(Manifest(series))
    name = data.draw(st.sampled_from([*whole, "pending"]))
    path = tmp_path_factory.mktemp("m") / NAME
    path.write_text(json.dumps(whole | {name: data.draw(values)}), encoding="utf-8")
    with contextlib.suppress(InputError):
        assert isinstance(read_manifest(path, series), Manifest)
