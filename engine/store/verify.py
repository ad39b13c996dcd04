"""A stored series -> what is wrong with it: files against the manifest, candles against their promises."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from ..diagnostics.diagnostic import InputError
from ..market.columns import moment
from .content import content_hash
from .journal import Journal
from .manifest import NAME, Manifest, read_manifest
from .replace import LOCK
from .series import Series
from .shard import Shard, digest_of, read_shard, shard_of, year_in

_LISTED = 3


class Find(Protocol):
    """Takes a finding in words."""

    def __call__(self, what: What, words: str, mend: str = ...) -> None: ...


class What(StrEnum):
    """Kinds of findings."""

    MANIFEST = "manifest"
    FILE = "file"
    CANDLES = "candles"
    CHANGED = "changed"
    FUTURE = "future"
    UNFINISHED = "unfinished"
    STRAY = "stray"
    GAPS = "gaps"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `mend` is what to do. Gaps are no finding where the venue itself had none to give."""

    series: Series
    what: What
    words: str
    mend: str


def verify(root: Path, series: Series, now: int) -> list[Finding]:
    """Everything that is wrong with a series, gaps included.

    Raises InputError when its folder cannot be read, or while another process writes to it.
    """
    folder = series.folder(root)
    try:
        with FileLock(folder / LOCK, timeout=0, thread_local=False):
            return _verify(folder, series, now)
    except Timeout:
        raise InputError(
            f"{series}: another process is writing to this series", help="verify it when that is done"
        ) from None
    except OSError:  # a read-only store has no writers
        return _verify(folder, series, now)


def _verify(folder: Path, series: Series, now: int) -> list[Finding]:
    found: list[Finding] = []

    def find(what: What, words: str, mend: str = "stratrun data repair") -> None:
        found.append(Finding(series, what, words, mend))

    manifest: Manifest | None = None
    try:
        manifest = read_manifest(folder / NAME, series)
        names = sorted(path.name for path in folder.iterdir())
    except FileNotFoundError:
        names = sorted(path.name for path in folder.iterdir())
        begun = bool(Journal(folder)) and not any(year_in(name) is not None for name in names)
        if not begun:  # pages alone are told below: a manifest comes with the first file
            find(What.MANIFEST, "the manifest is missing")
    except InputError as error:
        find(What.MANIFEST, error.message)
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise InputError(f"{folder}: cannot be read: {error.strerror or error}") from None
    sound = _check_files(folder, series, manifest, names, find)
    if manifest is not None and sound:
        _check_whole(folder, manifest, now, find)
    if Journal(folder):
        torn = Journal(folder).torn()
        words = f"a download was interrupted: pages wait to be taken over{f', {torn:,} bytes are torn' if torn else ''}"
        find(What.UNFINISHED, words, "stratrun data download, or stratrun data repair")
    if manifest is not None and manifest.pending is not None:
        find(What.UNFINISHED, f"a write of {manifest.pending.name} was interrupted")
    return found


def _check_files(folder: Path, series: Series, manifest: Manifest | None, names: list[str], find: Find) -> bool:
    known = manifest.shards if manifest else {}
    sound = True
    for name in sorted({name for name in names if year_in(name) is not None} | set(known)):
        path, told = folder / name, known.get(name)
        pending = manifest.pending if manifest else None
        try:
            if told is not None and digest_of(path) not in (
                told.sha256, pending.sha256 if pending and pending.name == name else told.sha256,
            ):  # fmt: skip
                find(What.CHANGED, f"{name}: the file is not the one that was written (its checksum differs)")
                sound = False
            actual = shard_of(path, read_shard(path, series.timeframe), series.timeframe)
        except FileNotFoundError:
            find(What.FILE, f"{name}: the file is missing")
            sound = False
            continue
        except OSError as error:
            find(What.FILE, f"{name}: cannot be read: {error.strerror or error}", "look at the disk and its rights")
            sound = False
            continue
        except InputError as error:
            find(What.CANDLES, error.message.replace(f"{path}", name))
            sound = False
            continue
        if told is None and manifest is not None and not (pending and pending.name == name):
            find(What.STRAY, f"{name}: the manifest does not know this file")
            sound = False
        elif told is not None and not _agree(told, actual):
            find(What.MANIFEST, f"{name}: the manifest tells other rows, times or gaps than the file has")
            sound = False
    return sound


def _agree(told: Shard, actual: Shard) -> bool:
    return (told.rows, told.first, told.last, told.holes) == (actual.rows, actual.first, actual.last, actual.holes)


def _check_whole(folder: Path, manifest: Manifest, now: int, find: Find) -> None:
    if manifest.content_hash is not None and manifest.content_hash != content_hash(folder, manifest):
        find(What.CHANGED, "the content hash of the manifest is not that of the candles")
    last = manifest.last
    if last is not None and last + manifest.series.timeframe.ms > now:
        find(What.FUTURE, f"the last candle, {moment(last)}, is not closed yet: was a clock wrong?")
    holes = manifest.holes
    if holes:
        shown = ", ".join(
            f"{moment(first)} ({count:,})" for first, count in sorted(holes, key=lambda h: -h[1])[:_LISTED]
        )
        words = f"{len(holes):,} gaps, {sum(n for _, n in holes):,} candles missing; the longest from {shown}"
        find(What.GAPS, words, "stratrun data repair --refetch asks the venue again")
