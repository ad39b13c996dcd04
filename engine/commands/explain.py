"""`stratrun explain`: a strategy, or the code of a diagnostic, in plain English."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import click

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import told

_CODE = re.compile(r"SR[0-9]{3}", re.IGNORECASE)


@click.command("explain")
@click.argument("subject", metavar="FILE|CODE")
@options.settings
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True,
    help="Words for a terminal, Markdown or JSON.",
)  # fmt: skip
@told
def command(subject: str, settings: Sequence[str], form: str) -> None:
    """Tell a strategy FILE in plain English, every default and the origin of every value included.

    \b
    stratrun explain dip.yaml
    stratrun explain SR208

    The CODE of a diagnostic is told with a wrong and a right example.
    """
    if _CODE.fullmatch(subject) and not Path(subject).exists():
        _explain_code(subject.upper(), form)
        return
    from ..explaining import story_text
    from ..explaining.origins import sourced
    from ..explaining.story import story
    from ..language.document import load
    from ..language.yaml.source import read

    strategy = load(subject, options.overrides_of(settings))
    sections, values = story(strategy), sourced(strategy, read(Path(subject)).root)
    if form == "json":
        click.echo(json.dumps(story_text.as_data(strategy, sections, values), indent=2, ensure_ascii=False))
    else:
        render = story_text.as_markdown if form == "markdown" else story_text.as_text
        click.echo(render(strategy, sections, values))


def _explain_code(code: str, form: str) -> None:
    from ..diagnostics import pages
    from ..diagnostics.codes import CODES

    if code not in CODES:
        near = pages.near(code)
        raise InputError(
            f"there is no diagnostic {code}", help=f"did you mean {near}?" if near else "codes look like SR208"
        )
    if form == "json":
        row = CODES[code]
        content = {name: getattr(row, name) for name in ("code", "title", "explanation", "wrong", "right")}
        click.echo(json.dumps(content, indent=2, ensure_ascii=False))
    else:
        click.echo(pages.markdown(code) if form == "markdown" else pages.page(code), nl=False)
