"""Downloads: every candle once, whatever pages, failures, kills and clocks do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.columns import Columns
from stratrun.engine.store.download import TRIES, download, refetch
from stratrun.engine.store.journal import NAME as JOURNAL
from stratrun.engine.store.manifest import Source
from stratrun.engine.store.pages import Unreachable
from stratrun.engine.store.reader import read_series
from stratrun.engine.store.rows import OnDuplicate, between, columns_of, cut, take
from stratrun.engine.store.series import Series
from stratrun.engine.store.verify import verify
from stratrun.engine.store.writer import Writer

from .conftest import HOUR, START, Heard, ScriptedVenue, equal, hours, line_of

MakeWriter = Callable[[], Writer]
MINUTE = 60_000
ROWS = hours(1_000)
NOW = int(ROWS.time[-1]) + 30 * MINUTE
CLOSED = cut(ROWS, 0, 999)
"""The last candle is open at `NOW`."""


def venue_of(limit: int = 100, rows: Columns = ROWS, now: int = NOW, windowed: bool = False) -> ScriptedVenue:
    days = between(take(rows, rows.time % (24 * HOUR) == 0), None, None)
    return ScriptedVenue({"1h": rows, "1d": days}, now, limit, windowed)


@settings(max_examples=8)
@given(st.integers(1, 300), st.booleans(), st.integers(0, 400), st.integers(500, 1_200))
def test_whatever_the_pages(
    tmp_path_factory: pytest.TempPathFactory, limit: int, windowed: bool, a: int, b: int
) -> None:
    """Every closed candle of the range comes once, whatever a page holds, and asking again asks almost nothing."""
    root, series = tmp_path_factory.mktemp("s") / "c", Series.of("testex", "BTC/USDT", "1h")
    venue, heard = venue_of(limit, windowed=windowed), Heard()
    begin, end = START + a * HOUR, START + b * HOUR
    wanted = between(CLOSED, begin, end)
    with Writer(root, series, lambda: NOW, heard.warn) as writer:
        assert download(writer, line_of(venue, heard), begin, end) == len(wanted.time)
    assert equal(columns_of(read_series(root, series)), wanted)
    asked = len(venue.asked)
    with Writer(root, series, lambda: NOW, heard.warn) as writer:
        assert download(writer, line_of(venue, heard), begin, end) == 0
    assert len(venue.asked) - asked <= 1
    assert heard.rows == len(wanted.time)


def test_only_what_is_lacking_is_asked(root: Path, series: Series, writer: MakeWriter) -> None:
    """A later download goes on after the last candle; an earlier --from fetches what lies before, and nothing again."""
    venue, heard = venue_of(), Heard()
    for begin, end in ((400, 600), (400, 900), (100, 900)):
        venue.asked.clear()
        with writer() as open_:
            download(open_, line_of(venue, heard), START + begin * HOUR, START + end * HOUR)
        assert len(venue.asked) <= 4
    wanted = between(ROWS, START + 100 * HOUR, START + 900 * HOUR)
    assert equal(columns_of(read_series(root, series)), wanted)
    assert open_.manifest.covered == ((START + 100 * HOUR, START + 900 * HOUR),)


@pytest.mark.parametrize(("late", "closed"), [(0, False), (1_000, False), (2_000, True), (60_000, True)])
def test_a_candle_counts_as_closed_a_little_after_its_end(
    late: int, closed: bool, root: Path, series: Series, writer: MakeWriter
) -> None:
    """At the very end of a candle a venue may still change it."""
    ended = int(ROWS.time[-1]) + HOUR
    with writer() as open_:
        download(open_, line_of(venue_of(now=ended + late), Heard()), START)
    assert (read_series(root, series).time[-1] == ROWS.time[-1]) == closed


def test_a_venue_that_gives_its_latest_alone_is_told(root: Path, series: Series, writer: MakeWriter) -> None:
    """Where stored candles end and the first new ones begin, what is between them is named."""
    with writer() as open_:
        download(open_, line_of(venue_of(), Heard()), START, START + 300 * HOUR)
    heard = Heard()
    with writer() as open_:
        download(open_, line_of(venue_of(rows=cut(ROWS, 700, 1_000)), heard), START)
    (words,) = heard.warnings
    assert "the venue gives no candles from 2024-01-13T12:00Z to" in words
    whole = Heard()
    with writer() as open_:
        download(open_, line_of(venue_of(), whole), START)
    assert not whole.warnings


def test_an_earlier_part_that_was_interrupted_leaves_no_hole(root: Path, series: Series, writer: MakeWriter) -> None:
    """Stopped in the middle of what lies before the stored candles, the next download fills up to them."""
    venue, heard = venue_of(50), Heard()
    with writer() as open_:
        download(open_, line_of(venue, heard), START + 600 * HOUR, START + 800 * HOUR)
    venue.asked.clear()
    venue.fail = lambda asked: KeyboardInterrupt() if asked == 3 else None  # type: ignore[assignment, return-value]
    with pytest.raises(KeyboardInterrupt), writer() as open_:
        download(open_, line_of(venue, heard), START, START + 800 * HOUR)
    assert len(read_series(root, series)) > 200
    venue.fail = lambda asked: None
    with writer() as open_:
        download(open_, line_of(venue, heard), START, START + 800 * HOUR)
    assert equal(columns_of(read_series(root, series)), between(ROWS, START, START + 800 * HOUR))


def test_the_open_candle_never_comes(root: Path, series: Series, writer: MakeWriter) -> None:
    """The candle under way is left out, by the venue's clock where the machine's is ahead, which is told."""
    venue, heard = venue_of(), Heard()
    line = line_of(venue, heard)
    ahead = type(line)(line.pages, None, lambda: NOW + 5 * 24 * HOUR, line.sleep, heard)
    with writer() as open_:
        download(open_, ahead, START)
    assert equal(columns_of(read_series(root, series)), CLOSED)
    assert "clock" in heard.warnings[0]


def test_a_candle_the_venue_is_late_with_comes_later(root: Path, series: Series, writer: MakeWriter) -> None:
    """A closed candle that the venue does not show yet is no gap: the next download asks for it."""
    late, heard = venue_of(rows=cut(ROWS, 0, 990)), Heard()
    with writer() as open_:
        download(open_, line_of(late, heard), START)
        assert open_.manifest.rows == 990
        download(open_, line_of(venue_of(), heard), START)
    assert equal(columns_of(read_series(root, series)), CLOSED)


def test_failures_are_waited_out(root: Path, series: Series, writer: MakeWriter) -> None:
    """A venue that fails now and then gives every candle; waits grow, and one the venue asks for is kept to."""
    venue, heard = venue_of(), Heard()
    venue.fail = lambda asked: Unreachable("busy", 7.0 if asked == 3 else None) if asked % 3 else None
    with writer() as open_:
        download(open_, line_of(venue, heard), START)
    assert equal(columns_of(read_series(root, series)), CLOSED)
    assert set(heard.slept) <= {1.0, 2.0, 7.0}


def test_a_venue_that_is_gone(root: Path, series: Series, writer: MakeWriter) -> None:
    """After several tries the message says what to do, and what came is stored."""
    venue, heard = venue_of(), Heard()
    venue.fail = lambda asked: Unreachable("no route to host") if asked > 4 else None
    with pytest.raises(InputError, match="no route to host") as told, writer() as open_:
        download(open_, line_of(venue, heard), START)
    assert "same command" in (told.value.help or "")
    assert heard.slept == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0][: TRIES - 1]
    assert equal(columns_of(read_series(root, series)), cut(ROWS, 0, 400))


def test_years_before_the_listing_cost_few_questions(root: Path, series: Series, writer: MakeWriter) -> None:
    """A venue that answers by windows is asked in days for the first candle."""
    venue, heard = venue_of(100, windowed=True), Heard()
    with writer() as open_:
        download(open_, line_of(venue, heard), START - 3 * 365 * 24 * HOUR)
    assert equal(columns_of(read_series(root, series)), CLOSED)
    assert len(venue.asked) < 40


def test_what_is_no_candle_is_left_out_and_told(root: Path, series: Series, writer: MakeWriter) -> None:
    """Rows of a venue that no candle could be are gaps with a warning, never prices."""
    rows = Columns._make(column.copy() for column in ROWS)
    rows.high[10], rows.close[20], rows.volume[30], rows.low[40] = 0.0, np.nan, -1.0, rows.high[40] * 2
    rows.time[50] += 1
    venue, heard = venue_of(1_000, rows=rows), Heard()
    with writer() as open_:
        download(open_, line_of(venue, heard), START)
    good = np.ones(999, np.bool_)
    good[[10, 20, 30, 40, 50]] = False
    assert equal(columns_of(read_series(root, series)), take(CLOSED, good))
    assert any("5 rows are no candles" in words for words in heard.warnings)


def test_gaps_are_asked_for_again(root: Path, series: Series, writer: MakeWriter) -> None:
    """`repair --refetch` fills the gaps that the venue has candles for, and leaves the others."""
    hidden = np.ones(1_000, np.bool_)
    hidden[100:150] = hidden[300] = False
    heard = Heard()
    with writer() as open_:
        download(open_, line_of(venue_of(rows=take(ROWS, hidden)), heard), START)
        assert refetch(open_, line_of(venue_of(), heard)) == 51
    assert equal(columns_of(read_series(root, series)), CLOSED)


KILLED = """
import os, signal, sys
from pathlib import Path
from stratrun.engine.store.download import Line, download
from stratrun.engine.store.writer import Writer
from stratrun.engine.store import writer as room
from stratrun.engine.store.series import Series
from stratrun.engine.market.sample import sample_candles
from stratrun.engine.store.rows import between, columns_of, cut
from stratrun.engine.market.timeframe import Timeframe

