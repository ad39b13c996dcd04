"""`stratrun graph`: what a strategy compiles to."""

from __future__ import annotations

import json

import click

from . import options
from .failures import told
from .paths import PATH
from .width import columns


@click.command("graph", epilog="Example: stratrun graph dip.yaml --format mermaid")
@click.argument("file", type=PATH)
@click.option(
    "--format", "form", type=click.Choice(["text", "mermaid", "json"]), default="text", show_default=True,
    help="A table, a Mermaid flow chart (renders on GitHub) or JSON.",
)  # fmt: skip
@options.settings
@told
def command(file: str, form: str, settings: tuple[str, ...]) -> None:
    """Show the graph of a strategy: nodes, clocks, what feeds what, and how many candles until each is known."""
    from ..api import compile, load  # noqa: A004 - the word of the field
    from ..graph import explain
    from ..language.identity import meaning_hash, short_hash

    strategy = load(file, options.overrides_of(settings))
    plan, identity = compile(strategy), meaning_hash(strategy)
    if form == "json":
        click.echo(json.dumps({"strategy_hash": identity, **explain.as_data(plan)}, indent=2))
    elif form == "mermaid":
        click.echo(explain.as_mermaid(plan))
    else:
        click.echo(f"strategy {short_hash(identity)}\n{explain.as_text(plan, columns())}")
