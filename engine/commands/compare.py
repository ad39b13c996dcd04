"""`stratrun compare`: several runs side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import told
from .finished import PortfolioRun, StrategyRun
from .inputs import read_inputs, tell_preparation
from .outputs import write_bytes
from .paths import OUT, PATH

if TYPE_CHECKING:
    from ..report.comparison import Comparison
    from ..report.run_folder import Run


@click.command("compare")
@click.argument("runs", nargs=-1, required=True, type=PATH, metavar="RUN RUN...")
@options.candles
@options.span
@options.account_options
@options.grouped(options.fills)
@options.settings
@options.limits
@click.option("--members", is_flag=True, help="Put the members of each portfolio beside it.")
@click.option("--output", metavar="OUT", type=OUT, help="Write to a file instead of printing.")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "json", "html"]), default="text", show_default=True,
    help="What to print: words, tables for a pull request, JSON for programs or a page with charts.",
)  # fmt: skip
@told
def command(runs: Sequence[str], specs: Sequence[str], form: str, members: bool, **given: Any) -> None:
    """Compare runs: folders that `backtest --out` wrote, or files of strategies or portfolios, run here over --candles.

    Figures, differences to the first run, correlation of daily returns and common trades; warns where the runs differ
    in candles, range or costs.

    \b
    stratrun compare runs/old runs/new
    stratrun compare dip.yaml dip2.yaml --candles BTCUSDT-1h.parquet --format html --output compare.html
    """
    from ..report.comparison import compare

    files = [run for run in runs if not Path(run).is_dir()]
    if files and not specs:
        wanted = ", ".join(files)
        raise InputError(
            f"{wanted}: no folder of a run",
            help="name folders that `backtest --out` wrote, or pass --candles to back-test strategy files",
        )
    found = [_tested(run, specs, given, members) if run in files else _read(run, members) for run in runs]
    comparison = compare([run for part in found for run in part])
    if given["output"]:
        write_bytes(given["output"], _rendered(comparison, form))
    elif form == "text":
        from ..report.comparison_text import print_comparison

        print_comparison(comparison)
    else:
        click.echo(_rendered(comparison, form).decode(), nl=False)


def _read(path: str, members: bool) -> list[Run]:
    from ..report.run_folder import read_members, read_run

    run = read_run(path)
    return [run, *(read_members(path, run) if members else ())]


def _tested(file: str, specs: Sequence[str], given: dict[str, Any], members: bool) -> list[Run]:
    """The run of a strategy's or portfolio's file."""
    from ..language.document import is_portfolio

    name = Path(file).stem
    if is_portfolio(file):
        from ..research.summarise_portfolio import summarise_portfolio
        from .portfolio import read_portfolio_inputs

        whole = read_portfolio_inputs(file, specs, given)
        account = whole.run()
        told_ = summarise_portfolio(account, "back-test", venue=whole.venue)
        return PortfolioRun(whole, account, told_).runs(name, members)
    from ..research.summarise import summarise

    inputs = read_inputs(file, specs, given)
    tell_preparation(inputs)
    result = inputs.run()
    return StrategyRun(inputs, result, summarise(result, "back-test", venue=inputs.venue)).runs(name, members)


def _rendered(comparison: Comparison, form: str) -> bytes:
    if form == "json":
        from ..report.comparison import to_json

        return json.dumps(to_json(comparison), indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    if form == "html":
        from ..report.html.compare import compare_page

        return compare_page(comparison)
    if form == "markdown":
        from ..report.comparison_text import as_markdown

        return as_markdown(comparison).encode()
    import io

    from ..report.comparison_text import print_comparison

    text = io.StringIO()
    print_comparison(comparison, text)
    return text.getvalue().encode()
