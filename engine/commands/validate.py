"""`stratrun validate`: every mistake in every file, for people, programs and code review."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics import render
from ..diagnostics.choose import Choice, prefixes
from ..diagnostics.codes import CODES
from ..diagnostics.diagnostic import Diagnostic, Severity
from ..language.batch import validate_all
from ..language.document import validate_bytes
from ..language.folders import walk
from ..language.yaml.source import MAX_BYTES
from ..market.venue import Venue
from .failures import COULD_NOT_RUN, FINDINGS, UNREADABLE, told
from .paths import OUT, PATH, PATH_OR_DASH

if TYPE_CHECKING:
    CodesType = click.ParamType[tuple[str, ...]]
else:  # generic in newer releases of click only
    CodesType = click.ParamType

_STDIN = "-"
_STDIN_NAME = "<stdin>"
_MANY = 50
"""More files than this get a progress bar."""


class Codes(CodesType):
    """`SR2,SR404`: codes or what they begin with."""

    name = "codes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        try:
            return prefixes(str(value), CODES)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in how many files; `invalid` of them hold errors. `others` ends the closing line."""

    files: int
    invalid: int
    found: list[Diagnostic]
    passed_over: Sequence[Path] = ()
    others: str = ""

    @property
    def unread(self) -> bool:
        return any(d.code in UNREADABLE for d in self.found)

    def fails(self, strict: bool) -> bool:
        """Whether anything counts as a finding: errors, and warnings too where it is strict."""
        counted = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        return any(d.severity in counted for d in self.found)


@click.command("validate")
@click.argument("paths", nargs=-1, required=True, type=PATH_OR_DASH)
@click.option(
    "--select", multiple=True, type=Codes(), metavar="CODES",
    help="Tell these codes alone; SR2 stands for all that begin so. Comma-separated, or given several times.",
)  # fmt: skip
@click.option(
    "--ignore", multiple=True, type=Codes(), metavar="CODES",
    help="Leave these codes out. What keeps a file from being read (SR0xx) is always told.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Warnings count as findings: they end with exit code 1 too.")
@click.option(
    "--exchange", metavar="NAME",
    help="Check also what this venue lists and takes; its markets come from `stratrun markets update NAME`.",
)  # fmt: skip
@click.option("--markets", metavar="FILE", type=PATH, help="Read the venue's markets from this file instead.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "sarif", "github"]), default="text", show_default=True,
    help="What to print: words, JSON, SARIF 2.1.0 for code scanning, or annotations for a GitHub workflow.",
)  # fmt: skip
@click.option("--output", metavar="FILE", type=OUT, help="Write it to this file instead of standard output.")
@told
def command(
    paths: tuple[str, ...], select: Sequence[tuple[str, ...]], ignore: Sequence[tuple[str, ...]], strict: bool,
    exchange: str | None, markets: str | None, form: str, output: str | None,
) -> None:  # fmt: skip
    """Check strategy files and folders of them; tell every mistake at once. `-` reads one from standard input.

    Exit code 0 when all files are sound (warnings allowed, unless --strict), 1 when there are findings, 2 when a file
    could not be read.

    \b
    stratrun validate strategies/ --strict
    stratrun validate strategies/ --exchange binance --ignore SR417
    stratrun validate . --format sarif --output stratrun.sarif
    """
    venue = _venue(exchange, markets)
    chosen = Choice(tuple(chain(*select)), tuple(chain(*ignore)))
    checked = _checked(paths, venue, chosen)
    _tell(checked, form, output)
    if checked.unread:
        raise SystemExit(COULD_NOT_RUN)
    if checked.fails(strict):
        raise SystemExit(FINDINGS)


def _venue(exchange: str | None, markets: str | None) -> Venue | None:
    if exchange is None and markets is None:
        return None
    from ..brokers.market_list import cached, read_markets

    if exchange is None:
        raise click.UsageError("--markets needs --exchange NAME, the venue the file is of")
    return cached(exchange) if markets is None else read_markets(Path(markets), exchange)


def _checked(paths: Sequence[str], venue: Venue | None, chosen: Choice) -> Checked:
    walked = walk(path for path in paths if path != _STDIN)
    files = sorted(walked.files, key=str)
    stdin = _from_stdin(venue) if _STDIN in paths else iter(())
    found = chosen.of(_age(venue)) if venue is not None else []
    invalid = 0
    for diagnostics in chain(stdin, _watched(validate_all(files, venue), files)):
        told_of = chosen.of(diagnostics)
        invalid += any(d.severity is Severity.ERROR for d in told_of)
        found += told_of
    count = len(files) + (_STDIN in paths)
    return Checked(count, invalid, _in_order(found), walked.passed_over, walked.others)


def _in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """By path, each once: what a portfolio's members are told may have been told of their own files already."""
    return sorted(dict.fromkeys(found), key=lambda d: d.path if d.path and d.path != _STDIN_NAME else "")


def _age(venue: Venue) -> list[Diagnostic]:
    from ..brokers.market_list import old

    return old(venue)


def _from_stdin(venue: Venue | None) -> Iterator[list[Diagnostic]]:
    yield validate_bytes(sys.stdin.buffer.read(MAX_BYTES + 1), _STDIN_NAME, venue)


def _watched(results: Iterable[list[Diagnostic]], files: Sequence[Path]) -> Iterable[list[Diagnostic]]:
    """The same results, with a progress bar on stderr where somebody waits for them."""
    if len(files) <= _MANY or not sys.stderr.isatty():
        return results
    from rich.console import Console
    from rich.progress import track

    return track(results, "checking", len(files), console=Console(file=sys.stderr), transient=True)


def _tell(checked: Checked, form: str, output: str | None) -> None:
    if output is None:
        click.echo(_content(checked, form, render.wants_colour(sys.stdout)), nl=False)
        return
    from ..report.atomic import replacing

    with replacing(Path(output)) as file:
        file.write(_content(checked, form, False).encode("utf-8", "backslashreplace"))
    click.echo(f"{summary(checked)}; written to {output}", err=True)


def _content(checked: Checked, form: str, colour: bool) -> str:
    found = checked.found
    if form == "json":
        content = {
            "files": checked.files,
            "invalid": checked.invalid,
            "passed_over": list(map(str, checked.passed_over)),
            "diagnostics": [render.as_dict(d) for d in found],
        }
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    if form == "sarif":
        from ... import __version__
        from ..diagnostics.sarif import as_sarif

        return as_sarif(found, __version__, not checked.unread)
    if form == "github":
        from ..diagnostics.github import as_github

        return as_github(found) + summary(checked) + "\n"
    return (render.as_text(found, colour) + "\n" if found else "") + summary(checked) + "\n"


def summary(checked: Checked) -> str:
    """One line for the end: how many files, errors and warnings, and what was passed over."""
    words = f"{_count(checked.files, 'file')} checked: "
    counts = [(sum(d.severity is severity for d in checked.found), severity) for severity in Severity]
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    parts = [_count(number, names[severity]) for number, severity in counts if number]
    if checked.invalid:
        parts[0] += f" in {checked.invalid}"
    return words + (", ".join(parts) or "no mistakes") + checked.others


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
