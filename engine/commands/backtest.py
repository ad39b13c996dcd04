"""`stratrun backtest`: a strategy over past candles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from . import options
from .failures import told
from .finished import StrategyRun
from .inputs import read_inputs, tell_preparation
from .outputs import Outputs
from .paths import PATH

if TYPE_CHECKING:
    from ..report.summary import Summary


@click.command("backtest")
@click.argument("file", type=PATH)
@options.candles
@options.span
@options.account_options
@options.grouped(options.fills)
@options.settings
@options.params
@options.limits
@options.grouped(options.outputs)
@click.option(
    "--bounds/--quick", default=None,
    help="Whether to run again with ambiguous candles the other way and at twice the costs; large runs do not.",
)  # fmt: skip
@click.option("--open", "show", is_flag=True, help="Open the page of --html or --out in the browser.")
@options.form
@told
def command(file: str, specs: Sequence[str], form: str, **given: Any) -> None:
    """Run a strategy or portfolio FILE over past candles and report what it did.

    Signals are decided at a candle's close and filled at the next open; stops and targets inside candles, the stop
    first. Candle files are matched to symbols by name (BTCUSDT-1h.parquet is BTC/USDT) or named with SYMBOL=PATH.

    Example: stratrun backtest dip.yaml --candles BTCUSDT-1h.parquet --fee 0.05% --slippage 2bps --html report.html
    """
    from ..language.document import is_portfolio
    from ..research.bounds import variants
    from ..research.record import data_hash
    from ..research.summarise import summarise

    if is_portfolio(file):
        from .portfolio import backtest_command

        backtest_command(file, specs, form, given)
        return
    outputs = Outputs.of(given, given["show"])
    inputs = read_inputs(file, specs, given)
    tell_preparation(inputs)
    result = inputs.run()
    asked = given["bounds"]
    otherwise = None if asked is False else variants(inputs, result, asked=bool(asked))
    summary = summarise(result, "back-test", venue=inputs.venue, variants=otherwise)
    outputs.write(StrategyRun(inputs, result, summary))
    print_report(summary, form, data_hash(inputs, result.candles) if form == "json" else "")
    if given["show"]:
        outputs.open()


def print_report(summary: Summary, form: str, data_hash: str = "") -> None:
    """A report as JSON or as text; `data_hash` tells a program what candles it was made of."""
    if form == "json":
        from ..report.summary import to_json

        click.echo(json.dumps(to_json(summary) | {"data_hash": data_hash}, indent=2, ensure_ascii=False))
    else:
        from ..report.text import print_summary

        print_summary(summary)
