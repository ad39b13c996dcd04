"""A series that `verify` finds fault with -> one that holds together again; every step is told, nothing is deleted.

1. Files that are no candles are put aside under another name; their years count as not asked for.
2. The manifest is made anew from the files that are sound; what an unreadable one knew of sources is lost, and told.
3. Whole pages of an interrupted download are taken over, a torn one is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from ..diagnostics.diagnostic import InputError
from .journal import Journal
from .manifest import NAME, Manifest, Source, read_manifest, write_manifest
from .replace import LOCK, unwritable
from .rows import between, year_start
from .series import Series
from .shard import Shard, read_shard, shard_of, write_shard, year_in
from .writer import Writer

ASIDE = ".damaged"


def repair(root: Path, series: Series, now: Callable[[], int], tell: Callable[[str], None]) -> bool:
    """Whether anything was mended; `tell` is told each step. Raises InputError."""
    folder = series.folder(root)
    lock = FileLock(folder / LOCK, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InputError(f"{series}: another process is writing to this series", help="wait until it is done") from None
    except OSError as error:
        raise unwritable(folder / LOCK, error) from None
    try:
        mended = _mend(folder, series, now(), lambda words: tell(f"{series}: {words}"))
    finally:
        lock.release()
    waiting = bool(Journal(folder))
    if waiting:
        tell(f"{series}: taking over the pages of an interrupted download")
    with Writer(root, series, now, tell):
        pass
    return mended or waiting


def _mend(folder: Path, series: Series, now: int, tell: Callable[[str], None]) -> bool:
    old, trusted = _old(folder, series, tell)
    mended = not trusted
    shards: dict[str, Shard] = {}
    covered = old.covered
    names = {path.name for path in folder.iterdir() if year_in(path.name) is not None}
    for name in sorted(names | set(old.shards)):
        shard = _sound(folder / name, series, now, tell)
        mended |= shard != old.shards.get(name)
        if shard is not None:
            words = _differs(old, name, shard) if trusted else ""
            if words:
                tell(f"{name}: {words}")
            shards[name] = shard
        if shard is None or shard.last < old.shards.get(name, shard).last:
            year = year_in(name)
            assert year is not None  # only such names are looked at
            low = year_start(year) if shard is None else shard.last + series.timeframe.ms
            covered = _without(covered, low, year_start(year + 1))
    if not trusted and shards:
        ordered = [shards[name] for name in sorted(shards)]
        ends = ordered[0].first, ordered[-1].last
        rows = sum(shard.rows for shard in ordered)
        old = Manifest(series, sources=(Source("import", "made anew by repair", now, *ends, rows),))
        covered = tuple((shard.first, shard.last + series.timeframe.ms) for shard in ordered)
        tell(f"the manifest is made anew from {len(shards)} files; where the candles came from is not known any more")
    if mended or old.pending is not None:
        joined = Manifest(series)
        for low, high in covered:
            joined = joined.covering(low, high)
        manifest = replace(old, shards=shards, covered=joined.covered, pending=None, content_hash=None)
        write_manifest(folder / NAME, manifest)
    return mended


def _differs(old: Manifest, name: str, shard: Shard) -> str:
    """How a sound file is another than its manifest tells, in words."""
    known = old.shards.get(name)
    if shard in (known, old.pending):
        return ""
    if known is None:
        return "the manifest did not know this file; its candles are sound and are taken in"
    if known.sha256 != shard.sha256:
        return "the file changed since it was written; its candles are sound and are kept"
    return "the manifest told other rows, times or gaps than the file has, and is set right"


def _old(folder: Path, series: Series, tell: Callable[[str], None]) -> tuple[Manifest, bool]:
    try:
        return read_manifest(folder / NAME, series), True
    except FileNotFoundError:
        if not Journal(folder) or any(year_in(path.name) is not None for path in folder.iterdir()):
            tell("the manifest is missing")
    except InputError as error:
        aside = _aside(folder / NAME)
        tell(f"{error.message}; it is put aside as {aside.name}")
    return Manifest(series), False


def _sound(path: Path, series: Series, now: int, tell: Callable[[str], None]) -> Shard | None:
    """The file as it is, without candles that are not closed yet; None when it is gone or put aside."""
    frame = series.timeframe
    if not path.exists():
        tell(f"{path.name} is missing; `stratrun data download` gets its candles again")
        return None
    try:
        rows = read_shard(path, frame)
    except InputError as error:
        aside = _aside(path)
        words = error.message.replace(str(path), path.name)
        tell(f"{words}; the file is put aside as {aside.name}, `stratrun data download` gets its candles again")
        return None
    closed = between(rows, None, now - frame.ms + 1)
    if len(closed.time) == len(rows.time):
        return shard_of(path, rows, frame)
    tell(f"{path.name}: {len(rows.time) - len(closed.time):,} candles that are not closed yet are dropped")
    if not len(closed.time):
        _aside(path)
        return None
    return write_shard(path, closed, frame, lambda shard: None)


def _aside(path: Path) -> Path:
    """Give a file another name that nobody reads."""
    number = 0
    while (target := path.with_name(f"{path.name}{ASIDE}{f'-{number}' if number else ''}")).exists():
        number += 1
    try:
        return path.rename(target)
    except OSError as error:
        raise unwritable(path, error) from None


def _without(covered: tuple[tuple[int, int], ...], begin: int, end: int) -> tuple[tuple[int, int], ...]:
    cut = [piece for low, high in covered for piece in ((low, min(high, begin)), (max(low, end), high))]
    return tuple((low, high) for low, high in cut if low < high)
