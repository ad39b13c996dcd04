"""Writes a new strategy and its tests: made and checked first, then both files or neither."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..diagnostics.diagnostic import Diagnostic, DocumentError, InputError, Severity
from ..language.document import validate_bytes
from ..report.atomic import replacing
from .catalogue import Template
from .fill import Answers, filled
from .fit import fit_tests

SCHEMAS = ".stratrun"
"""A repository's folder of schemas, for editors."""
_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: `test` is None where no test fits; `tests` and `left_out` are names of tests."""

    path: Path
    test: Path | None
    tests: tuple[str, ...]
    left_out: tuple[str, ...]
    warnings: tuple[Diagnostic, ...] = ()

    def next_steps(self) -> Sequence[str]:
        """Commands to go on with."""
        first = f"stratrun test {_quoted(self.test)}" if self.test else f"stratrun validate {_quoted(self.path)}"
        return [f"stratrun explain {_quoted(self.path)}", first, f"stratrun run {_quoted(self.path)}"]


def make(template: Template, answers: Answers, output: Path | None, force: bool) -> Made:
    """Write a strategy from a template, and the tests that fit it.

    Raises DocumentError for answers that make no sound strategy, InputError where a file stands in the way.
    """
    path, test = place(template, answers, output, force)
    text = filled(template, answers, schema_from(path.parent, "strategy"))
    found = validate_bytes(text.encode("utf-8", "surrogatepass"), str(path))
    if any(d.severity is Severity.ERROR for d in found):
        raise DocumentError(found)
    fitted = fit_tests(template, answers, text, path.name, schema_from(path.parent, "test"))
    with replacing(path) as file:
        file.write(text.encode())
        if fitted.text is not None:
            with replacing(test) as beside:
                beside.write(fitted.text.encode())
    return Made(path, test if fitted.text is not None else None, fitted.kept, fitted.left_out, tuple(found))


def place(template: Template, answers: Answers, output: Path | None, force: bool) -> tuple[Path, Path]:
    """The files to write, the strategy's and its tests'. Raises InputError where they cannot stand there."""
    path = output if output is not None else _usual_place(template, answers)
    if path.suffix not in _ENDINGS:
        raise InputError(f"{path}: a strategy file ends in .yaml", help=f"write --output {path.stem}.yaml")
    test = path.with_name(f"{path.stem}.test.yaml")
    _check_place(path, test, force)
    return path, test


def schema_from(folder: Path, kind: str) -> str | None:
    """The way from a folder to the nearest schema of that kind, for an editor; None where no folder above has one."""
    start = folder.absolute()
    for above in (start, *start.parents):
        schema = above / SCHEMAS / f"{kind}.json"
        if schema.is_file():
            return Path(os.path.relpath(schema, start)).as_posix()
    return None


def file_name(name: str) -> str:
    """A file's name made of a strategy's: letters, digits and underscores. Raises InputError when none is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:80]
    if not stem:
        raise InputError(f"the name `{name[:40]}` makes no file name", help="say where with --output FILE")
    return f"{stem}.yaml"


def _usual_place(template: Template, answers: Answers) -> Path:
    name = f"{template.name}.yaml" if answers.name is None else file_name(answers.name)
    return Path("strategies", name) if Path("strategies").is_dir() else Path(name)


def _check_place(path: Path, test: Path, force: bool) -> None:
    if not path.parent.is_dir():
        raise InputError(f"{path}: no folder {path.parent}", help="make it, or name a file in a folder that exists")
    for file in (path, test):
        if file.exists() and not file.is_file():
            raise InputError(f"{file}: it is not a regular file", help="name another with --output FILE")
        if file.exists() and not force:
            raise InputError(
                f"{file}: exists already", help="name another with --output FILE, or --force to replace it"
            )


def _quoted(path: Path | None) -> str:
    text = str(path)
    return f'"{text}"' if " " in text else text
