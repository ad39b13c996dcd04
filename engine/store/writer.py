"""The one writer of a series: pages and rows in, year files and a manifest out, whole after every step.

1. Take the series' lock and read its manifest.
2. Settle what an earlier writer left: a file that was about to be renamed, pages not in a file yet.
3. A page goes to the journal and is durable; many pages, or the end, are folded into the year files.
4. A file takes its name between two manifests: the first tells what it will be, the second that it is.
5. At the end the content hash is computed and the lock given back, also when the work was interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Literal

from filelock import FileLock, Timeout

from ..diagnostics.diagnostic import InputError
from ..market.columns import Columns
from .content import content_hash
from .journal import Journal, Page
from .manifest import NAME, Manifest, Source, read_manifest, write_manifest
from .replace import LOCK, drop_leftovers, unwritable
from .root import make_root
from .rows import OnDuplicate, by_year, empty, join, merge, take
from .series import Series
from .shard import Shard, digest_of, read_shard, shard_name, write_shard, year_in

FOLD = 65_536
"""Rows in the journal from which they are folded into files."""


class Writer:
    """`now` gives ms UTC; `tell` takes warnings. A context manager: enter it before anything else."""

    def __init__(self, root: Path, series: Series, now: Callable[[], int], tell: Callable[[str], None]) -> None:
        self.series, self.folder, self.manifest = series, series.folder(root), Manifest(series)
        self._root, self._now, self._tell = root, now, tell
        self._lock = FileLock(self.folder / LOCK, thread_local=False)
        self._journal = Journal(self.folder)
        self._waiting, self._written = 0, self.manifest

    def __enter__(self) -> Writer:
        """Raises InputError when another process writes here, or what is here must be repaired first."""
        make_root(self._root)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise InputError(
                f"{self.series}: another process is writing to this series", help="wait until it is done, and try again"
            ) from None
        except OSError as error:
            raise unwritable(self.folder / LOCK, error) from None
        drop_leftovers(self.folder)
        try:
            self.manifest = self._written = self._settled()
            self._recover()
        except BaseException:  # Ctrl-C, too: `__exit__` is not called for what did not begin
            self._lock.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        try:
            if kind is None:
                self._close()
            else:  # what came is in the journal already; the first error is the one to tell
                with suppress(InputError):
                    self._close()
        finally:
            self._lock.release()
        return False

    def append(self, page: Page) -> None:
        """Keep a page of the venue's answers, durably. Raises InputError."""
        self._journal.append(page)
        self._waiting += len(page.columns.time)
        if self._waiting >= FOLD:
            self._fold()

    def flush(self) -> None:
        """Bring the pages that were appended into the files. Raises InputError."""
        if self._journal:
            self._fold()

    def put(self, columns: Columns, source: Source, rule: OnDuplicate, covered: tuple[int, int] | None = None) -> int:
        """Merge rows (in order, checked) into the files; return how many are new or changed. Raises InputError."""
        changed = 0
        for year, rows in by_year(columns):
            changed += self._put_year(year, rows, rule)
        manifest = self.manifest.told(replace(source, rows=changed)) if changed else self.manifest
        if covered:
            manifest = manifest.covering(*covered)
        if manifest != self.manifest:
            self._write(manifest)
        return changed

    def note_dump(self, name: str, digest: str) -> None:
        """Remember a public file by its checksum; it is written with the next rows or at the end."""
        self.manifest = replace(self.manifest, dumps={**self.manifest.dumps, name: digest})

    def _put_year(self, year: int, rows: Columns, rule: OnDuplicate) -> int:
        name = shard_name(year)
        held = self._held(name)
        merged, changed = merge(held, rows, rule, f"{self.series} {year}")
        if not changed:
            return 0
        before = self.manifest

        def about(shard: Shard) -> None:
            self._write(replace(before, pending=shard))

        shard = write_shard(self.folder / name, merged, self.series.timeframe, about)
        self._write(replace(before, shards={**before.shards, name: shard}, pending=None, content_hash=None))
        return changed

    def _held(self, name: str) -> Columns:
        known = self.manifest.shards.get(name)
        if known is None:
            return empty()
        path = self.folder / name
        try:
            same = digest_of(path) == known.sha256
        except OSError as error:
            raise self._broken(f"{path}: cannot be read: {error.strerror or error}") from None
        if not same:
            raise self._broken(f"{path}: the file is not the one that was written")
        return read_shard(path, self.series.timeframe)

    def _settled(self) -> Manifest:
        try:
            found = read_manifest(self.folder / NAME, self.series)
        except FileNotFoundError:
            if any(year_in(path.name) is not None for path in self.folder.iterdir()):
                raise self._broken(f"{self.folder}: the manifest is missing") from None
            return Manifest(self.series)
        if found.pending is None:
            return found
        with suppress(OSError):
            if digest_of(self.folder / found.pending.name) == found.pending.sha256:
                shards = {**found.shards, found.pending.name: found.pending}
                return replace(found, shards=shards, pending=None, content_hash=None)
        return replace(found, pending=None)

    def _recover(self) -> None:
        """Take over what an interrupted download left in the journal."""
        if not self._journal:
            return
        torn = self._journal.torn()
        if torn:
            self._tell(
                f"{self.series}: the last page was cut off as it was written; its {torn:,} bytes are fetched anew"
            )
        self._fold()

    def _fold(self) -> None:
        pages = list(self._journal.pages())
        if pages:
            rows = _in_order([page.columns for page in pages])
            if len(rows.time):
                ends = int(rows.time[0]), int(rows.time[-1])
                source = Source("api", self.series.venue, self._now(), *ends, len(rows.time))
                self.put(rows, source, OnDuplicate.KEEP)
            manifest = self.manifest
            for page in pages:
                manifest = manifest.covering(page.begin, page.end)
            self._write(manifest)
        self._journal.clear()
        self._waiting = 0

    def _close(self) -> None:
        self.flush()
        manifest = self.manifest
        if manifest.content_hash is None and manifest.shards:
            manifest = replace(manifest, content_hash=content_hash(self.folder, manifest))
        if manifest != self._written:
            self._write(manifest)

    def _write(self, manifest: Manifest) -> None:
        write_manifest(self.folder / NAME, manifest)
        self.manifest = self._written = manifest

    def _broken(self, words: str) -> InputError:
        return InputError(words, help="`stratrun data repair` mends what can be mended, and tells it")


def _in_order(parts: list[Columns]) -> Columns:
    """Pages as one series; of candles of one time the first that came counts."""
    import numpy as np

    rows = join(parts)
    _, first = np.unique(rows.time, return_index=True)
    return take(rows, first)
