"""`stratrun backtest`: a strategy over past candles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import told

LARGE = 100_000
"""Candles from which most strategies run as machine code."""


@click.command("backtest")
@click.argument("file", type=click.Path())
@options.candles
@click.option("--from", "start", type=options.Instant(), help="Trade from this date on (candles before it warm up).")
@click.option("--to", "end", type=options.Instant(), help="Stop before this date.")
@options.account_options
@options.settings
@click.option("--trades", "trades_out", metavar="OUT", type=click.Path(), help="Write trades (.csv or .parquet).")
@click.option("--equity", "equity_out", metavar="OUT", type=click.Path(), help="Write equity per candle likewise.")
@options.form
@told
def command(file: str, specs: Sequence[str], start: int | None, end: int | None, form: str, **given: Any) -> None:
    """Run a strategy FILE over past candles and report what it did.

    Signals are decided at a candle's close and filled at the next open; stops and targets inside candles, the stop
    first. Candle files are matched to symbols by name (BTCUSDT-1h.parquet is BTC/USDT) or named with SYMBOL=PATH.
    """
    from ..api import load, load_candles
    from ..kernel import kept, prepared
    from ..market.instrument import load_instruments
    from ..report.tables import check_table_path, write_equity, write_trades
    from ..research.backtest import backtest
    from ..trading.account import Account

    outputs = [given["trades_out"], given["equity_out"]]
    for path in filter(None, outputs):
        check_table_path(path)
    if outputs[0] and outputs[1] and Path(outputs[0]).resolve() == Path(outputs[1]).resolve():
        raise InputError(f"--trades and --equity name the same file, {outputs[0]}", help="name two files")
    if not specs:
        raise InputError("no candles", help="pass --candles with a Parquet or CSV file, or a folder of them")
    if start is not None and end is not None and start >= end:
        raise InputError("--from is not before --to", help="give an earlier --from")
    strategy = load(file, options.overrides_of(given["settings"]))
    instruments = load_instruments(given["instruments_file"], strategy.symbols, given["fee"])
    account = Account(given["capital"], given["slippage"])
    candles = load_candles(specs, strategy)
    if sum(len(c) for c in candles.values()) > LARGE and not prepared():
        often = "once, some seconds" if kept() else "some seconds in every run, as the cache folder cannot be written"
        click.echo(f"preparing machine code for large runs: {often}", err=True)
    result = backtest(strategy, candles, account=account, instruments=instruments, start=start, end=end)
    if given["trades_out"]:
        write_trades(given["trades_out"], result.trades)
    if given["equity_out"]:
        write_equity(given["equity_out"], result.time, result.equity)
    tell(result, "back-test", form)


def tell(result: Any, mode: str, form: str, **flags: bool) -> None:
    """Print the report of a run."""
    from ..report.summary import to_json
    from ..research.summarise import summarise

    summary = summarise(result, mode, **flags)
    if form == "json":
        click.echo(json.dumps(to_json(summary), indent=2, ensure_ascii=False))
    else:
        from ..report.text import print_summary

        print_summary(summary)
