"""`stratrun montecarlo`: what else could have happened."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import told
from .inputs import read_any, tell_preparation
from .paths import PAGE, PATH

if TYPE_CHECKING:
    from ..luck.simulated import Simulated

RUNS = {"trades": 2_000, "blocks": 2_000, "candles": 100, "entries": 200}
MOST = 100_000
AGAIN = ("candles", "entries")
"""Methods that run the strategy again."""


@click.command("montecarlo")
@click.argument("file", type=PATH)
@options.candles
@options.span
@options.account_options
@options.grouped(options.fills)
@options.settings
@options.params
@options.limits
@click.option(
    "--method", type=click.Choice(list(RUNS)), default="blocks", show_default=True,
    help="What to draw again: the order of trades, days in blocks, noise on candles, or random entries.",
)  # fmt: skip
@click.option("--runs", type=click.IntRange(1, MOST), help="How many pasts; 2,000, of candles 100, of entries 200.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed, the same answer.")
@click.option(
    "--block", type=click.IntRange(1, 100_000), metavar="DAYS", help="Mean length of a block; the usual if left out."
)
@click.option(
    "--noise", type=options.Share(), default="10%", show_default=True, metavar="PART",
    help="Noise on candles, as a part of their usual range from low to high.",
)  # fmt: skip
@click.option(
    "--ruin", type=options.Share(), default="50%", show_default=True, metavar="PART",
    help="Part of the capital lost from which an account counts as ruined.",
)  # fmt: skip
@click.option("--html", metavar="OUT", type=PAGE, help="Write the picture as a page that needs no network.")
@options.form
@told
def command(file: str, specs: Sequence[str], form: str, **given: Any) -> None:
    """Back-test FILE, then draw its past again many times: how else could it have gone?

    \b
    trades   the same trades in another order: how deep it could have fallen
    blocks   the same days in other blocks: how far the result could have been off
    candles  the strategy run again over candles with a little noise: does it hang on exact prices
    entries  the same exits and sizes, entered at random times: are the entries better than chance

    Example: stratrun montecarlo dip.yaml --candles BTCUSDT-1h.parquet --method entries --runs 100 --seed 7
    """
    from ..luck.simulated import Method, simulated_text
    from ..research.chance import Wanted, simulate
    from ..research.inputs import Inputs
    from ..research.record import data_hash

    if not given["ruin"]:
        raise InputError("--ruin 0%: every account has lost that", help="name a part, such as 50%")
    inputs = read_any(file, specs, given)
    runs = given["runs"] or RUNS[given["method"]]
    tell_preparation(inputs, runs if given["method"] in AGAIN else 1)
    wanted = Wanted(Method(given["method"]), runs, given["seed"], given["block"], given["noise"], given["ruin"])
    result = inputs.run()
    found = simulate(inputs, result, wanted, lambda made: _watched(made, runs))
    if given["html"] is not None:
        _write(given["html"], inputs.subject.name, found)
    if form == "json":
        kind = "strategy" if isinstance(inputs, Inputs) else "portfolio"
        named = {kind: inputs.subject.name, f"{kind}_hash": inputs.identity}
        told = {**named, "data_hash": data_hash(inputs, result.candles), **found.to_json()}
        click.echo(json.dumps(told, indent=2, allow_nan=False))
    else:
        click.echo(simulated_text(found), nl=False)


def _write(path: str, name: str, found: Simulated) -> None:
    from ..report.html.research import research_page
    from ..research.study_pictures import fans_of
    from .outputs import write_page

    write_page(path, research_page(fans_of(name, found)))


def _watched(runs: Iterator[Any], count: int) -> Iterator[Any]:
    """The same runs, with a progress bar on stderr where somebody waits there."""
    if not sys.stderr.isatty():
        yield from runs
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(runs, "running again", total=count, console=Console(file=sys.stderr), transient=True)
