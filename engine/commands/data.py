"""`stratrun data`: the candle store. Each command reads options, calls the store and tells what came of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError
from . import data_options as own
from . import options
from .data_download import download
from .data_import import import_
from .data_options import now, teller
from .failures import FINDINGS, told
from .paths import CANDLES

if TYPE_CHECKING:
    from ..store.series import Series


@click.group("data")
def command() -> None:
    """Keep candles in a store: download, import, list, verify, repair, resample, export.

    \b
    stratrun data download binance BTC/USDT --timeframe 1h --from 2023-01-01
    stratrun data list
    stratrun backtest dip.yaml --candles store:binance --from 2024-01-01
    """


command.add_command(download)
command.add_command(import_)


@command.command("list", epilog="Example: stratrun data list")
@own.selection
@own.store
@options.form
@told
def show(form: str, folder: str | None, **given: Any) -> None:
    """Show what the store holds: from when to when, how many candles, gaps, size and where they came from."""
    from ..store.catalogue import entry
    from .data_text import entries_data, print_entries

    root, chosen = _chosen(folder, given)
    entries = [entry(root, series) for series in chosen]
    if form == "json":
        click.echo(json.dumps({"store": str(root), "series": entries_data(entries)}, indent=2, ensure_ascii=False))
    else:
        print_entries(root, entries)


@command.command("verify", epilog="Example: stratrun data verify --strict")
@own.selection
@own.store
@click.option("--strict", is_flag=True, help="Count gaps as findings; they are told and pass otherwise.")
@options.form
@told
def verify(form: str, folder: str | None, strict: bool, **given: Any) -> None:
    """Check checksums, order and numbers of candles, gaps, and that manifests tell what the files hold.

    Exit code 1 when something is wrong. Gaps are only told: venues have outages of their own.

    Example: stratrun data verify --venue binance
    """
    from ..store.verify import What
    from ..store.verify import verify as check
    from .data_progress import OneByOne

    root, chosen = _chosen(folder, given)
    with OneByOne(len(chosen)) as progress:
        found = [finding for series in progress.each(chosen) for finding in check(root, series, now())]
    wrong = [finding for finding in found if strict or finding.what is not What.GAPS]
    if form == "json":
        rows = [
            {"series": str(f.series), "what": str(f.what), "message": f.words, "help": f.mend, "finding": f in wrong}
            for f in found
        ]
        click.echo(json.dumps({"store": str(root), "checked": len(chosen), "findings": rows}, indent=2))
    else:
        for f in found:
            click.echo(f"{'error' if f in wrong else 'note'}: {f.series}: {f.words}\n  help: {f.mend}")
        words = f"{len(wrong):,} findings" if len(wrong) != 1 else "1 finding"
        click.echo(f"{len(chosen):,} series checked: {words if wrong else 'nothing wrong'}")
    if wrong:
        raise SystemExit(FINDINGS)


@command.command("repair", epilog="Example: stratrun data repair --refetch")
@own.selection
@own.store
@click.option("--refetch", is_flag=True, help="Ask the venue again for every gap; needs the network.")
@options.form
@told
def repair(form: str, folder: str | None, refetch: bool, **given: Any) -> None:
    """Mend what `verify` finds, telling every step; nothing is deleted.

    Damaged files are put aside, the manifest is made anew from the sound ones, and an interrupted download is taken
    over. What is missing then comes with --refetch or `stratrun data download`.
    """
    from ..store.repair import repair as mend
    from .data_download import refetch_gaps
    from .data_progress import OneByOne

    root, chosen = _chosen(folder, given)
    steps: list[str] = []
    with OneByOne(len(chosen)) as progress:
        mended = [one for one in progress.each(chosen) if mend(root, one, now, teller(steps, form))]
    came = refetch_gaps(root, chosen, teller(steps, form)) if refetch else {}
    if form == "json":
        rows = {"steps": steps, "mended": [str(s) for s in mended], "came": {str(s): n for s, n in came.items()}}
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for series, count in came.items():
        click.echo(f"{series}: {count:,} missing candles came")
    click.echo(f"{len(chosen):,} series looked at, {len(mended):,} mended")


@command.command("resample", epilog="Example: stratrun data resample BTC/USDT --timeframe 1m --to 5m --to 1h")
@click.argument("symbols", nargs=-1)
@click.option("--venue", metavar="NAME", help="Only this venue's candles.")
@click.option("--timeframe", required=True, metavar="TIMEFRAME", help="The faster candles to make them of.")
@click.option("--to", "slower", required=True, multiple=True, metavar="TIMEFRAME", help="What to make. Repeatable.")
@own.on_duplicate
@own.store
@options.form
@told
def resample(
    symbols: tuple[str, ...], venue: str | None, timeframe: str, slower: tuple[str, ...], rule: str,
    folder: str | None, form: str,
) -> None:  # fmt: skip
    """Store slower candles of SYMBOLS (all, if none is named), made of faster ones as strategies make them.

    Example: stratrun data resample BTC/USDT --timeframe 1m --to 5m --to 1h
    """
    from ..store.catalogue import select
    from ..store.rows import OnDuplicate
    from ..store.slower import resample_series
    from .data_progress import OneByOne

    root = own.root_of(folder)
    told_: list[str] = []
    frames = [own.timeframe_of(text, "--to") for text in slower]
    rows: list[tuple[str, int]] = []
    chosen = select(root, venue, symbols, (own.timeframe_of(timeframe, "--timeframe").name,))
    try:
        with OneByOne(len(chosen)) as progress:
            for series in progress.each(chosen):
                for frame in frames:
                    target, count = resample_series(root, series, frame, OnDuplicate(rule), now, teller(told_, form))
                    rows.append((str(target), count))
    finally:  # what was made is there, whatever came after
        if form == "text":
            for name, count in rows:
                click.echo(f"{name}: {count:,} candles new or changed")
    if form == "json":
        told_rows = [{"series": name, "candles": count} for name, count in rows]
        click.echo(json.dumps(told_rows, indent=2, ensure_ascii=False))


@command.command("export", epilog="Example: stratrun data export btc.csv --symbol BTC/USDT --timeframe 1h")
@click.argument("out", type=CANDLES)
@own.selection
@own.between
@own.store
@options.form
@told
def export(out: str, folder: str | None, form: str, start: int | None, end: int | None, **given: Any) -> None:
    """Write one series to OUT (.csv, .parquet or .feather).

    Example: stratrun data export btc.csv --symbol BTC/USDT --timeframe 1h --from 2024-01-01
    """
    from ..store.export import export as write

    root, chosen = _chosen(folder, given)
    if len(chosen) != 1:
        several = ", ".join(map(str, chosen[:5])) or "none"
        raise InputError(
            f"one series goes into a file, {len(chosen)} fit: {several}", help="add --venue, --symbol, --timeframe"
        )
    count = write(root, chosen[0], Path(out).expanduser(), start, end)
    if form == "json":
        click.echo(json.dumps({"series": str(chosen[0]), "candles": count, "path": out}))
    else:
        click.echo(f"{chosen[0]}: {count:,} candles written to {out}")


def _chosen(folder: str | None, given: dict[str, Any]) -> tuple[Path, list[Series]]:
    from ..store.catalogue import select

    root = own.root_of(folder)
    return root, select(root, given["venue"], given["symbols"], given["timeframes"])
