"""What every control command shares: which session is meant, asking it, and telling its answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import FINDINGS
from .paths import PATH

if TYPE_CHECKING:
    from ..run.beside import Beside
    from ..run.control.commands import Action
    from ..run.control.wire import Answer

LEDGER = "ledger.db"
_why = click.option("--why", default="", metavar="WORDS", help="The reason, for the ledger.")
_yes = click.option("--yes", is_flag=True, help="Do it without asking.")


def where(function: Callable[..., Any]) -> Callable[..., Any]:
    """--ledger, --deployment, --format."""
    found = (
        click.option(
            "--ledger", metavar="FILE|URL", envvar="STRATRUN_LEDGER", show_envvar=True,
            help=f"The session's ledger; {LEDGER} in this folder if neither is given.",
        ),
        click.option("--deployment", metavar="FILE", type=PATH, help="The deployment file that runs."),
        options.form,
    )  # fmt: skip
    for option in reversed(found):
        function = option(function)
    return function


def why(function: Callable[..., Any]) -> Callable[..., Any]:
    return _why(function)


def yes(function: Callable[..., Any]) -> Callable[..., Any]:
    return _yes(function)


def ledger_of(ledger: str | None, deployment: str | None) -> str:
    """The place of the ledger that is meant. Raises InputError, DocumentError."""
    if deployment is None:
        return ledger or LEDGER
    if click.get_current_context().get_parameter_source("ledger") is ParameterSource.COMMANDLINE:
        raise InputError("--ledger and --deployment both say which session", help="give one of them")
    from ..language.access import load_access

    return load_access(deployment).ledger  # a mistake elsewhere in the file must not keep an operator from halting


def beside_of(ledger: str | None, deployment: str | None) -> Beside:
    """Raises InputError, DocumentError."""
    from ..run.beside import Beside

    found = Beside.of(ledger_of(ledger, deployment), deployment)
    if found is None:
        raise InputError(
            "a session whose ledger is a database is found by its deployment", help="give --deployment FILE"
        )
    return found


def act(action: Action, ledger: str | None, deployment: str | None, why: str, form: str) -> None:
    """Ask the session to carry it out and tell what became of it; exit code 1 where it was refused."""
    from ..run.control.client import Client, NoSessionError

    beside = beside_of(ledger, deployment)
    try:
        answer = Client(beside).ask(action, why)
    except NoSessionError:
        raise no_session(beside, named=bool(ledger or deployment)) from None
    tell(answer, form)


def tell(answer: Answer, form: str) -> None:
    if form == "json":
        data = {"done": answer.done, "code": answer.code, "words": answer.words, "details": answer.data or {}}
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        click.echo(answer.words if answer.done else f"refused ({answer.code}): {answer.words}", err=not answer.done)
    if not answer.done:
        raise SystemExit(FINDINGS)


def no_session(beside: Beside, named: bool) -> InputError:
    """`named`: whether the operator said which session; otherwise it may well run from another folder."""
    words, mend = f"no session runs beside {beside.anchor}", "start it with `stratrun run`"
    if not named:
        words, mend = f"{words} in this folder", f"name the session's --deployment or --ledger; if none runs, {mend}"
    return InputError(words, help=f"{mend}; `stratrun kill --deployment FILE` reaches the venue without it")


def confirmed(question: str, yes: bool) -> None:
    """Ask on a terminal. Raises InputError where nobody can answer, click.Abort where the answer is no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise InputError(f"{question} Nobody is here to answer", help="give --yes to do it without asking")
    click.confirm(question, abort=True, err=True)


def reasoned(why: str) -> str:
    """The reason, which must be there. Raises InputError."""
    words = " ".join(why.split())
    if not words:
        raise InputError("this needs a reason, which the ledger keeps", help="give --why 'what for'")
    return words
