"""What the published schema says about a place of a document: the order of its keys, and what may stand there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..structure.kinds import KINDS
from ..structure.shape import Schema, published

_NOTHING: Schema = {}
_LONGEST = 4000
"""Of an expression, as the schema has it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One place of a document; unknown places accept anything and ask for no order."""

    schema: Schema
    root: Schema
    depth: int = 0

    def key(self, name: str) -> Shape:
        """The place of the value at a key."""
        known = self.schema.get("properties", _NOTHING).get(name, self.schema.get("additionalProperties"))
        return self._at(known)

    def item(self) -> Shape:
        """The place of a list's entries."""
        return self._at(self.schema.get("items"))

    def _at(self, schema: Any) -> Shape:
        if not isinstance(schema, dict):
            schema = _NOTHING
        if "$ref" in schema:
            schema = self.root["definitions"][schema["$ref"].rpartition("/")[2]]
        return Shape(schema, self.root, self.depth + 1)

    def rank(self, name: str) -> int:
        """Where a key stands among its siblings; unknown names stay as they are, behind the known ones."""
        names = list(self.schema.get("properties", ()))
        return names.index(name) if name in names else len(names)

    @property
    def is_expression(self) -> bool:
        """Whether a text here is an expression."""
        title = self.schema.get("title", "expression")
        return title == "expression" and self.schema.get("maxLength") == _LONGEST and "string" in self._types

    @property
    def is_rule(self) -> bool:
        """Whether a condition stands here: a text, a list of them or a group."""
        return self.is_expression and "object" in self._types

    @property
    def holds_rules(self) -> bool:
        """Whether a condition may stand right inside."""
        inside = [self.key(name) for name in self.schema.get("properties", ())]
        return self.item().is_rule or any(place.is_rule for place in inside)

    @property
    def _types(self) -> tuple[str, ...]:
        types = self.schema.get("type", ())
        return (types,) if isinstance(types, str) else tuple(types)


def shape_of(kind: str) -> Shape:
    """The shape of a whole document of this kind."""
    schema = published(kind) if kind in KINDS else _NOTHING
    return Shape(schema, schema)
