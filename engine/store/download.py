"""Candles of a venue into the store: what nobody asked for yet is asked, page by page, and kept at once.

1. The stretches of the wanted range that the manifest does not cover are what is lacking.
2. Public files come first: whole months, then whole days, each held to its checksum.
3. The rest is paged forward: the next page begins after the last candle; each page is durable before the next is asked.
4. A page that ends near now ends the work; the candle that is still open is never kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from ..diagnostics.diagnostic import InputError
from ..market.columns import Columns, moment
from ..market.timeframe import Timeframe
from .journal import Page
from .manifest import Source
from .pages import Dump, Dumps, Pages, Unreachable
from .rows import OnDuplicate, between
from .sound import sound
from .writer import Writer

T = TypeVar("T")
TRIES = 8
LONGEST_WAIT = 60.0
QUIET = 3.0
"""Seconds that are waited without a word."""
GRACE = 2_000
"""Ms after its end from which a candle counts as closed."""
APART = 60_000
"""Ms by which the machine's clock may differ from the venue's without a word."""
UNPUBLISHED = 62 * 86_400_000
"""Ms before now of which a month's file may not be there yet while its days' are."""
DAY = Timeframe.parse("1d")


class Listener(Protocol):
    """Is told of a download as it goes."""

    def came(self, rows: int, at: int) -> None:
        """`rows` candles more; everything before `at` (ms UTC) is there."""

    def warn(self, words: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Line:
    """What a download works with. `sleep` takes seconds, `now` gives ms UTC; `recheck`: compare the checksums of public
    files that were taken before, and take revised ones anew."""

    pages: Pages
    dumps: Dumps | None
    now: Callable[[], int]
    sleep: Callable[[float], None]
    listener: Listener
    recheck: bool = False


def download(writer: Writer, line: Line, begin: int, end: int | None = None) -> int:
    """Bring [begin, end) of the writer's series into the store; return how many candles are new.

    `begin` and `end` are ms UTC, the end is now where it is None. Raises InputError; what came before it stays.
    """
    frame = writer.series.timeframe
    closed = _closed_until(line, frame)
    end = closed if end is None else min(frame.floor(end - 1) + frame.ms, closed)
    begin = frame.floor(begin - 1) + frame.ms
    if line.dumps and line.recheck:
        _recheck(writer, line, line.dumps, begin, end)
    before = writer.manifest.rows
    for low, high in writer.manifest.lacking(begin, end):
        if line.dumps:
            _take_dumps(writer, line, line.dumps, low, high)
    for low, high in writer.manifest.lacking(begin, end):
        _page_forward(writer, line, low, high, closed)
    writer.flush()
    return writer.manifest.rows - before


def refetch(writer: Writer, line: Line) -> int:
    """Ask again for every gap; return how many candles came. Raises InputError."""
    before = writer.manifest.rows
    frame = writer.series.timeframe
    closed = _closed_until(line, frame)
    for first, count in writer.manifest.holes:
        _page_forward(writer, line, first, first + count * frame.ms, closed)
    writer.flush()
    return writer.manifest.rows - before


def _closed_until(line: Line, frame: Timeframe) -> int:
    """The end of the last closed candle, by the earlier of the machine's clock and the venue's."""
    mine = line.now()
    theirs = _patient(line, line.pages.now)
    if theirs is not None and abs(theirs - mine) > APART:
        line.listener.warn(f"the clock of this machine says {moment(mine)}, the venue's says {moment(theirs)}")
    return frame.floor(min(mine, theirs if theirs is not None else mine) - GRACE)


def _page_forward(writer: Writer, line: Line, begin: int, end: int, closed: int) -> None:
    series, frame = writer.series, writer.series.timeframe
    at, listed = begin, writer.manifest.first is not None and writer.manifest.first < begin
    while at < end:
        given = _patient(line, lambda since=at: line.pages.page(series, since))  # type: ignore[misc]  # a lambda's default has no type
        rows, words = sound(given, frame)
        if words:
            line.listener.warn(f"{series}: {words}")
        rows = between(rows, at, None)
        if not len(rows.time):
            # Nothing in this window: before the listing, or an outage of the venue.
            upto = min(end, at + line.pages.limit * frame.ms)
            upto = upto if listed else max(upto, min(end, _listing(writer, line, upto, end)))
            if upto >= closed:
                return  # the venue may be late: nothing is known of these candles yet
        else:
            if not listed and rows.time[0] > at:
                line.listener.warn(f"{series}: the first candle the venue gives is {moment(int(rows.time[0]))}")
            elif at == begin and rows.time[0] > at:
                # Some venues give their latest candles alone, whatever is asked for.
                gap = f"{moment(at)} to {moment(int(rows.time[0]))}"
                line.listener.warn(
                    f"{series}: the venue gives no candles from {gap}; `data import` takes a file of them"
                )
            upto = min(end, int(rows.time[-1]) + frame.ms)
            rows = between(rows, None, end)
            listed = True
        writer.append(Page(at, upto, rows))
        line.listener.came(len(rows.time), upto)
        at = upto


def _listing(writer: Writer, line: Line, begin: int, end: int) -> int:
    """Where a symbol's candles begin, looked up in days, so that years before its listing cost a few questions."""
    days = replace(writer.series, timeframe=DAY)
    at = DAY.floor(begin)
    while at < end:
        found = between(_patient(line, lambda since=at: line.pages.page(days, since)), at, None)  # type: ignore[misc]  # a lambda's default has no type
        if len(found.time):
            return int(found.time[0])
        at += line.pages.limit * DAY.ms
    return end


