"""`stratrun test`: the tests of strategies."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..diagnostics.diagnostic import InputError
from .failures import COULD_NOT_RUN, FINDINGS, INTERRUPTED, UNREADABLE, told
from .paths import OUT, PATH

if TYPE_CHECKING:
    from ..testing.outcome import CaseOutcome


@click.command("test", epilog="Example: stratrun test strategies")
@click.argument("paths", nargs=-1, type=PATH)
@click.option("-k", "name", metavar="NAME", help="Run only tests whose name or file holds NAME (in any case).")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True,
    help="What to print: words for people, JSON for programs, or JUnit XML for CI servers.",
)  # fmt: skip
@click.option("--output", metavar="FILE", type=OUT, help="Write it to FILE; standard output then has words for people.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first test that does not pass.")
@told
def command(paths: tuple[str, ...], name: str | None, form: str, output: str | None, fail_fast: bool) -> None:
    """Run the tests of strategies: `kind: test` files, found in PATHS (files and folders; the current one if none).

    Each test back-tests its strategy over candles of its own and compares signals, decisions, trades and figures with
    what it expects. Exit code 0 when all pass, 1 when one fails or a file has mistakes, 2 when nothing could be run.
    """
    from ..testing.find import find_tests
    from ..testing.suite import run_paths
    from ..testing.text import Teller

    files = find_tests(paths or (".",))
    quiet = form != "text" and not output
    teller = Teller()
    outcomes: list[CaseOutcome] = []
    interrupted = False
    try:
        for outcome in run_paths(_watched(files, quiet), lambda path, case: _holds(name, path, case)):
            outcomes.append(outcome)
            if not quiet:
                click.echo("\n".join(teller.lines(outcome)))
            if fail_fast and not outcome.passed:
                break
    except KeyboardInterrupt:
        interrupted = True
    if not outcomes and not interrupted:
        raise InputError(f"no test is called `{name}`", help="-k takes a part of a test's name or of its file's")
    if not quiet:
        click.echo(teller.closing(outcomes) + (" (interrupted)" if interrupted else ""))
    _write(outcomes, form, output, interrupted)
    raise SystemExit(INTERRUPTED if interrupted else exit_code(outcomes))


def exit_code(outcomes: Sequence[CaseOutcome]) -> int:
    """0 all passed, 2 a test file could not be read, 1 anything else."""
    files = [outcome for outcome in outcomes if not outcome.name]
    if any(mistake.code in UNREADABLE for outcome in files for mistake in outcome.mistakes):
        return COULD_NOT_RUN
    return 0 if all(outcome.passed for outcome in outcomes) else FINDINGS


def _holds(name: str | None, path: str, case: str) -> bool:
    return not name or name.lower() in f"{path}\n{case}".lower()


def _watched(files: Sequence[Path], quiet: bool) -> Iterable[Path]:
    """The same files, with a progress bar on stderr where somebody waits there and sees no lines."""
    if not sys.stderr.isatty() or (sys.stdout.isatty() and not quiet):
        return files
    from rich.console import Console
    from rich.progress import track

    return track(files, "testing", console=Console(file=sys.stderr), transient=True)


def _write(outcomes: Sequence[CaseOutcome], form: str, output: str | None, interrupted: bool) -> None:
    if form == "text" and not output:
        return
    content = "".join(_content(outcomes, form, interrupted))
    if not output:
        click.echo(content, nl=False)
        return
    from ..report.atomic import replacing

    with replacing(Path(output)) as file:
        file.write(content.encode("utf-8", "backslashreplace"))


def _content(outcomes: Sequence[CaseOutcome], form: str, interrupted: bool) -> Iterator[str]:
    if form == "json":
        from ..testing.data import as_data

        yield json.dumps(as_data(outcomes, interrupted), indent=2, ensure_ascii=False) + "\n"
    elif form == "junit":
        from ..testing.junit import as_junit

        yield as_junit(outcomes)
    else:
        from ..testing.text import Style, Teller

        teller = Teller(Style())
        for outcome in outcomes:
            yield "\n".join(teller.lines(outcome)) + "\n"
        yield teller.closing(outcomes) + "\n"
