"""The form of `stratrun new` on a terminal: each question has a default, and an answer is checked before the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from ..diagnostics.diagnostic import DocumentError, InputError
from ..templates.catalogue import find_template, param_texts, templates
from ..templates.fill import filled, mistakes

if TYPE_CHECKING:
    from ..templates.catalogue import Template
    from ..templates.fill import Answers

Filled = Callable[[str], "Answers"]
"""Somebody's text, put where it belongs."""


def ask_template() -> Template:
    """One of the shipped strategies, by number or name."""
    known = templates()
    for number, template in enumerate(known, 1):
        click.echo(f"{number:>3}  {template.strategy().name}  ({template.name})", err=True)

    def chosen(text: str) -> Template:
        if text.isascii() and text.isdigit() and 1 <= int(text) <= len(known):
            return known[int(text) - 1]
        try:
            return find_template(text)
        except InputError as error:
            raise click.BadParameter(f"{error.message}; {error.help}") from None

    answer: Template = click.prompt("Template", value_proc=chosen, err=True)
    return answer


def ask_answers(template: Template, given: Answers) -> Answers:
    """What `given` does not say, asked for: the name, the symbols, the timeframe, each parameter."""
    shipped = template.strategy()
    answers = given
    if given.name is None:
        answers = _ask(template, "Name", shipped.name, lambda text: replace(answers, name=text))
    if given.symbols is None:
        answers = _ask(
            template, "Symbols", ", ".join(shipped.symbols),
            lambda text: replace(answers, symbols=tuple(part.strip() for part in text.split(","))),
        )  # fmt: skip
    if given.timeframe is None:
        answers = _ask(template, "Timeframe", shipped.timeframe.name, lambda text: replace(answers, timeframe=text))
    for name, param in shipped.params.items():
        if name not in given.params:
            texts = param_texts(param)
            limits = f", {texts['low']} to {texts['high']}" if texts["low"] else ""
            question = f"{texts['label'] or name} ({name}{limits})"
            answers = _ask(template, question, texts["default"] or "", _setter(answers, name, texts["default"]))
    return answers


def _setter(answers: Answers, name: str, default: str | None) -> Filled:
    return lambda text: answers if text == default else answers.with_param(name, text)


def _ask(template: Template, question: str, default: str, put: Filled) -> Answers:
    def checked(text: str) -> Answers:
        answers = put(text.strip())
        try:
            found = mistakes(filled(template, answers), template.path.name)
        except DocumentError as error:
            found = error.diagnostics
        if found:
            raise click.BadParameter("; ".join(filter(None, (found[0].message, found[0].help))))
        return answers

    answers: Answers = click.prompt(question, default=default, value_proc=checked, err=True)
    return answers