def _take_dumps(writer: Writer, line: Line, dumps: Dumps, begin: int, end: int) -> None:
    """Whole months, then the days that no month's file holds yet; a file that is not there is left to the pages."""
    recent = line.now() - UNPUBLISHED
    for choose, since in ((dumps.months, begin), (dumps.days, max(begin, recent))):
        for low, high in writer.manifest.lacking(since, end):
            for dump in choose(writer.series, low, high):
                if not _take_dump(writer, line, dumps, dump, (max(low, dump.begin), min(high, dump.end))):
                    return


def _take_dump(writer: Writer, line: Line, dumps: Dumps, dump: Dump, part: tuple[int, int]) -> bool:
    """Whether the next one is worth asking for."""
    try:
        checksum = _patient(line, lambda: dumps.checksum(dump))
        if checksum is None:
            return True
        rows = _patient(line, lambda: dumps.fetch(dump, writer.folder, checksum))
    except InputError as error:
        line.listener.warn(f"public files: {error.message}; the venue itself is asked instead")
        return False
    writer.note_dump(dump.name, checksum)
    _keep(writer, line, dump, rows, part, OnDuplicate.KEEP)
    return True


def _keep(writer: Writer, line: Line, dump: Dump, rows: Columns, part: tuple[int, int], rule: OnDuplicate) -> None:
    rows, words = sound(rows, writer.series.timeframe)
    if words:
        line.listener.warn(f"{dump.name}: {words}")
    rows = between(rows, *part)
    if len(rows.time):
        source = Source("dump", dump.address, line.now(), int(rows.time[0]), int(rows.time[-1]), len(rows.time))
        writer.put(rows, source, rule, part)
    line.listener.came(len(rows.time), part[1])


def _recheck(writer: Writer, line: Line, dumps: Dumps, begin: int, end: int) -> None:
    """Compare the checksums of files taken before; a revised one replaces its candles, which is told."""
    known = dict(writer.manifest.dumps)
    for dump in (*dumps.months(writer.series, begin, end), *dumps.days(writer.series, begin, end)):
        if dump.name not in known:
            continue
        checksum = _patient(line, lambda dump=dump: dumps.checksum(dump))  # type: ignore[misc]  # a lambda's default has no type
        if checksum is None or checksum == known[dump.name]:
            continue
        line.listener.warn(f"{dump.name}: the venue revised this file; its candles replace the ones stored")
        rows = _patient(line, lambda dump=dump, told=checksum: dumps.fetch(dump, writer.folder, told))  # type: ignore[misc]  # a lambda's default has no type
        writer.note_dump(dump.name, checksum)
        _keep(writer, line, dump, rows, (dump.begin, min(dump.end, end)), OnDuplicate.REPLACE)


def _patient(line: Line, ask: Callable[[], T]) -> T:
    """Ask until there is an answer, waiting longer each time. Raises InputError when there is none."""
    wait = 1.0
    for left in reversed(range(TRIES)):
        try:
            return ask()
        except Unreachable as error:
            if not left:
                raise InputError(
                    f"the venue cannot be reached: {error.words}",
                    help="what came is kept; run the same command again to go on from there",
                ) from None
            pause = min(error.wait or wait, LONGEST_WAIT)
            if pause > QUIET:
                line.listener.warn(f"{error.words}; trying again in {pause:g} s")
            line.sleep(pause)
            wait = min(2 * wait, LONGEST_WAIT)
    raise AssertionError("the last try returns or raises")
