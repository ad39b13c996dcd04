"""`stratrun eval`: expressions over candles as columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import told
from .paths import OUT, PATH

SHOWN = 20
_TRUTH = (False, True, None)
_WORDS = ("false", "true", "unknown")


@click.command("eval", epilog="Example: stratrun eval 'rsi(close, 14)' --candles BTCUSDT-1h.csv --last 5")
@click.argument("expressions", nargs=-1, required=True, metavar="EXPR...")
@options.candles
@click.option("--symbol", help="Which symbol's candles to take (BASE/QUOTE); needed where the files hold several.")
@click.option("--timeframe", default=None, help="Timeframe of the candles, such as 1h; told from the data if left out.")
@click.option("--strategy", "file", type=PATH, help="A strategy file whose named indicators may be used.")
@click.option("--out", metavar="FILE", type=OUT, help="Write all rows to a .csv or .parquet file.")
@click.option("--last", type=click.IntRange(1), default=SHOWN, show_default=True, help="Rows to print.")
@options.form
@told
def command(expressions: Sequence[str], specs: Sequence[str], form: str, **given: Any) -> None:
    """Evaluate expressions such as `rsi(close, 14)` or `close > 4h.ema(close, 50)` over candles.

    Prints the last rows; --out writes them all. Conditions are true or false; what is unknown
    (warm-up, a missing feed) stays empty in files and is null in JSON.
    """
    from ..api import evaluate
    from ..report.tables import check_table_path

    if given["out"]:
        check_table_path(given["out"])
    if not specs:
        raise InputError("no candles", help="pass --candles with a Parquet or CSV file")
    strategy, candles = _subject(specs, given)
    symbol = next(iter(candles))
    feeds = {name: candles[s] for name, s in strategy.feeds.items()} if strategy else None
    found = evaluate(
        expressions, candles[symbol], strategy=strategy, feeds=feeds, universe=candles if strategy else None
    )
    if given["out"]:
        _write(given["out"], found)
    if form == "json":
        _print_json(symbol, found, given["last"], strategy)
    else:
        _print_text(found, given["last"])


def _subject(specs: Sequence[str], given: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The strategy (if any) and the candles, the evaluated symbol's first."""
    from ..api import load, load_candles
    from ..market.probe import probe
    from ..market.timeframe import Timeframe
    from ..store.load import is_store
    from ..store.load import load_candles as read

    try:
        timeframe = Timeframe.parse(given["timeframe"]) if given["timeframe"] else None
    except ValueError as error:
        raise InputError(f"--timeframe: {error}") from None
    if given["file"]:
        strategy = load(given["file"])
        if timeframe not in (None, strategy.timeframe):
            raise InputError(
                f"--timeframe {timeframe}: the strategy runs on {strategy.timeframe}", help="leave --timeframe out"
            )
        candles = load_candles(specs, strategy)
        symbol = given["symbol"] or strategy.symbols[0]
        if symbol not in candles:
            raise InputError(f"--symbol {symbol} is not in the strategy", help=f"it has {', '.join(candles)}")
        return strategy, {symbol: candles[symbol], **candles}
    if any(map(is_store, specs)) and not (given["symbol"] and timeframe):
        raise InputError("a store holds many series", help="add --symbol and --timeframe")
    symbol, timeframe = probe(specs, given["symbol"], timeframe)
    return None, read(specs, [symbol], timeframe)


def _write(path: str, found: Any) -> None:
    from ..report.tables import Column, write_table

    columns = [Column(name, _cells(column, _TRUTH)) for name, column in found.columns.items()]
    write_table(path, [Column("time", found.time, is_time=True), *columns])


def _cells(column: Any, truth: Sequence[Any]) -> list[Any]:
    """Values as plain Python ones, unknown numbers as None; conditions as `truth` has them (false, true, unknown)."""
    values = column.tolist()
    if column.dtype.kind == "i":
        return [truth[v] for v in values]
    return [None if v != v else v for v in values]


def _print_json(symbol: str, found: Any, last: int, strategy: Any) -> None:
    from ..language.identity import meaning_hash
    from ..report.tables import iso

    content = {
        "symbol": symbol,
        "strategy_hash": meaning_hash(strategy) if strategy else None,
        "rows": len(found.time),
        "first": {name: found.plan.columns[found.plan.roots[name]].first for name in found.columns},
        "time": iso(found.time[-last:]),
        "columns": {name: _cells(column[-last:], _TRUTH) for name, column in found.columns.items()},
    }
    click.echo(json.dumps(content, indent=2, ensure_ascii=False))


def _print_text(found: Any, last: int) -> None:
    from ..report.tables import iso

    names = ["time", *found.columns]
    shown = [[t[:16].replace("T", " ") for t in iso(found.time[-last:])]]
    for column in found.columns.values():
        shown.append(
            ["-" if v is None else (v if isinstance(v, str) else f"{v:.8g}") for v in _cells(column[-last:], _WORDS)]
        )
    widths = [max([len(name), *(len(v) for v in values)]) for name, values in zip(names, shown, strict=True)]
    click.echo("  ".join(name.rjust(w) for name, w in zip(names, widths, strict=True)))
    for row in zip(*shown, strict=True):
        click.echo("  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)))
    if len(found.time) > last:
        click.echo(f"... the last {last} of {len(found.time):,} rows; --out FILE writes them all")
