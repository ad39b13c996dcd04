"""What the store holds, as a table for people and as data for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from ..store.catalogue import Entry
    from ..store.manifest import Manifest


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
    table = Table(box=None, pad_edge=False)
    for name in ("venue", "symbol", "timeframe", "from", "to", "rows", "gaps", "size", "source"):
        table.add_column(name, justify="right" if name in ("rows", "gaps", "size") else "left", no_wrap=True)
    for entry in entries:
        manifest, series = entry.manifest, entry.series
        named = (series.venue, series.symbol, series.timeframe.name)
        if manifest is None:
            state = "interrupted: download it again" if entry.begun else "damaged: run `data verify`"
            table.add_row(*(Text(text) for text in (*named, "?", "?", "?", "?", "?", state)))
            continue
        source = entry.sources + (" (interrupted)" if entry.waiting else "")
        held = (_day(manifest.first) or "", _day(manifest.last) or "", f"{manifest.rows:,}", f"{len(manifest.holes):,}")
        table.add_row(*(Text(text) for text in (*named, *held, _size(entry.size), source)))
    width = None if console.is_terminal else 200
    Console(highlight=False, markup=False, emoji=False, width=width).print(table)
    console.print(f"{len(entries):,} series, {_size(sum(e.size for e in entries))} in {root}", soft_wrap=True)


def _day(time: int | None) -> str | None:
    return None if time is None else datetime.fromtimestamp(time / 1000, UTC).strftime("%Y-%m-%dT%H:%MZ")


def _size(size: int) -> str:
    value = float(size)
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:,.3g} GB"
