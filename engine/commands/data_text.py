"""What the store holds, as a table for people and as data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from .width import columns

if TYPE_CHECKING:
    from ..store.catalogue import Entry
    from ..store.manifest import Manifest

_COLUMNS = ("venue", "symbol", "timeframe", "from", "to", "rows", "gaps", "size", "source")
_NUMBERS = {"rows", "gaps", "size"}
_TIME, _DAY = "time", len("2024-01-01")
_NEEDED_LEAST = ("source", "size", _TIME, "gaps", "rows")
"""What a narrow terminal does without, in this order."""


def about(manifest: Manifest) -> dict[str, Any]:
    """A series for programs; times are ISO 8601, None where there are no candles."""
    holes = manifest.holes
    series = manifest.series
    return {
        "venue": series.venue, "type": str(series.kind), "symbol": series.symbol, "timeframe": series.timeframe.name,
        "from": _day(manifest.first), "to": _day(manifest.last), "rows": manifest.rows,
        "gaps": {"count": len(holes), "missing": sum(count for _, count in holes)},
        "content_hash": manifest.content_hash,
    }  # fmt: skip


def entries_data(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Every series with its size and sources; a series with `trouble` has nothing else to tell."""
    rows = []
    for entry in entries:
        series = entry.series
        named = {"venue": series.venue, "type": str(series.kind), "symbol": series.symbol,
                 "timeframe": series.timeframe.name}  # fmt: skip
        held = about(entry.manifest) if entry.manifest else {"trouble": entry.trouble}
        rows.append(named | held | {"size": entry.size, "sources": entry.sources, "interrupted": entry.waiting})
    return rows


def print_entries(root: Path, entries: Sequence[Entry]) -> None:
    """The table, and what to do where the store is empty."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not entries:
        console.print(f"{root} holds nothing; `stratrun data download` fills it", soft_wrap=True)
        return
    rows = [_cells(entry) for entry in entries]
    for line in table_lines(rows, columns()):
        console.print(Text(line), soft_wrap=True)
    console.print(f"{len(entries):,} series, {_size(sum(e.size for e in entries))} in {root}", soft_wrap=True)


def table_lines(rows: Sequence[Mapping[str, str]], width: int | None) -> Iterator[str]:
    """The table with what there is room for; what is wrong with a series is told beneath it if not beside."""
    names = list(_COLUMNS)
    for less in (None, *_NEEDED_LEAST):
        names = [name for name in names if name != less]
        if less == _TIME:
            rows = [{**row, "from": row["from"][:_DAY], "to": row["to"][:_DAY]} for row in rows]
        widths = [max(len(name), *(len(row[name]) for row in rows)) for name in names]
        if width is None or sum(widths) + 2 * (len(widths) - 1) <= width:
            break
    for row in (dict(zip(names, names, strict=True)), *rows):
        cells = [row[n].rjust(w) if n in _NUMBERS else row[n].ljust(w) for n, w in zip(names, widths, strict=True)]
        yield "  ".join(cells).rstrip()
        if "source" not in names and row.get("trouble"):
            yield f"  {row['trouble']}"


def _cells(entry: Entry) -> dict[str, str]:
    """By column; `trouble` is what of the source is about the series itself."""
    manifest, series = entry.manifest, entry.series
    cells = {"venue": series.venue, "symbol": series.symbol, "timeframe": series.timeframe.name}
    if manifest is None:
        state = "interrupted: download it again" if entry.begun else "damaged: run `data verify`"
        return dict.fromkeys(_COLUMNS, "?") | cells | {"source": state, "trouble": state}
    trouble = "(interrupted)" if entry.waiting else ""
    return cells | {
        "from": _day(manifest.first) or "", "to": _day(manifest.last) or "", "rows": f"{manifest.rows:,}",
        "gaps": f"{len(manifest.holes):,}", "size": _size(entry.size), "source": f"{entry.sources} {trouble}".rstrip(),
        "trouble": trouble,
    }  # fmt: skip


def _day(time: int | None) -> str | None:
    return None if time is None else datetime.fromtimestamp(time / 1000, UTC).strftime("%Y-%m-%dT%H:%MZ")


def _size(size: int) -> str:
    value = float(size)
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:,.3g} GB"
