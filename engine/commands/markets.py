"""`stratrun markets`: the lists of venues' markets that `validate --exchange` reads."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ..brokers.market_list import age, cached, folder, markets_bytes, names, path_of, read_markets
from ..diagnostics.diagnostic import InputError
from ..market.venue import Kind, Listing, Venue
from . import options
from .failures import told
from .paths import OUT, PATH


@click.group("markets")
def command() -> None:
    """Fetch and show the lists of venues' markets that `stratrun validate --exchange NAME` reads.

    \b
    stratrun markets update binance
    stratrun markets list
    """


@command.command("update", epilog="Example: stratrun markets update binance")
@click.argument("exchange")
@click.option("--output", metavar="FILE", type=OUT, help="Write the list here instead of the cache.")
@options.form
@told
def update(exchange: str, output: str | None, form: str) -> None:
    """Ask EXCHANGE (a name ccxt knows) for its markets and keep the list. Needs the network, and no key."""
    from ..brokers.markets import fetch_markets
    from ..report.atomic import replacing

    target = path_of(exchange) if not output else Path(output)
    with _waiting(f"asking {exchange} for its markets"):
        venue = fetch_markets(exchange)
    if not output:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{target.parent}: the folder cannot be made: {error.strerror}") from None
    with replacing(target) as file:
        file.write(markets_bytes(venue))
    if form == "json":
        click.echo(json.dumps(_data(venue, target), indent=2))
    else:
        click.echo(f"{_kinds(venue)} at {exchange}, written to {target}")


@command.command("list", epilog="Example: stratrun markets list")
@click.argument("exchange", required=False)
@click.option("--markets", metavar="FILE", type=PATH, help="Show this file instead of the cache's.")
@options.form
@told
def show(exchange: str | None, markets: str | None, form: str) -> None:
    """List the venues in the cache with the age of their lists, or the markets of EXCHANGE."""
    if exchange is None and markets is None:
        _overview(form)
        return
    venue = read_markets(Path(markets), exchange) if markets is not None else cached(exchange or "")
    place = Path(markets) if markets is not None else path_of(venue.name)
    if form == "json":
        click.echo(json.dumps(_data(venue, place) | {"markets": [asdict(row) for row in _sorted(venue)]}, indent=2))
        return
    lines = [f"{venue.name}: {_kinds(venue)}, {_age(venue)} old, {place}"]
    lines += ["timeframes  " + (", ".join(venue.timeframes) or "not told"), ""]
    lines += [f"{row.symbol:<28} {row.kind:<7} {'' if row.active else 'not traded'}".rstrip() for row in _sorted(venue)]
    click.echo("\n".join(lines))


def _overview(form: str) -> None:
    known: list[Venue] = []
    for name in names():
        try:
            known.append(cached(name))
        except InputError as error:
            click.echo(f"warning: {error.message}; {error.help}", err=True)
    if form == "json":
        click.echo(json.dumps([_data(venue, path_of(venue.name)) for venue in known], indent=2))
        return
    for venue in known:
        click.echo(f"{venue.name:<16} {_age(venue):>9} old   {_kinds(venue)}")
    if not known:
        click.echo(f"no lists in {folder()}; `stratrun markets update NAME` fetches one")


def _waiting(words: str) -> AbstractContextManager[object]:
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(file=sys.stderr).status(words)


def _sorted(venue: Venue) -> list[Listing]:
    return [venue.listings[symbol] for symbol in sorted(venue.listings)]


def _kinds(venue: Venue) -> str:
    counts = Counter(listing.kind for listing in venue.listings.values())
    return ", ".join(f"{counts[kind]:,} {kind}" for kind in Kind if counts[kind]) or "no markets"


def _age(venue: Venue) -> str:
    since = age(venue)
    hours = since.seconds // 3600
    if since.days:
        return f"{since.days} d"
    return f"{hours} h" if hours else f"{since.seconds // 60} min"


def _data(venue: Venue, place: Path) -> dict[str, Any]:
    return {
        "exchange": venue.name,
        "fetched": datetime.fromtimestamp(venue.fetched / 1000, UTC).isoformat(),
        "age_days": age(venue).days,
        "timeframes": venue.timeframes,
        "count": len(venue.listings),
        "path": str(place),
    }
