"""Turns what goes wrong into one clear message and an exit code: 1 for findings, 2 for what could not run."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import click

from ..diagnostics import render
from ..diagnostics.diagnostic import Diagnostic, DocumentError, InputError, OldFileWarning
from .written import check_written

FINDINGS, COULD_NOT_RUN, INTERRUPTED = 1, 2, 130
UNREADABLE = {"SR001", "SR014"}
"""Codes of files that are not there or cannot be opened."""

TRACEBACK = "STRATRUN_TRACEBACK"
"""A variable for those who mend the program: where it is set, a fault is a traceback."""


def fail(diagnostics: list[Diagnostic], form: str, code: int) -> NoReturn:
    """Tell the diagnostics (text on stderr, JSON on stdout) and end with `code`."""
    if form == "json":
        click.echo(json.dumps({"diagnostics": [render.as_dict(d) for d in diagnostics]}, indent=2, ensure_ascii=False))
    else:
        click.echo(render.as_text(diagnostics, render.wants_colour(sys.stderr)), err=True, nl=False)
    raise SystemExit(code)


def silence() -> None:
    """Send what is still to be said nowhere: nobody reads it, and Python would complain of that as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            os.dup2(nowhere, stream.fileno())


def untold(error: BaseException, form: str) -> NoReturn:
    """End for what no command has told: mistakes in options, Ctrl-C outside its work, and faults of the program."""
    if isinstance(error, KeyboardInterrupt) or _ended_a_question(error):
        click.echo("interrupted", err=True)
        raise SystemExit(INTERRUPTED) from None
    if isinstance(error, click.Abort) or (isinstance(error, click.ClickException) and form != "json"):
        raise error  # as click tells it
    if isinstance(error, click.ClickException):
        fail([Diagnostic("SR600", error.format_message())], form, COULD_NOT_RUN)
    if os.environ.get(TRACEBACK):
        raise error
    mend = f"this is a fault of the program, not of your files: please report it, with {_kept(error)}"
    fail([Diagnostic("SR600", f"stratrun failed: {type(error).__name__}: {error}", help=mend)], form, COULD_NOT_RUN)


def _ended_a_question(error: BaseException) -> bool:
    """Whether Ctrl-C came while a question waited: click makes an Abort of it, as of the answer no."""
    return isinstance(error, click.Abort) and isinstance(error.__context__, KeyboardInterrupt)


def _kept(error: BaseException) -> str:
    """The traceback in a file that only its user can read; the words for where it is."""
    lines = traceback.format_exception(error)
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="stratrun-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.writelines(lines)
    except OSError:
        return lines[-1].strip()
    return file.name


def told(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a command with a `form` argument (text or json): no mistake of a user's ends in a traceback,
    and nothing is written over what was not asked for."""

    @functools.wraps(function)
    def command(*args: Any, form: str, **kwargs: Any) -> Any:
        try:
            with _ages_told():
                check_written(click.get_current_context())
                return function(*args, form=form, **kwargs)
        except DocumentError as error:
            unread = all(d.code in UNREADABLE for d in error.diagnostics)
            fail(list(error.diagnostics), form, COULD_NOT_RUN if unread else FINDINGS)
        except InputError as error:
            fail([Diagnostic(error.code, error.message, help=error.help)], form, COULD_NOT_RUN)
        except BrokenPipeError:
            # The reader has gone (`| head`): nothing is wrong, and nothing more can be said.
            silence()
            raise SystemExit(0) from None
        except OSError as error:
            words = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
            fail([Diagnostic("SR600", words)], form, COULD_NOT_RUN)
        except MemoryError:
            fail([Diagnostic("SR600", "out of memory", help="give fewer candles")], form, COULD_NOT_RUN)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            raise SystemExit(INTERRUPTED) from None

    return command


@contextlib.contextmanager
def _ages_told() -> Iterator[None]:
    """Tell files of older versions on standard error, as they are loaded."""
    usual = warnings.showwarning

    def show(message: Warning | str, *rest: Any) -> None:
        if isinstance(message, OldFileWarning):
            click.echo(render.as_text([message.diagnostic], render.wants_colour(sys.stderr)), err=True)
        else:
            usual(message, *rest)

    with warnings.catch_warnings():
        warnings.simplefilter("always", OldFileWarning)
        warnings.showwarning = show  # type: ignore[assignment]  # as `warnings` says to do it
        yield
