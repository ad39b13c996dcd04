"""`stratrun preflight`: everything that a live start would ask, and nothing changed."""

from __future__ import annotations

import json

import click

from . import options
from .failures import FINDINGS, told
from .paths import PATH
from .width import columns


@click.command("preflight", epilog="Example: stratrun preflight desk.yaml")
@click.argument("deployment", type=PATH)
@options.form
@told
def command(deployment: str, form: str) -> None:
    """Check whether a DEPLOYMENT could trade live now: keys and what they allow, markets, sizes, limits, money, clock,
    what is open already, ledger, disk.

    It changes nothing, here or at the venue. `stratrun run --live` makes the same checks before it begins.

    Exit codes: 0 ready (warnings allowed), 1 not ready, 2 the file cannot be read.
    """
    from ..language.document import load_deployment
    from ..ledger.opening import open_reader
    from ..ledger.place import place_of
    from ..run.beside import Beside
    from .preflight_text import preflight_text
    from .run_live import look_over

    given = load_deployment(deployment)
    place = place_of(given.ledger)
    reader = open_reader(place) if place.exists else None
    found = look_over(given, Beside.of(given.ledger, given.path), reader)
    if form == "json":
        click.echo(json.dumps(found.as_data(), indent=2, ensure_ascii=False))
    else:
        click.echo(preflight_text(found, columns()))
    if not found.ready:
        raise SystemExit(FINDINGS)
