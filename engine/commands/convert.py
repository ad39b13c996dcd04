"""`stratrun convert`: the same document as YAML, JSON or with its expressions as trees."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..diagnostics.diagnostic import DocumentError
from ..language.writing.convert import Converted, Form, convert_document
from ..language.yaml.source import MAX_BYTES, read
from ..report.atomic import replacing
from . import options
from .failures import told
from .paths import DOCUMENT, PATH_OR_DASH

_STDIN = "-"


@click.command("convert", epilog="Example: stratrun convert dip.yaml --to ast --output dip.json")
@click.argument("file", type=PATH_OR_DASH)
@click.option(
    "--to", "target", type=click.Choice([form.value for form in Form]), required=True,
    help="yaml; json: the same data; ast: JSON with every expression as a tree, for editors.",
)  # fmt: skip
@click.option("--output", "-o", metavar="FILE", type=DOCUMENT, help="Where to write; standard output if left out.")
@options.form
@told
def command(file: str, target: str, output: str | None, form: str) -> None:
    """Turn a file of any of these forms into another, losing nothing but comments, which JSON has no place for.

    Keys keep their order and numbers their digits. `-` reads standard input. --format is about messages only.
    """
    done = convert_document(_read(file), "<stdin>" if file == _STDIN else file, Form(target))
    if done.text is None:
        raise DocumentError(done.diagnostics)
    if output is None:
        sys.stdout.buffer.write(done.text.encode())
        sys.stdout.buffer.flush()
    else:
        with replacing(Path(output)) as written:
            written.write(done.text.encode())
    _tell_lost(done, target)


def _tell_lost(done: Converted, target: str) -> None:
    if done.lost:
        what = "1 comment is" if done.lost == 1 else f"{done.lost:,} comments are"
        click.echo(f"{what} left out: {target} has no place for comments", err=True)


def _read(file: str) -> bytes:
    """The bytes of a file or of standard input. Raises DocumentError where there is no file to read."""
    if file == _STDIN:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    path = Path(file)
    if not path.is_file():
        raise DocumentError(read(path).report.diagnostics())
    with path.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)
