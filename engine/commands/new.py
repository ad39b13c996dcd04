"""`stratrun new`: a strategy of one's own from a shipped one."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics import render
from ..diagnostics.diagnostic import InputError
from ..diagnostics.fold import fold
from . import options
from .failures import told
from .paths import DOCUMENT
from .width import columns

if TYPE_CHECKING:
    from ..templates.catalogue import Template
    from ..templates.writing import Made


@click.command("new")
@click.argument("template", required=False)
@click.option("--list", "listed", is_flag=True, help="List the templates and write nothing.")
@click.option("--name", help="What reports call the strategy; its file is named after it.")
@click.option("--symbols", metavar="SYMBOL,...", help="What to trade, such as BTC/USDT,ETH/USDT.")
@click.option("--timeframe", metavar="TIMEFRAME", help="Length of a candle, such as 15m or 4h.")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE",
    help="The default of a parameter. May be given several times.",
)  # fmt: skip
@click.option(
    "--output", metavar="FILE", type=DOCUMENT,
    help="The file to write; else named after the strategy, in the folder strategies where there is one.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace files that exist.")
@click.option("--no-input", is_flag=True, help="Ask nothing, also on a terminal.")
@options.form
@told
def command(
    template: str | None, listed: bool, name: str | None, symbols: str | None, timeframe: str | None,
    settings: Sequence[str], output: str | None, force: bool, no_input: bool, form: str,
) -> None:  # fmt: skip
    """Write a strategy from a shipped TEMPLATE, and its tests beside it.

    On a terminal it asks, as a form does, for what no option says. The strategy is checked before anything is written,
    its tests are run, and files that exist are left alone unless --force.

    \b
    stratrun new --list
    stratrun new ema_crossover --symbols ETH/USDT --timeframe 4h --set fast=12
    """
    if listed:
        _list(form)
        return
    from ..templates.catalogue import find_template
    from ..templates.fill import Answers
    from ..templates.writing import make, place

    asks = not no_input and form == "text" and sys.stdin.isatty() and sys.stderr.isatty()
    if template is None and not asks:
        raise InputError("no template is named", help="`stratrun new --list` shows them; write `stratrun new NAME`")
    path = Path(output) if output else None
    given = Answers(name, _symbols_of(symbols), timeframe, options.overrides_of(settings))
    if asks:
        from .form import ask_answers, ask_template

        try:
            chosen = ask_template() if template is None else find_template(template)
            if name is not None or path is not None:  # no answer could move the file out of another's way
                place(chosen, given, path, force)
            answers = ask_answers(chosen, given, lambda answers: place(chosen, answers, path, force))
        except click.Abort:
            raise KeyboardInterrupt from None
    else:
        chosen, answers = find_template(template or ""), given
    _tell(chosen, make(chosen, answers, path, force), form)


def _symbols_of(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if not found:
        raise InputError("--symbols names no symbol", help="write --symbols BTC/USDT,ETH/USDT")
    return found


def _list(form: str) -> None:
    from ..templates.catalogue import templates

    found = [(template, template.strategy()) for template in templates()]
    if form == "json":
        click.echo(json.dumps([_described(template) for template, _ in found], indent=2, ensure_ascii=False))
        return
    width = max(len(template.name) for template, _ in found)
    for template, strategy in found:
        first = strategy.description.split(". ")[0].rstrip(".")
        click.echo(fold(f"{template.name:<{width}}  {first}.", columns()))


def _described(template: Template) -> Mapping[str, Any]:
    from ..templates.catalogue import param_texts

    strategy = template.strategy()
    return {
        "template": template.name,
        "name": strategy.name,
        "description": strategy.description,
        "tags": strategy.tags,
        "market": str(strategy.market),
        "symbols": strategy.symbols,
        "timeframe": strategy.timeframe.name,
        "params": [param_texts(param) for param in strategy.params.values()],
    }


def _tell(template: Template, made: Made, form: str) -> None:
    if form == "json":
        content = {
            "template": template.name,
            "strategy": str(made.path),
            "test": str(made.test) if made.test else None,
            "tests": made.tests,
            "left_out": made.left_out,
            "warnings": [render.as_dict(d) for d in made.warnings],
        }
        click.echo(json.dumps(content, indent=2, ensure_ascii=False))
        return
    click.echo(f"wrote {made.path}")
    if made.test:
        click.echo(f"wrote {made.test}: {len(made.tests)} test{'s'[: len(made.tests) != 1]}, all pass")
    for name in made.left_out:
        click.echo(f"left out the test `{name}`: its candles were drawn for other symbols or another timeframe")
    if made.warnings:
        click.echo(render.as_text(made.warnings, render.wants_colour(sys.stderr)), err=True)
    click.echo("next:")
    for line in made.next_steps():
        click.echo(f"  {line}")
