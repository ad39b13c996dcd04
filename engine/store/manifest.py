"""What a series holds and where it came from: `manifest.json` beside its files, written whole, read with suspicion."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ..diagnostics.diagnostic import InputError
from .replace import replacing
from .series import Series
from .shard import Shard, year_in

NAME = "manifest.json"
FORMAT = 1
LARGEST = 256 << 20
_MOST_MS = 1 << 53


@dataclass(frozen=True, slots=True)
class Source:
    """Where candles came from: `how` is api, dump, import or resample; `what` an address or a file; times ms UTC."""

    how: str
    what: str
    when: int
    first: int
    last: int
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """`covered`: stretches [begin, end) that some source was asked for, in order, apart; `dumps`: SHA-256 by the name
    of a public file; `pending`: what a file will be once it is renamed, while a write is under way; `content_hash`: of
    all candles whatever files they lie in, None until it is computed."""

    series: Series
    shards: Mapping[str, Shard] = field(default_factory=dict)
    covered: tuple[tuple[int, int], ...] = ()
    sources: tuple[Source, ...] = ()
    dumps: Mapping[str, str] = field(default_factory=dict)
    pending: Shard | None = None
    content_hash: str | None = None

    @property
    def ordered(self) -> list[Shard]:
        """The files, oldest first."""
        return [self.shards[name] for name in sorted(self.shards)]

    @property
    def rows(self) -> int:
        return sum(shard.rows for shard in self.shards.values())

    @property
    def first(self) -> int | None:
        return self.ordered[0].first if self.shards else None

    @property
    def last(self) -> int | None:
        return self.ordered[-1].last if self.shards else None

    @property
    def holes(self) -> list[tuple[int, int]]:
        """Missing stretches inside and between the files."""
        found: list[tuple[int, int]] = []
        before: Shard | None = None
        ms = self.series.timeframe.ms
        for shard in self.ordered:
            if before is not None and shard.first - before.last > ms:
                found.append((before.last + ms, (shard.first - before.last) // ms - 1))
            found += shard.holes
            before = shard
        return found

    def covering(self, begin: int, end: int) -> Manifest:
        """With a stretch more that was asked for."""
        joined: list[tuple[int, int]] = []
        for low, high in sorted([*self.covered, (begin, end)]):
            if joined and low <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], high))
            elif low < high:
                joined.append((low, high))
        return replace(self, covered=tuple(joined))

    def lacking(self, begin: int, end: int) -> list[tuple[int, int]]:
        """The parts of [begin, end) that nobody asked for yet."""
        found, at = [], begin
        for low, high in self.covered:
            if low >= end:
                break
            if low > at:
                found.append((at, low))
            at = max(at, high)
        return [*found, (at, end)] if at < end else found

    def told(self, source: Source) -> Manifest:
        """With a source more; what follows the last one of the same address is joined to it."""
        *before, last = self.sources or (None,)
        if last is not None and (last.how, last.what) == (source.how, source.what):
            source = replace(
                source, first=min(last.first, source.first), last=max(last.last, source.last),
                rows=last.rows + source.rows,
            )  # fmt: skip
            return replace(self, sources=(*(s for s in before if s is not None), source))
        return replace(self, sources=(*self.sources, source))


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Raises InputError."""
    with replacing(path) as neighbour:
        neighbour.write_text(json.dumps(to_data(manifest), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def to_data(manifest: Manifest) -> dict[str, Any]:
    """The manifest as JSON has it: what is derived stands in it too, for readers without this program."""
    series = manifest.series
    data = {
        "stratrun_candles": FORMAT, "venue": series.venue, "type": str(series.kind), "symbol": series.symbol,
        "timeframe": series.timeframe.name, "rows": manifest.rows, "first": manifest.first, "last": manifest.last,
        "gaps": {"count": len(manifest.holes), "missing": sum(n for _, n in manifest.holes)},
        "content_hash": manifest.content_hash,
        "files": [asdict(shard) for shard in manifest.ordered],
        "covered": manifest.covered, "sources": [asdict(source) for source in manifest.sources],
        "dumps": dict(manifest.dumps),
    }  # fmt: skip
    return data | ({"pending": asdict(manifest.pending)} if manifest.pending else {})


def read_manifest(path: Path, series: Series) -> Manifest:
    """Raises FileNotFoundError where there is none, InputError for one that cannot be trusted."""
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("it is too large")
        data = json.loads(path.read_bytes())
        return _manifest(data, series)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        words = str(error) if type(error) is ValueError else "it is not what this program writes"
        raise InputError(
            f"{path}: the manifest is damaged: {words}", help="`stratrun data repair` makes it anew from the files"
        ) from None


def _manifest(data: Any, series: Series) -> Manifest:
    if data["stratrun_candles"] != FORMAT:
        raise ValueError(f"its format is {data['stratrun_candles']!r:.20}, this release reads {FORMAT}")
    named = (data["venue"], data["type"], data["symbol"], data["timeframe"])
    if named != (series.venue, str(series.kind), series.symbol, series.timeframe.name):
        raise ValueError("it is of another series than its folder")
    shards = [_shard(row) for row in data["files"]]
    pending = data.get("pending")
    return Manifest(
        series, {shard.name: shard for shard in shards}, tuple((_time(a), _time(b)) for a, b in data["covered"]),
        tuple(
            Source(str(s["how"]), str(s["what"]), _time(s["when"]), _time(s["first"]), _time(s["last"]),
                   _time(s["rows"])) for s in data["sources"]
        ),
        {str(name): str(digest) for name, digest in data["dumps"].items()},
        _shard(pending) if pending else None,
        None if data["content_hash"] is None else str(data["content_hash"]),
    )  # fmt: skip


def _shard(row: Any) -> Shard:
    name = str(row["name"])
    if year_in(name) is None:
        raise ValueError(f"`{name[:40]}` is no file of a year")
    holes = tuple((_time(first), _time(count)) for first, count in row["holes"])
    return Shard(
        name, _time(row["rows"]), _time(row["first"]), _time(row["last"]), _time(row["size"]), str(row["sha256"]), holes
    )


def _time(value: Any) -> int:
    if type(value) is not int or not 0 <= value < _MOST_MS:
        raise ValueError(f"{value!r:.40} is no number that belongs there")
    return value
