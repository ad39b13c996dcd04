"""What `backtest` and `run` do with a `kind: portfolio` file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError
from ..language.portfolios.together import as_one
from . import options
from .inputs import LARGE, inputs_of, tell_preparation
from .outputs import TABLES, Outputs, columns_of

if TYPE_CHECKING:
    from ..language.portfolio import Portfolio
    from ..report.portfolio_summary import PortfolioSummary
    from ..report.tables import Column
    from ..research.portfolio import PortfolioResult

_NOT_YET = {
    "html_out": "--html: the page of a portfolio is not drawn yet",
    "folder_out": "--out: the folder of a portfolio is not written yet",
    "show": "--open: the page of a portfolio is not drawn yet",
    "bounds": "--bounds: a portfolio is not run otherwise yet",
}


def backtest_command(file: str, specs: Sequence[str], form: str, given: Mapping[str, Any]) -> None:
    """Run a portfolio over past candles and report what it did. Raises InputError, DocumentError."""
    from ..report.tables import write_table
    from ..research.portfolio import MEETINGS, backtest_portfolio
    from ..trading.portfolio import needs_every_time

    for option, words in _NOT_YET.items():
        if given[option]:
            raise InputError(words, help="leave it out, or give it a member's file")
    outputs = Outputs.of(given)
    portfolio = read_portfolio(file, given)
    inputs = inputs_of(as_one(portfolio), specs, given)
    if not needs_every_time(portfolio) and sum(map(len, inputs.candles.values())) > LARGE * MEETINGS:
        tell_preparation(inputs)
    result = backtest_portfolio(
        portfolio, inputs.candles, account=inputs.account, instruments=inputs.instruments, start=inputs.start,
        end=inputs.end, venue=inputs.venue,
    )  # fmt: skip
    for name, path in outputs.tables.items():
        write_table(path, table_of(name, result))
    tell_portfolio(result, "back-test", form, venue=inputs.venue)


def read_portfolio(file: str, given: Mapping[str, Any]) -> Portfolio:
    """The checked portfolio under the limits of `--limits`. Raises DocumentError."""
    from ..language.document import load_portfolio
    from ..language.limits_file import with_account_limits

    portfolio, limits = load_portfolio(file, options.overrides_of(given["settings"])), given["limits_file"]
    return portfolio if limits is None else with_account_limits(portfolio, limits)


def tell_portfolio(result: PortfolioResult, mode: str, form: str, **more: Any) -> None:
    """Print the report of a run."""
    from ..research.summarise_portfolio import summarise_portfolio

    print_report(summarise_portfolio(result, mode, **more), form)


def print_report(summary: PortfolioSummary, form: str) -> None:
    """A report as JSON or as text."""
    if form == "json":
        from ..report.portfolio_summary import to_json

        click.echo(json.dumps(to_json(summary), indent=2, ensure_ascii=False))
    else:
        from ..report.portfolio_text import print_portfolio

        print_portfolio(summary)


def table_of(name: str, result: PortfolioResult) -> list[Column]:
    """A table by its name: the account's equity, or all members' rows with the member's name before them."""
    from ..report.tables import Column, equity_columns

    assert name in TABLES
    if name == "equity":
        return equity_columns(result.time, result.equity)
    parts = [columns_of(name, member) for member in result.members]
    names = [member.name for member in result.portfolio.members]
    rows = [name for name, part in zip(names, parts, strict=True) for _ in part[0].values]
    return [Column("member", rows), *(below(columns) for columns in zip(*parts, strict=True))]


def below(columns: Sequence[Column]) -> Column:
    """Columns of one name, one below the other."""
    import numpy as np

    from ..report.tables import Column

    held = [column.values for column in columns]
    if all(isinstance(values, np.ndarray) for values in held):
        return Column(columns[0].name, np.concatenate(held), columns[0].is_time)
    return Column(columns[0].name, [value for values in held for value in values], columns[0].is_time)
