"""What `backtest` and `run` do with a `kind: portfolio` file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ..language.portfolios.together import as_one
from .finished import PortfolioRun
from .inputs import LARGE, inputs_of, tell_preparation
from .outputs import Outputs

if TYPE_CHECKING:
    from ..language.portfolio import Portfolio
    from ..report.portfolio_summary import PortfolioSummary
    from ..research.inputs import Inputs
    from ..research.portfolio_inputs import PortfolioInputs


def backtest_command(file: str, specs: Sequence[str], form: str, given: Mapping[str, Any]) -> None:
    """Run a portfolio over past candles and report what it did. Raises InputError, DocumentError."""
    from ..research.bounds import variants
    from ..research.record import data_hash
    from ..research.summarise_portfolio import summarise_portfolio

    outputs, asked = Outputs.of(given, given["show"]), given["bounds"]
    inputs = read_portfolio_inputs(file, specs, given)
    result = inputs.run()
    otherwise = None if asked is False else variants(inputs, result, asked=bool(asked))
    summary = summarise_portfolio(result, "back-test", venue=inputs.venue, variants=otherwise)
    outputs.write(PortfolioRun(inputs, result, summary))
    print_report(summary, form, data_hash(inputs, result.candles) if form == "json" else "")
    if given["show"]:
        outputs.open()


def read_portfolio_inputs(file: str, specs: Sequence[str], given: Mapping[str, Any]) -> PortfolioInputs:
    """Raises InputError, DocumentError."""
    from ..research.portfolio import MEETINGS
    from ..trading.portfolio import needs_every_time
    from .tuned import compare_candles, portfolio_of

    portfolio = portfolio_of(file, given)
    made = inputs_of(as_one(portfolio), specs, given)
    compare_candles(made.candles, given)
    if not needs_every_time(portfolio) and sum(map(len, made.candles.values())) > LARGE * MEETINGS:
        tell_preparation(made)
    return for_portfolio(portfolio, made)


def for_portfolio(portfolio: Portfolio, made: Inputs) -> PortfolioInputs:
    """What was read for the portfolio as one strategy."""
    from ..research.portfolio_inputs import PortfolioInputs

    return PortfolioInputs(
        portfolio, made.candles, made.instruments, made.account, made.venue, made.start, made.end
    )  # fmt: skip


def print_report(summary: PortfolioSummary, form: str, data_hash: str = "") -> None:
    """A report as JSON or as text; `data_hash` tells a program what candles it was made of."""
    if form == "json":
        from ..report.portfolio_summary import to_json

        click.echo(json.dumps(to_json(summary) | {"data_hash": data_hash}, indent=2, ensure_ascii=False))
    else:
        from ..report.portfolio_text import print_portfolio

        print_portfolio(summary)
