"""`stratrun diff`: what a change of a strategy does, for review."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import FINDINGS, told
from .width import columns


@click.command("diff")
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER")
@options.candles
@click.option("--from", "start", type=options.Instant(), help="Trade from this date on (candles before it warm up).")
@click.option("--to", "end", type=options.Instant(), help="Stop before this date.")
@options.account_options
@click.option(
    "--fail-on", type=click.Choice(["meaning", "behaviour", "none"]), default="none", show_default=True,
    help="End with 1 when this differs.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True,
    help="Words for a terminal, Markdown for a pull request, or JSON.",
)  # fmt: skip
@told
def command(before: str, after: str, specs: Sequence[str], fail_on: str, form: str, **given: Any) -> None:
    """Compare two versions of a strategy: what changed in meaning and, with candles, in behaviour.

    \b
    stratrun diff old.yaml new.yaml --candles BTCUSDT-1h.csv
    stratrun diff HEAD~1:strategies/dip.yaml strategies/dip.yaml --format markdown

    BEFORE and AFTER are files, or REVISION:FILE for one as git has it. Renaming, reordering and comments are no change
    in meaning.
    """
    from ..review.meaning import compare
    from ..review.render import as_markdown, as_text
    from ..review.report import Review, as_data
    from ..review.sources import version_of

    start, end = given["start"], given["end"]
    if start is not None and end is not None and start >= end:
        raise InputError("--from is not before --to", help="give an earlier --from")
    if fail_on == "behaviour" and not specs:
        raise InputError("--fail-on behaviour needs candles", help="pass --candles with a file or folder of them")
    old, new = version_of(before), version_of(after)
    review = Review(old, new, compare(old, new), _behaviour(old.strategy, new.strategy, specs, given))
    if form == "json":
        click.echo(json.dumps(as_data(review), indent=2, ensure_ascii=False))
    else:
        click.echo(as_markdown(review) if form == "markdown" else as_text(review, columns()))
    differs = {
        "none": False, "meaning": not review.meaning.same,
        "behaviour": review.behaviour is not None and not review.behaviour.same,
    }  # fmt: skip
    if differs[fail_on]:
        raise SystemExit(FINDINGS)


def _behaviour(old: Any, new: Any, specs: Sequence[str], given: dict[str, Any]) -> Any:
    """None without candles, which keeps a review of meaning free of heavy imports."""
    if not specs:
        return None
    from ..review.behaviour import Terms, behaviour
    from ..trading.account import Account

    account = Account(given["capital"], given["slippage"])
    terms = Terms(account, given["instruments_file"], given["fee"], given["start"], given["end"])
    return behaviour(old, new, specs, terms)
