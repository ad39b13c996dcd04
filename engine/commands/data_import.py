"""`stratrun data import`: files of candles from elsewhere into the store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import Diagnostic, InputError
from . import data_options as own
from . import options
from .data_options import now, teller
from .failures import COULD_NOT_RUN, FINDINGS, fail, told
from .paths import PATH

if TYPE_CHECKING:
    from ..market.timeframe import Timeframe
    from ..store.rows import OnDuplicate


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=PATH)
@click.option("--venue", required=True, metavar="NAME", help="Where the candles are from, such as binance.")
@click.option("--symbol", metavar="SYMBOL", help="What they are of; the file's name tells it, if left out.")
@click.option("--timeframe", metavar="TIMEFRAME", help="Their length; the file's name or its times tell it otherwise.")
@click.option("--timezone", metavar="ZONE", help="What times without an offset are of: UTC, Europe/Berlin, ...")
@own.on_duplicate
@own.store
@options.form
@told
def import_(paths: Sequence[str], venue: str, form: str, **given: Any) -> None:
    """Bring files of candles into the store: CSV (also TradingView's), Parquet, Feather and freqtrade's JSON.

    Every row is checked; a file with a row that is no candle is refused with the row and what to do. Of a file that
    takes several batches the ones before that row are kept, and importing the mended file adds the rest. Exit code 1
    when some files could not be imported, 2 when none could.

    Example: stratrun data import user_data/data/binance --venue binance
    """
    from ..market.local_times import check_zone
    from ..store.incoming import find_incoming
    from ..store.rows import OnDuplicate

    rule = OnDuplicate(given["rule"])
    timeframe = own.timeframe_of(given["timeframe"], "--timeframe") if given["timeframe"] else None
    zone = check_zone(given["timezone"], "--timezone") if given["timezone"] is not None else None
    files = find_incoming([Path(path).expanduser() for path in paths])
    root = own.new_root_of(given["folder"])
    rows: list[dict[str, Any]] = []
    failed: list[tuple[Path, InputError]] = []
    for path in files:
        try:
            rows.append(_one(root, path, venue, given["symbol"], timeframe, rule, zone))
            if form == "text":
                click.echo(f"{path}: {rows[-1]['meaning']}\n  {rows[-1]['series']}: {rows[-1]['came']:,} candles came, "
                           f"{rows[-1]['rows']:,} read")  # fmt: skip
        except InputError as error:
            failed.append((path, error))
    code = FINDINGS if rows else COULD_NOT_RUN
    if form == "json":
        told_ = [{"path": str(path), "message": error.message, "help": error.help} for path, error in failed]
        click.echo(json.dumps({"store": str(root), "files": rows, "failed": told_}, indent=2, ensure_ascii=False))
        if failed:
            raise SystemExit(code)
    elif failed:
        fail([Diagnostic(error.code, error.message, help=error.help) for _, error in failed], form, code)


def _one(
    root: Path,
    path: Path,
    venue: str,
    symbol: str | None,
    timeframe: Timeframe | None,
    rule: OnDuplicate,
    zone: str | None,
) -> dict[str, Any]:
    from ..store.incoming import open_incoming
    from ..store.manifest import Source
    from ..store.writer import Writer

    found = open_incoming(path, venue, symbol, timeframe, rule, zone=zone)
    warnings: list[str] = []
    came = rows = 0
    before: int | None = None
    with Writer(root, found.series, now, teller(warnings, "text")) as writer:
        for batch in found.batches:
            ends = int(batch.time[0]), int(batch.time[-1])
            source = Source("import", path.name, now(), *ends, len(batch.time))
            begin = ends[0] if before is None else before
            came += writer.put(batch, source, rule, (begin, ends[1] + found.series.timeframe.ms))
            before = ends[1]
            rows += len(batch.time)
    return {"path": str(path), "series": str(found.series), "meaning": found.meaning, "rows": rows, "came": came,
            "content_hash": writer.manifest.content_hash}  # fmt: skip
