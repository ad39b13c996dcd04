"""`stratrun luck`: is the best of many tries luck?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..diagnostics.diagnostic import InputError
from ..diagnostics.fold import fold
from . import options
from .failures import FINDINGS, told
from .paths import PAGE, PATH
from .width import columns

if TYPE_CHECKING:
    from ..luck.table import Table
    from ..luck.verdict import Verdict


@click.command("luck")
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="TABLE | RUN RUN...")
@click.option(
    "--chosen", metavar="NAME", help="The column you would trade; the one with the best Sharpe ratio if left out."
)
@click.option(
    "--tries", type=click.IntRange(1), metavar="N", help="How many were tried in all, if more than the table has."
)
@click.option(
    "--periods", type=click.IntRange(1, 600_000), default=365, show_default=True, metavar="N",
    help="How many rows make a year: 365 days where markets never close, 252 where they do, 12 months.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed, the same answer.")
@click.option("--strict", is_flag=True, help="Exit code 1 when a test failed.")
@click.option("--html", metavar="OUT", type=PAGE, help="Write the pictures as a page that needs no network.")
@options.form
@told
def command(
    paths: Sequence[str], chosen: str | None, tries: int | None, periods: int, seed: int, strict: bool,
    html: str | None, form: str,
) -> None:  # fmt: skip
    """Judge whether the best of what you tried is luck.

    Give a TABLE of returns (.csv or .parquet), a row per period and a column per variant you tried, as fractions: 0.01
    is 1 %; a first column called time or date is left out. Or give the folders RUN of all variants, as `backtest --out`
    wrote them. The answer tells what pure luck would have given the best of so many tries, and how often a choice made
    on one half of the past failed on the other half.

    \b
    stratrun luck returns.csv --chosen fast_12 --tries 200
    stratrun luck runs/* --html luck.html
    """
    from ..luck.text import verdict_text
    from ..luck.verdict import Outcome, judge
    from ..report.wording import counted

    found = _read(paths)
    verdict = judge(found.returns, _place(found, chosen), max(tries or 0, found.counted), seed=seed, periods=periods)
    if html is not None:
        _write(html, paths, found, verdict)
    name = found.names[verdict.evidence.trials.chosen]
    if form == "json":
        click.echo(json.dumps({"chosen": name, **verdict.to_json()}, indent=2, ensure_ascii=False, allow_nan=False))
    else:
        place, variants = "the best" if chosen is None else "one", counted(len(found.names), "variant")
        head = f"{name}: {place} of {variants}, over {counted(len(found.returns), 'period')}"
        click.echo(f"{fold(head, columns())}\n")
        click.echo(verdict_text(verdict, columns()), nl=False)
    if strict and verdict.outcome is Outcome.FAIL:
        raise SystemExit(FINDINGS)


def _write(html: str, paths: Sequence[str], found: Table, verdict: Verdict) -> None:
    from ..report.html.research import research_page
    from ..research.study_pictures import verdict_of
    from .outputs import write_page

    title = ", ".join(Path(path).name for path in paths[:3])
    write_page(html, research_page(verdict_of(title, found.names, verdict)))


def _read(paths: Sequence[str]) -> Table:
    from ..luck.table import read_table, table_of_runs

    if any(Path(path).is_dir() for path in paths):
        return table_of_runs(paths)
    if len(paths) > 1:
        raise InputError("more than one table", help="name one table with a column per variant, or folders of runs")
    return read_table(paths[0])


def _place(table: Table, chosen: str | None) -> int:
    import numpy as np

    from ..luck.trials import ratios

    if chosen is not None:
        if chosen not in table.names:
            some = ", ".join(table.names[:8])
            raise InputError(f"--chosen {chosen}: no such column", help=f"the table has {some}")
        return table.names.index(chosen)
    found = np.nan_to_num(ratios(table.returns), nan=-np.inf) if len(table.returns) > 1 else np.zeros(len(table.names))
    return int(found.argmax())
