"""The form of `stratrun new` on a terminal: each question has a default, and an answer is checked before the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from ..diagnostics.diagnostic import Diagnostic, DocumentError, InputError
from ..templates.catalogue import find_template, param_texts, templates
from ..templates.fill import filled, mistakes

if TYPE_CHECKING:
    from ..templates.catalogue import Template
    from ..templates.fill import Answers

Filled = Callable[[str], "Answers"]
"""Somebody's text, put where it belongs."""
Check = Callable[["Answers"], object]


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


def ask_answers(template: Template, given: Answers, check: Check = lambda answers: None) -> Answers:
    """What `given` does not say, asked for: the name, the symbols, the timeframe, each parameter.

    `check` raises InputError for answers that it refuses. An answer that is the default leaves the template as it is.
    Raises DocumentError where `given` itself will not do.
    """
    found = _found(template, given)
    if found:
        raise DocumentError(found)
    shipped = template.strategy()
    answers = given
    if given.name is None:
        answers = _ask(template, "Name", shipped.name, answers, check, partial(_named, answers))
    if given.symbols is None:
        answers = _ask(template, "Symbols", ", ".join(shipped.symbols), answers, check, partial(_trading, answers))
    if given.timeframe is None:
        answers = _ask(template, "Timeframe", shipped.timeframe.name, answers, check, partial(_timed, answers))
    for name, param in shipped.params.items():
        if name not in given.params:
            texts = param_texts(param)
            limits = f", {texts['low']} to {texts['high']}" if texts["low"] else ""
            question = f"{texts['label'] or name} ({name}{limits})"
            answers = _ask(
                template, question, texts["default"] or "", answers, check, partial(answers.with_param, name)
            )
    return answers


def _named(answers: Answers, text: str) -> Answers:
    return replace(answers, name=text)


def _trading(answers: Answers, text: str) -> Answers:
    return replace(answers, symbols=tuple(part.strip() for part in text.split(",")))


def _timed(answers: Answers, text: str) -> Answers:
    return replace(answers, timeframe=text)


def _ask(template: Template, question: str, default: str, so_far: Answers, check: Check, put: Filled) -> Answers:
    def checked(text: str) -> Answers:
        answers = so_far if text.strip() == default else put(text.strip())
        found = _found(template, answers) or _refused(check, answers)
        if found:
            message = found[0].message.removeprefix("--set ")
            raise click.BadParameter("; ".join(filter(None, (message, found[0].help))))
        return answers

    answers: Answers = click.prompt(question, default=default, value_proc=checked, err=True)
    return answers


def _found(template: Template, answers: Answers) -> Sequence[Diagnostic]:
    """What is wrong with the strategy that the answers make."""
    try:
        return mistakes(filled(template, answers), template.path.name)
    except DocumentError as error:
        return error.diagnostics


def _refused(check: Check, answers: Answers) -> Sequence[Diagnostic]:
    try:
        check(answers)
    except InputError as error:
        return [Diagnostic(error.code, error.message, help=error.help)]
    return ()
