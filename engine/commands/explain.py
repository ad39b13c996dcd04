"""`stratrun explain`: a strategy, portfolio or deployment, or the code of a diagnostic, a decision, an exit or an
alert, in plain English."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from ..diagnostics.diagnostic import InputError
from ..diagnostics.fold import fold
from . import options
from .failures import told
from .width import columns

if TYPE_CHECKING:
    from ..explaining.origins import Sourced
    from ..explaining.story import Section
    from ..explaining.story_text import Head

_CODE = re.compile(r"SR[0-9]{3}", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z]+(_[A-Za-z]+)*")
"""A word without a dot or a slash: a code of a decision, an exit or an alert, where no file is called so."""


def _complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Codes that begin so; else the shell's own files."""
    from ..diagnostics.codes import CODES
    from ..explaining import outcomes

    found = [one for one in (*CODES, *outcomes.names()) if incomplete and one.upper().startswith(incomplete.upper())]
    return [CompletionItem(one) for one in found] or [CompletionItem(incomplete, type="file")]


@click.command("explain")
@click.argument("subject", metavar="FILE|CODE", shell_complete=_complete)
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
    stratrun explain FUNDS

    The CODE of a diagnostic is told with a wrong and a right example; that of a decision, an exit reason or an alert
    with what it means, when it comes, and what to do.
    """
    if _CODE.fullmatch(subject) and not Path(subject).exists():
        _explain_code(subject.upper(), form)
        return
    if _NAME.fullmatch(subject) and not Path(subject).exists():
        _explain_outcome(subject, form)
        return
    from ..explaining import story_text

    head, sections, values = _told(subject, given)
    if form == "json":
        click.echo(json.dumps(story_text.as_data(head, sections, values), indent=2, ensure_ascii=False))
    else:
        markdown = form == "markdown"
        shown = (story_text.as_markdown if markdown else story_text.as_text)(head, sections, values)
        click.echo(shown if markdown else fold(shown, columns()))


def _told(subject: str, given: Mapping[str, Any]) -> tuple[Head, list[Section], list[Sourced]]:
    """What the file is, its story and its values."""
    from ..explaining import deployment_story, origins, portfolio_story
    from ..explaining.story import story
    from ..explaining.story_text import Head
    from ..language.document import kind_of, load_deployment
    from ..language.structure.kinds import DEPLOYMENT, PORTFOLIO
    from ..language.yaml.source import read
    from .tuned import portfolio_of, strategy_of

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
        values = portfolio_story.values(portfolio, read(Path(subject)).root, _came(given, overrides))
        return Head.of(portfolio), portfolio_story.story(portfolio), values
    strategy, came = strategy_of(subject, given), _came(given, overrides)
    return Head.of(strategy), story(strategy), origins.sourced(strategy, read(Path(subject)).root, came)


def _came(given: Mapping[str, Any], overrides: Mapping[str, str]) -> dict[str, str]:
    """Which parameters the file of --params decides, and its path."""
    from .tuned import tuned_of

    tuned = tuned_of(given)
    return {} if tuned is None else {name: tuned.path for name in tuned.values if name not in overrides}


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
        click.echo(pages.markdown(code) if form == "markdown" else fold(pages.page(code), columns()), nl=False)


def _explain_outcome(name: str, form: str) -> None:
    from ..explaining import outcomes

    found = outcomes.told(name)
    if not found:
        near = outcomes.near(name)
        raise InputError(
            f"there is no file and no code {name}",
            help=f"did you mean {near}?" if near else f"all codes are in {outcomes.PAGE}",
        )
    if form == "json":
        rows = [asdict(one) for one in found]
        click.echo(json.dumps(rows[0] if len(rows) == 1 else rows, indent=2, ensure_ascii=False))
        return
    markdown = form == "markdown"
    shown = "\n".join((outcomes.as_markdown if markdown else outcomes.as_text)(one) for one in found)
    click.echo(shown if markdown else fold(shown, columns()), nl=False)
