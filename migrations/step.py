"""What every step is: it recognises the documents of its version and turns one into the next version's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from .out import Block
from .places import Places
from .tree import Entries, Mark


class Weight(StrEnum):
    """An error keeps the document from being migrated; a warning tells what changed hands or was assumed."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell, with its place in the text the step was given (None: the document as a whole)."""

    code: str
    message: str
    mark: Mark | None = None
    help: str | None = None
    weight: Weight = Weight.WARNING


@dataclass(frozen=True, slots=True)
class Document:
    """`text` without a byte order mark; `name` is what to call a document that has no name of its own."""

    text: str
    root: Entries
    name: str = ""


@dataclass(frozen=True, slots=True)
class Migrated:
    """`text` is None where errors were found. `places` lead from it back into the text it was made of.

    `content` is set by steps that write a document anew: what `text` must say when it is read again.
    """

    text: str | None
    places: Places
    findings: Sequence[Finding] = ()
    content: Block | None = None


class Step(Protocol):
    """One version to the next. A document that a step gives is never recognised by it again."""

    before: int
    after: int

    def recognises(self, root: Entries) -> bool:
        """Whether this is a document of the version `before`."""

    def migrate(self, document: Document) -> Migrated:
        """The document as one of the version `after`, or what keeps it from being one."""
