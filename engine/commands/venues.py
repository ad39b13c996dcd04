"""`stratrun venues`: what each venue can do for the live engine."""

from __future__ import annotations

import json
from typing import Any

import click

from ..brokers.capabilities import abilities, as_data, stops_of, streams_of, yes
from ..brokers.venue_facts import FACTS, facts_of
from ..brokers.words import Abilities
from ..market.venue import Kind
from . import options
from .failures import told


@click.command("venues")
@click.argument("name", required=False)
@options.form
@told
def command(name: str | None, form: str) -> None:
    """Show what venues can do, and what is done where they cannot; with NAME, one of them in full.

    \b
    stratrun venues
    stratrun venues kraken
    """
    rows = {key: abilities(*key) for key in FACTS if name in (None, key[0])}
    if not rows and name is not None:
        facts_of(name, Kind.SPOT)  # says which there are
    if form == "json":
        click.echo(json.dumps([_data(*key, row) for key, row in rows.items()], indent=2))
    elif name is None:
        click.echo("\n".join(_overview(rows)))
    else:
        click.echo("\n\n".join("\n".join(_whole(*key, row)) for key, row in rows.items()))


def _overview(rows: dict[tuple[str, Kind], Abilities]) -> list[str]:
    lines = [f"{'venue':<10}{'market':<8}{'stops at the venue':<26}{'streams':<20}{'sandbox':<9}notes"]
    for (venue, kind), row in rows.items():
        cells = f"{venue:<10}{kind:<8}{stops_of(row):<26}{streams_of(row):<20}{yes(row.sandbox):<9}"
        lines.append(f"{cells}{len(row.notes) or ''}".rstrip())
    return [*lines, "", "`stratrun venues NAME` tells the rest"]


def _whole(venue: str, kind: Kind, row: Abilities) -> list[str]:
    validity = f"{row.validity} ms" if row.validity is not None else "not said"
    facts = {
        "orders": ", ".join(str(one).replace("_", "-") for one in sorted(row.types)),
        "stops at the venue": stops_of(row),
        "reduce-only": yes(row.reduce_only),
        "amend in place": yes(row.amend),
        "find by client id": yes(row.find_by_client_id),
        "client id": f"at most {row.client_id_length} characters",
        "requests end after": validity,
        "streams": streams_of(row),
        "sandbox": yes(row.sandbox),
    }
    lines = [f"{venue} {kind}", *(f"  {label:<20}{text}" for label, text in facts.items())]
    return lines + [f"  note: {note}" for note in row.notes]


def _data(venue: str, kind: Kind, row: Abilities) -> dict[str, Any]:
    return {"venue": venue, "market": str(kind), "ccxt": facts_of(venue, kind).exchange, **as_data(row)}
