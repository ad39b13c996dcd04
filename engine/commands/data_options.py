"""What the commands of `stratrun data` share: options, how their texts are read, the clock and where warnings go."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError
from . import options
from .paths import PATH

if TYPE_CHECKING:
    from ..market.timeframe import Timeframe

store = click.option(
    "--store", "folder", metavar="DIR", type=PATH,
    help="The store's folder; STRATRUN_STORE or the user's data folder if left out.",
)  # fmt: skip
on_duplicate = click.option(
    "--on-duplicate", "rule", type=click.Choice(["refuse", "keep", "replace"]), default="refuse", show_default=True,
    help="What to do with a candle that is there already with other numbers. Equal ones are fine.",
)  # fmt: skip


def between(function: Callable[..., Any]) -> Callable[..., Any]:
    """--from, --to."""
    end = click.option("--to", "end", type=options.Instant(), help="Candles that open before this date.")
    start = click.option("--from", "start", type=options.Instant(), help="Candles that open at this date or later.")
    return start(end(function))


def selection(function: Callable[..., Any]) -> Callable[..., Any]:
    """--venue, --symbol, --timeframe: which series; all if none is given."""
    chosen = (
        click.option("--venue", metavar="NAME", help="Only this venue."),
        click.option("--symbol", "symbols", multiple=True, metavar="SYMBOL", help="Only this symbol. Repeatable."),
        click.option("--timeframe", "timeframes", multiple=True, metavar="TIMEFRAME", help="Only these. Repeatable."),
    )
    for option in reversed(chosen):
        function = option(function)
    return function


def root_of(folder: str | None) -> Path:
    """The store that is there. Raises InputError."""
    from ..store.root import default_root, open_root

    return open_root(Path(folder).expanduser() if folder else default_root())


def new_root_of(folder: str | None) -> Path:
    """The store to write to, made where there is none. Raises InputError."""
    from ..store.root import default_root, make_root

    return make_root(Path(folder).expanduser() if folder else default_root())


def timeframe_of(text: str, option: str) -> Timeframe:
    """Raises InputError."""
    from ..market.timeframe import Timeframe

    try:
        return Timeframe.parse(text)
    except ValueError as error:
        raise InputError(f"{option}: {error}") from None


def now() -> int:
    """Ms UTC by the machine's clock."""
    return time.time_ns() // 1_000_000


def teller(kept: list[str], form: str) -> Callable[[str], None]:
    """Keeps warnings, and tells them on standard error as they come where people read."""

    def tell(words: str) -> None:
        kept.append(words)
        if form == "text":
            click.echo(words, err=True)

    return tell
