"""`stratrun data download`: candles of a venue into the store, going on from where they end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import Diagnostic, InputError
from . import data_options as own
from . import options
from .data_options import now, teller
from .failures import COULD_NOT_RUN, fail, told

if TYPE_CHECKING:
    from ..store.pages import Dumps
    from ..store.series import Series

YEAR = 365 * 86_400_000


@click.command("download")
@click.argument("venue")
@click.argument("symbols", nargs=-1, required=True)
@click.option("--timeframe", "timeframes", multiple=True, required=True, metavar="TIMEFRAME",
              help="Such as 1m or 1h. May be given several times.")  # fmt: skip
@click.option("--from", "start", type=options.Instant(),
              help="Candles from this date on; a year ago for a symbol not stored yet, if left out.")  # fmt: skip
@click.option("--to", "end", type=options.Instant(), help="Stop before this date; now, if left out.")
@click.option("--no-dumps", is_flag=True, help="Ask the venue itself even where it publishes files of its candles.")
@click.option("--base-url", metavar="URL", help="Where such files are, for a mirror of them.")
@click.option("--recheck", is_flag=True, help="Compare published files taken before, and take revised ones anew.")
@own.store
@options.form
@told
def download(venue: str, symbols: Sequence[str], timeframes: Sequence[str], form: str, **given: Any) -> None:
    """Bring candles of SYMBOLS at VENUE (a name ccxt knows) into the store. Needs the network, and no key.

    Only what is lacking is asked for, and what came is kept at once: interrupted by Ctrl-C or a crash, the same command
    goes on from there.

    Example: stratrun data download binance BTC/USDT ETH/USDT --timeframe 1h --timeframe 1m --from 2023-01-01
    """
    from ..store.series import Series

    if given["start"] is not None and given["end"] is not None and given["start"] >= given["end"]:
        raise InputError("--from is not before --to", help="give an earlier --from")
    wanted = [Series.of(venue, symbol, text) for symbol in dict.fromkeys(symbols) for text in dict.fromkeys(timeframes)]
    root = own.new_root_of(given["folder"])
    dumps = None if given["no_dumps"] else dumps_of(venue, given["base_url"])
    rows, failed = _all(root, wanted, dumps, form, given)
    if form == "json":
        told_ = [{"series": str(f[0]), "message": f[1].message, "help": f[1].help} for f in failed]
        click.echo(json.dumps({"store": str(root), "series": rows, "failed": told_}, indent=2, ensure_ascii=False))
        if failed:
            raise SystemExit(COULD_NOT_RUN)
    elif failed:
        fail([Diagnostic(e.code, f"{series}: {e.message}", help=e.help) for series, e in failed], form, COULD_NOT_RUN)


def dumps_of(venue: str, base: str | None) -> Dumps | None:
    """The published files of a venue, where it has any. Raises InputError."""
    from ..brokers.dumps import BASES, BinanceDumps

    if venue not in BASES:
        if base:
            raise InputError(f"--base-url: {venue} publishes no files", help=f"known are those of {', '.join(BASES)}")
        return None
    return BinanceDumps(base or BASES[venue])


def refetch_gaps(root: Path, chosen: Sequence[Series], tell: Callable[[str], None]) -> dict[Series, int]:
    """Ask each series' venue for its gaps; return how many candles came. Raises InputError."""
    from ..brokers.history import CcxtPages
    from ..store.download import Line, refetch
    from ..store.writer import Writer
    from .data_progress import Downloading

    came: dict[Series, int] = {}
    for series in chosen:
        with CcxtPages(series.venue) as pages, Writer(root, series, now, tell) as writer:
            if writer.manifest.holes:
                with Downloading(str(series), 0, 0, tell) as listener:
                    came[series] = refetch(writer, Line(pages, None, now, time.sleep, listener))
    return came


def _all(
    root: Path, wanted: Sequence[Series], dumps: Dumps | None, form: str, given: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[tuple[Series, InputError]]]:
    """Every series in turn; one that fails keeps no other from coming."""
    from ..brokers.history import CcxtPages

    rows: list[dict[str, Any]] = []
    failed: list[tuple[Series, InputError]] = []
    with CcxtPages(wanted[0].venue) as pages:
        for series in wanted:
            try:
                rows.append(_one(root, series, pages, dumps, form, given))
            except InputError as error:
                failed.append((series, error))
            except KeyboardInterrupt:
                click.echo(f"{series}: what came is kept; the same command goes on from there", err=True)
                raise
    return rows, failed


def _one(
    root: Path, series: Series, pages: Any, dumps: Dumps | None, form: str, given: dict[str, Any]
) -> dict[str, Any]:
    from ..store import download as work
    from ..store.writer import Writer
    from .data_progress import Downloading
    from .data_text import about

    warnings: list[str] = []
    tell = teller(warnings, form)
    with Writer(root, series, now, tell) as writer:
        first = writer.manifest.first
        begin = given["start"] if given["start"] is not None else now() - YEAR if first is None else first
        with Downloading(str(series), begin, given["end"] or now(), tell) as listener:
            line = work.Line(pages, dumps, now, time.sleep, listener, given["recheck"])
            came = work.download(writer, line, begin, given["end"])
    row = about(writer.manifest) | {"came": came, "warnings": warnings}
    if form == "text":
        click.echo(f"{series}: {came:,} candles came{_held(row)}")
    return row


def _held(row: dict[str, Any]) -> str:
    if not row["rows"]:
        return "; the store has none of it"
    gaps = row["gaps"]
    words = f", {gaps['count']:,} gaps ({gaps['missing']:,} missing)" if gaps["count"] else ""
    return f"; stored {row['rows']:,}, {row['from']} to {row['to']}{words}"
