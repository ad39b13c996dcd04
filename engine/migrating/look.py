"""A file in, what migrating it would do out: nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ...migrations.json_tree import NotJson
from ...migrations.out import Block
from ..diagnostics.diagnostic import Diagnostic, Severity
from ..language.document import validate, validate_bytes
from ..language.upgrade import Conversion, converted
from ..language.writing.format import format_document
from ..language.yaml.source import Source, parse, read_bytes

_IN_MEMORY = "SR901"
"""Says to run the command that is running."""


class Status(StrEnum):
    CURRENT = "current"
    OLD = "old"
    MIGRATED = "migrated"
    REFUSED = "refused"
    """It is old or unreadable, and its diagnostics say why it stays as it is."""
    OTHER = "other"
    """Not a document of any version."""


@dataclass(frozen=True, slots=True)
class Move:
    """The bytes of the old file, and what becomes of them: `new` at `target`, which may be the same path."""

    path: Path
    old: bytes
    target: Path
    new: bytes
    before: int
    after: int
    content: Block | None
    """What the new file must say, where the last step wrote it anew."""


@dataclass(frozen=True, slots=True)
class Looked:
    path: Path
    status: Status
    diagnostics: tuple[Diagnostic, ...] = ()
    move: Move | None = None


def look(path: Path) -> Looked:
    """Read one file. `move` is there for an old file that can be migrated."""
    data = read_bytes(path)
    if data is None:
        return Looked(path, Status.REFUSED, tuple(validate(path)))
    source = parse(str(path), data)
    try:
        found = converted(source)
    except NotJson:
        return Looked(path, Status.REFUSED, tuple(validate_bytes(data, str(path))))
    if found is None:
        return _not_old(path, source)
    diagnostics = tuple(d for d in validate_bytes(data, str(path)) if d.code != _IN_MEMORY)
    if found.text is None or any(d.severity is Severity.ERROR for d in diagnostics):
        return Looked(path, Status.REFUSED, diagnostics)
    return Looked(path, Status.OLD, diagnostics, _move(path, data, found, found.text))


def _not_old(path: Path, source: Source) -> Looked:
    diagnostics = tuple(source.report.diagnostics())
    if any(d.severity is Severity.ERROR for d in diagnostics):
        return Looked(path, Status.REFUSED, diagnostics)
    known = source.root is not None and source.root.get("stratrun") is not None
    return Looked(path, Status.CURRENT if known else Status.OTHER)


def _move(path: Path, data: bytes, found: Conversion, text: str) -> Move:
    """A document written anew is laid out as `stratrun fmt` does; an edited one keeps its name and every other byte."""
    if not found.anew:
        mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
        return Move(path, data, path, mark + text.encode(), found.before, found.after, None)
    target = path.with_suffix(".yaml")
    text = format_document(text.encode(), str(target)).text or text
    return Move(path, data, target, text.encode(), found.before, found.after, found.content)
