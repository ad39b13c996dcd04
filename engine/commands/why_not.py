"""`stratrun why-not`: which conditions kept a strategy from trading."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import told
from .paths import PATH
from .width import columns


@click.command("why-not")
@click.argument("file", type=PATH)
@options.candles
@click.option("--from", "start", type=options.Instant(), help="Look from this date on (candles before it warm up).")
@click.option("--to", "end", type=options.Instant(), help="Stop before this date.")
@click.option("--symbol", help="Only this one of the strategy's symbols.")
@click.option("--side", type=click.Choice(["long", "short"]), help="Only this side.")
@options.account_options
@options.settings
@options.params
@options.form
@told
def command(file: str, specs: Sequence[str], start: int | None, end: int | None, form: str, **given: Any) -> None:
    """Show how often each entry condition of FILE held, and how often it was the only one missing.

    \b
    stratrun why-not dip.yaml --candles BTCUSDT-1h.csv --from 2024-01-01

    Then come the closes that missed a signal most narrowly, and what became of the signals there were.
    """
    from ..api import load_candles
    from ..explaining import why_not_text
    from ..explaining.trace import chosen_side, chosen_symbol
    from ..explaining.why_not import why_not
    from ..language.identity import meaning_hash, short_hash
    from ..market.instrument import load_instruments
    from ..trading.account import Account
    from .tuned import compare_candles, strategy_of

    if not specs:
        raise InputError("no candles", help="pass --candles with a Parquet or CSV file, or a folder of them")
    if start is not None and end is not None and start >= end:
        raise InputError("--from is not before --to", help="give an earlier --from")
    strategy = strategy_of(file, given)
    if given["symbol"]:
        chosen_symbol(strategy, given["symbol"])
    chosen_side(strategy, given["side"])
    candles = load_candles(specs, strategy)
    compare_candles(candles, given)
    found = why_not(
        strategy, candles, side=given["side"], symbol=given["symbol"],
        account=Account(given["capital"], given["slippage"]), start=start, end=end,
        instruments=load_instruments(given["instruments_file"], strategy.symbols, given["fee"]),
    )  # fmt: skip
    if form == "json":
        sides = [why_not_text.as_data(side) for side in found]
        content = {"strategy": strategy.name, "strategy_hash": meaning_hash(strategy), "sides": sides}
        click.echo(json.dumps(content, indent=2, ensure_ascii=False))
        return
    click.echo(f"{strategy.name}  strategy {short_hash(meaning_hash(strategy))}")
    for side in found:
        click.echo("")
        for line in why_not_text.as_lines(side, strategy, columns()):
            click.echo(line)
