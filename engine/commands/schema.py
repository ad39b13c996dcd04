"""`stratrun schema`: the published JSON Schema of a kind of document, for editors and other tools."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..diagnostics.diagnostic import InputError
from ..language.structure.kinds import KINDS, STRATEGY, VERSION, schema_path
from .failures import told
from .paths import OUT


@click.command("schema")
@click.argument("kind", metavar="[KIND]", required=False, default=STRATEGY, type=click.Choice(list(KINDS)))
@click.option("--version", type=int, default=VERSION, show_default=True, metavar="N", help="Version of the format.")
@click.option("--output", metavar="FILE", type=OUT, help="Write it to a file instead.")
@click.option("--list", "listing", is_flag=True, help="List the kinds of documents.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="How --list and mistakes are told; a schema is always JSON.",
)  # fmt: skip
@told
def command(kind: str, version: int, output: str | None, listing: bool, form: str) -> None:
    """Print the JSON Schema (draft-07) of a KIND of document: strategy (the default), test, portfolio or
    deployment.

    \b
    stratrun schema --output strategy.schema.json
    stratrun schema test
    """
    if listing:
        click.echo(_listed(form))
        return
    if version != VERSION:
        raise InputError(f"there is no schema of version {version}", help=f"this release knows version {VERSION}")
    content = schema_path(kind, version).read_bytes()
    if output is None:
        click.echo(content, nl=False)
        return
    from ..report.atomic import replacing

    with replacing(Path(output)) as file:
        file.write(content)


def _listed(form: str) -> str:
    if form == "json":
        kinds = [{"kind": kind, "version": VERSION, "holds": holds} for kind, holds in KINDS.items()]
        return json.dumps(kinds, indent=2)
    return "\n".join(f"{kind:<11} version {VERSION}  {holds}" for kind, holds in KINDS.items())
