"""What a store holds: one row per series, out of the manifests alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..diagnostics.diagnostic import InputError
from .journal import Journal
from .manifest import NAME, Manifest, read_manifest
from .series import Series, find_series


@dataclass(frozen=True, slots=True)
class Entry:
    """`manifest` is None where it is missing or damaged, with the `trouble` in words; `waiting`: pages of an
    interrupted download are to be taken over."""

    series: Series
    manifest: Manifest | None
    trouble: str
    waiting: bool
    begun: bool = False
    """Its first download was cut off before any file of it was written, which is no damage."""

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(shard.size for shard in self.manifest.shards.values()) if self.manifest else 0

    @property
    def sources(self) -> str:
        """How its candles came: dump, api, import, resample."""
        return ", ".join(dict.fromkeys(source.how for source in self.manifest.sources)) if self.manifest else ""


def entry(root: Path, series: Series) -> Entry:
    """Raises InputError when the folder cannot be read."""
    folder = series.folder(root)
    waiting = bool(Journal(folder))
    try:
        return Entry(series, read_manifest(folder / NAME, series), "", waiting)
    except FileNotFoundError:
        begun = waiting and not any(folder.glob("*.parquet"))
        trouble = "its first download was interrupted" if begun else "the manifest is missing"
        return Entry(series, None, trouble, waiting, begun)
    except InputError as error:
        return Entry(series, None, error.message, waiting)


def select(
    root: Path, venue: str | None = None, symbols: tuple[str, ...] = (), timeframes: tuple[str, ...] = ()
) -> list[Series]:
    """The series of a store that fit all that is given. Raises InputError when something is given and nothing fits."""
    every = find_series(root)
    found = [
        series
        for series in every
        if (venue is None or series.venue == venue)
        and (not symbols or series.symbol in symbols)
        and (not timeframes or series.timeframe.name in timeframes)
    ]
    if not found and (venue or symbols or timeframes):
        wanted = " ".join(text for text in (venue or "", ", ".join(symbols), ", ".join(timeframes)) if text)
        there = ", ".join(map(str, every[:5])) or "nothing"
        raise InputError(f"{root}: the store has no {wanted}", help=f"it has {there}{' …' if len(every) > 5 else ''}")
    return found
