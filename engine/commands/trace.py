"""`stratrun trace`: why a strategy did what it did at one candle."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import click

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import told
from .paths import PATH


@click.command("trace")
@click.argument("file", type=PATH)
@options.candles
@click.option(
    "--at", type=options.Instant(), required=True, metavar="TIME",
    help="When a candle closed (or opened), such as 2024-01-31T12:00.",
)  # fmt: skip
@click.option("--symbol", help="Which of the strategy's symbols; needed where it has several.")
@click.option("--side", type=click.Choice(["long", "short"]), help="Only this side's rules.")
@options.account_options
@options.settings
@options.params
@options.form
@told
def command(file: str, specs: Sequence[str], at: int, form: str, **given: Any) -> None:
    """Show what FILE saw at one candle: each rule with its values, what was decided, the position.

    \b
    stratrun trace dip.yaml --candles BTCUSDT-1h.csv --at 2024-01-31T12:00

    The back-test is run up to that candle. A decision is made at a candle's close: a time at which one candle closes
    and the next opens means the one that closes.
    """
    from ..api import load_candles
    from ..explaining.trace import chosen_side, chosen_symbol, trace
    from ..explaining.trace_text import trace_data, trace_lines
    from ..language.identity import meaning_hash
    from ..market.instrument import load_instruments
    from ..trading.account import Account
    from .tuned import compare_candles, strategy_of

    if not specs:
        raise InputError("no candles", help="pass --candles with a Parquet or CSV file, or a folder of them")
    strategy = strategy_of(file, given)
    chosen_symbol(strategy, given["symbol"])
    chosen_side(strategy, given["side"])
    instruments = load_instruments(given["instruments_file"], strategy.symbols, given["fee"])
    candles = load_candles(specs, strategy)
    compare_candles(candles, given)
    found = trace(
        strategy, candles, at, symbol=given["symbol"], side=given["side"],
        account=Account(given["capital"], given["slippage"]), instruments=instruments,
    )  # fmt: skip
    if form == "json":
        content = {"strategy": strategy.name, "strategy_hash": meaning_hash(strategy), **trace_data(found)}
        click.echo(json.dumps(content, indent=2, ensure_ascii=False))
        return
    for line in trace_lines(found, strategy, plain=not options.shows_marks(sys.stdout)):
        click.echo(line)
