"""`stratrun explain`: a strategy, a portfolio, a deployment, or the code of a diagnostic, in plain English."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import told

if TYPE_CHECKING:
    from ..explaining.origins import Sourced
    from ..explaining.story import Section
    from ..explaining.story_text import Head

_CODE = re.compile(r"SR[0-9]{3}", re.IGNORECASE)


@click.command("explain")
@click.argument("subject", metavar="FILE|CODE")
@options.settings
@options.params
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True,
    help="Words for a terminal, Markdown or JSON.",
)  # fmt: skip
@told
def command(subject: str, form: str, **given: Any) -> None:
    """Tell a strategy, portfolio or deployment FILE in plain English, with every default and every value's origin.

    \b
    stratrun explain dip.yaml
    stratrun explain SR208

    The CODE of a diagnostic is told with a wrong and a right example.
    """
    if _CODE.fullmatch(subject) and not Path(subject).exists():
        _explain_code(subject.upper(), form)
        return
    from ..explaining import story_text

    head, sections, values = _told(subject, given)
    if form == "json":
        click.echo(json.dumps(story_text.as_data(head, sections, values), indent=2, ensure_ascii=False))
    else:
        render = story_text.as_markdown if form == "markdown" else story_text.as_text
        click.echo(render(head, sections, values))


def _told(subject: str, given: Mapping[str, Any]) -> tuple[Head, list[Section], list[Sourced]]:
    """What the file is, its story and its values."""
    from ..explaining import deployment_story, origins, portfolio_story
    from ..explaining.story import story
    from ..explaining.story_text import Head
    from ..language.document import kind_of, load_deployment
    from ..language.structure.kinds import DEPLOYMENT, PORTFOLIO
    from ..language.yaml.source import read
    from .tuned import portfolio_of, strategy_of, tuned_of

    kind, overrides = kind_of(subject), options.overrides_of(given["settings"])
    if kind == DEPLOYMENT and given["params_file"]:
        raise InputError("--params is for a strategy or portfolio", help="name the file of one")
    if kind == DEPLOYMENT:
        if overrides:
            raise InputError("--set: a deployment is what its file says", help="write `set:` at a strategy in it")
        deployment = load_deployment(subject)
        values = deployment_story.values(deployment, read(Path(subject)).root)
        return Head.of(deployment), deployment_story.story(deployment), values
    if kind == PORTFOLIO:
        portfolio = portfolio_of(subject, given)
        values = portfolio_story.values(portfolio, read(Path(subject)).root)
        return Head.of(portfolio), portfolio_story.story(portfolio), values
    strategy, tuned = strategy_of(subject, given), tuned_of(given)
    came = {} if tuned is None else {name: tuned.path for name in tuned.values if name not in overrides}
    return Head.of(strategy), story(strategy), origins.sourced(strategy, read(Path(subject)).root, came)


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
