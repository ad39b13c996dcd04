"""`stratrun init`: a repository that keeps strategies."""

from __future__ import annotations

import json
from pathlib import Path

import click

from . import options
from .failures import told
from .paths import PATH


@click.command("init", epilog="Example: stratrun init my-strategies")
@click.argument("folder", default=".", type=PATH)
@options.form
@told
def command(folder: str, form: str) -> None:
    """Lay out a repository of strategies in FOLDER, the current one if none is named.

    It gets a first strategy with its tests, schemas for the editor, hooks for pre-commit, a GitHub workflow, settings
    for VS Code, a README and a .gitignore. What is there already is kept; a second run only brings the schemas up to
    date.
    """
    from ..templates.layout import Became, lay_out

    laid = lay_out(Path(folder))
    if form == "json":
        click.echo(json.dumps({"folder": folder, "files": {one.path: str(one.became) for one in laid}}, indent=2))
        return
    for one in laid:
        click.echo(f"{one.became:<8} {one.path}")
    changed = sum(one.became is not Became.KEPT for one in laid)
    home = f'"{folder}"' if " " in folder else folder
    where = "" if Path(folder) == Path() else f"cd {home} && "
    click.echo(f"\n{changed} of {len(laid)} files written; next:" if changed else "\nall in place; next:")
    click.echo(f"  {where}stratrun validate . && stratrun test . && stratrun fmt --check .")
