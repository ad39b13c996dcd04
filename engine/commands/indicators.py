"""`stratrun indicators`: the catalogue in the terminal."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..diagnostics.diagnostic import InputError
from ..indicators import CATALOGUE, Indicator, entries
from ..language.across import ACROSS, Across
from ..reference.facts import facts
from ..reference.page import cells, listing, page, plot
from ..reference.search import by_family, family_of, named, search
from ..reference.settings import defaults, settled
from . import options
from .failures import told
from .width import columns

if TYPE_CHECKING:
    from ..indicators.catalogue import Values
    from ..market.candles import Candles
    from ..report.plot import Style


def _complete(_: click.Context, __: click.Parameter, typed: str) -> list[str]:
    return [name for name in CATALOGUE if name.startswith(typed)]


def _families(_: click.Context, __: click.Parameter, typed: str) -> list[str]:
    return [family for family, _ in by_family(entries()) if family.startswith(typed)]


@click.command("indicators", epilog="Example: stratrun indicators rsi --set length=7 --candles BTCUSDT-1h.csv")
@click.argument("words", nargs=-1, metavar="[NAME|WORD]...", shell_complete=_complete)
@click.option("--family", metavar="FAMILY", shell_complete=_families, help="List the entries of one family only.")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE",
    help="Explain NAME with this parameter value, such as length=20. May be given several times.",
)  # fmt: skip
@click.option(
    "--candles", "spec", metavar="[SYMBOL=]PATH",
    help="Plot over the last candles of this Parquet or CSV file instead of the made-up sample.",
)  # fmt: skip
@click.option("--no-plot", is_flag=True, help="Explain NAME without the plot.")
@options.form
@told
def command(
    words: Sequence[str], family: str | None, settings: Sequence[str], spec: str | None, no_plot: bool, form: str
) -> None:
    """List every indicator and series function, explain the one called NAME, or search names and titles for WORDs.

    The plot is made of the same values that a strategy sees. With --format json: a list, or one object for NAME.
    """
    compared = ACROSS.get(" ".join(words).lower())
    if compared is not None and family is None:
        click.echo(_across(compared, form))
        return
    chosen = None if family is not None or not words else named(" ".join(words))
    if chosen is None:
        if settings or spec or no_plot:
            raise InputError(
                "--set, --candles and --no-plot explain one indicator", help="name it: `rsi --set length=7`"
            )
        _list(search(words, None if family is None else family_of(family)), form, bool(words or family))
        return
    values = settled(chosen, options.overrides_of(settings))
    if form == "json":
        if spec:
            raise InputError(
                "--candles is for the plot, and JSON has none", help="`stratrun eval` gives values as JSON"
            )
        click.echo(json.dumps(facts(chosen, values), indent=2, ensure_ascii=False))
        return
    width = shutil.get_terminal_size().columns
    drawn = "" if no_plot else f"\n\n{_plot(chosen, values, spec, width)}"
    click.echo(page(chosen, values, width) + drawn)
    if " ".join(words).lower() in (family for family, _ in by_family(entries())):
        click.echo(f"\nThere is a family of that name too: `stratrun indicators --family {' '.join(words).lower()}`")


def _across(one: Across, form: str) -> str:
    """The page of a function that compares symbols: it stands beside the catalogue, whose entries see one symbol."""
    if form == "json":
        return json.dumps({"name": one.name, "doc": one.doc, "example": one.example}, indent=2, ensure_ascii=False)
    return f"{one.example}\n\n{one.doc}"


def _list(found: list[Indicator], form: str, chosen: bool) -> None:
    if form == "json":
        click.echo(json.dumps([facts(entry, defaults(entry)) for entry in found], indent=2, ensure_ascii=False))
        return
    count = f"{len(found)} of {len(entries())} entries" if chosen else f"{len(found)} entries"
    click.echo(f"{listing(found, columns() or sys.maxsize)}\n{count}; `stratrun indicators NAME` explains one")


def _plot(entry: Indicator, values: Values, spec: str | None, width: int) -> str:
    from ..reference.figure import figure, sample_figure
    from ..report.tables import iso_time

    style = _style()
    canvas = cells(entry, width)
    shown = canvas * style.dots[0]
    found = figure(entry, values, _read(spec), shown) if spec else sample_figure(entry, values, shown)
    candles = found.candles
    kind = "candles" if spec else "made-up sample candles"
    span = " to ".join(iso_time(int(found.candles.time[at]))[:16].replace("T", " ") for at in (0, -1))
    return f"{candles.symbol} {candles.timeframe}, {kind}, {span} UTC\n\n{plot(found, canvas, style)}"


def _style() -> Style:
    from ..diagnostics.render import wants_colour
    from ..report.plot import Style

    try:
        "⠿▲│".encode(getattr(sys.stdout, "encoding", None) or "ascii")
        return Style(ascii_only=False, colour=wants_colour(sys.stdout))
    except (UnicodeError, LookupError):
        return Style(ascii_only=True, colour=wants_colour(sys.stdout))


def _read(spec: str) -> Candles:
    from ..market.load import load_candles
    from ..market.probe import probe

    if Path(spec.partition("=")[2] or spec).is_dir():
        raise InputError(f"{spec}: this is a folder", help="name one file of candles")
    symbol, timeframe = probe([spec], None, None)
    return load_candles([spec], [symbol], timeframe)[symbol]
