"""A document's text with its nodes, and edits of its values in place: every other byte stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...migrations.edits import Edit, apply
from ...migrations.tree import Mark
from ..diagnostics.diagnostic import Span
from ..language.writing.layout import Scalar
from ..language.writing.scalars import yaml_text
from ..language.yaml.core_schema import resolve
from ..language.yaml.nodes import MapNode, Node
from ..language.yaml.places import Lines
from ..language.yaml.source import parse


@dataclass(slots=True)
class Draft:
    """A sound YAML text that edits are collected for."""

    text: str
    root: MapNode
    lines: Lines
    edits: list[Edit] = field(default_factory=list)

    def put(self, node: Node, text: str) -> None:
        """Write `text` where the node stands."""
        self.edits.append(Edit(self._mark(node.span), text))

    def insert_after(self, node: Node, text: str) -> None:
        """Write lines below the line on which the node ends."""
        end = self._mark(node.span).end
        line_end = self.text.find("\n", end)
        at = len(self.text) if line_end < 0 else line_end + 1
        self.edits.append(Edit(Mark(at, at), text))

    def cut_lines(self, first: int, after: int | None) -> None:
        """Remove the lines from `first` to the one before `after`, or to the end; lines count from 1."""
        start = self.lines.index(first, 1)
        end = len(self.text) if after is None else self.lines.index(after, 1)
        self.edits.append(Edit(Mark(start, end), ""))

    def edited(self) -> str:
        return apply(self.text, self.edits)[0]

    def _mark(self, span: Span) -> Mark:
        return Mark(self.lines.index(span.line, span.column), self.lines.index(span.end_line, span.end_column))


def draft(text: str, path: str) -> Draft:
    """A text whose YAML is known to be sound. Raises ValueError where it is not."""
    source = parse(path, text.encode("utf-8", "surrogatepass"))
    if source.root is None or source.lines is None:
        raise ValueError(f"{path} cannot be read as YAML")
    return Draft(text, source.root, source.lines)


def text_of(value: str) -> str:
    """A text as a YAML value that stays a text, wherever it stands."""
    return yaml_text(Scalar(value, value), flow=True)


def amount_of(value: str) -> str:
    """A number or a value with its unit, as `--set` gives it."""
    return yaml_text(Scalar(value, resolve(value)), flow=True)