root, pages, fold = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
room.FOLD = fold
series = Series.of("testex", "BTC/USDT", "1h")
rows = columns_of(sample_candles("BTC/USDT", Timeframe.parse("1h"), 1_704_067_200_000, 1000))
now = int(rows.time[-1]) + 1_800_000

class Venue:
    limit = 40
    asked = 0
    def page(self, series, since):
        self.asked += 1
        if self.asked == pages:
            os.kill(os.getpid(), signal.SIGKILL)
        found = between(rows, since, now)
        return cut(found, 0, 40)
    def now(self):
        return now

class Deaf:
    def came(self, rows, at): pass
    def warn(self, words): pass

with Writer(root, series, lambda: now, print) as writer:
    download(writer, Line(Venue(), None, lambda: now, lambda seconds: None, Deaf()), 1_704_067_200_000)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed_and_run_again(root: Path, series: Series, writer: MakeWriter) -> None:
    """Killed again and again without warning, the same command ends with every candle once, and no page is lost."""
    ends = []
    for pages, fold in ((8, 65_536), (9, 100), (7, 65_536), (10**6, 65_536)):
        ran = subprocess.run([sys.executable, "-c", KILLED, str(root), str(pages), str(fold)], check=False)
        ends.append(ran.returncode)
        if pages < 10**6:
            assert (series.folder(root) / JOURNAL).exists()
    assert ends == [-9, -9, -9, 0]
    assert equal(columns_of(read_series(root, series)), CLOSED)
    assert [f for f in verify(root, series, NOW) if f.what != "gaps"] == []


def test_imported_candles_are_gone_on_from(root: Path, series: Series, writer: MakeWriter) -> None:
    """A download after an import asks for what the file does not reach."""
    source = Source("import", "file", NOW, START, START, 1)
    venue, heard = venue_of(), Heard()
    with writer() as open_:
        rows = cut(ROWS, 0, 700)
        open_.put(rows, source, OnDuplicate.REFUSE, (START, int(rows.time[-1]) + HOUR))
        download(open_, line_of(venue, heard), START)
    assert min(since for _, since in venue.asked) == int(rows.time[-1]) + HOUR
    assert equal(columns_of(read_series(root, series)), CLOSED)
    assert [source.how for source in open_.manifest.sources] == ["import", "api"]
