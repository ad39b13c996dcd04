"""The published schemas: what the models emit, in the form that editors and people read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator

from stratrun.engine.language.structure.kinds import KINDS, schema_path
from stratrun.engine.language.structure.shape import published
from stratrun.schemas.emit import MODELS, emit
from stratrun.schemas.emit import published as emitted_to

every_kind = pytest.mark.parametrize("kind", list(MODELS))


def parts(schema: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema inside, with the path of its key."""
    if isinstance(schema, dict):
        yield where, schema
        for name, part in schema.get("properties", {}).items():
            yield from parts(part, f"{where}.{name}")
        for word in ("items", "additionalProperties", "propertyNames"):
            yield from parts(schema.get(word), f"{where}[]")
        for name, part in schema.get("definitions", {}).items():
            yield from parts(part, name)


@every_kind
def test_the_committed_schema_is_what_the_models_emit(kind: str) -> None:
    """`python -m stratrun.schemas.emit` would change nothing."""
    assert emitted_to(kind).read_text(encoding="utf-8") == emit(kind)


def test_every_kind_has_its_schema() -> None:
    """The kinds the language knows are those with a model, and both look for the schema in the same place."""
    assert list(KINDS) == list(MODELS)
    assert [schema_path(kind) for kind in KINDS] == [emitted_to(kind) for kind in MODELS]


@every_kind
def test_it_is_draft_07_without_unreadable_words(kind: str) -> None:
    """The schema is valid draft-07, has no anyOf or oneOf, and a rule never answers with a bare `false`."""
    Draft7Validator.check_schema(published(kind))
    assert "anyOf" not in emit(kind)
    assert "oneOf" not in emit(kind)
    for where, part in parts(published(kind)):
        for rule in part.get("allOf", ()):
            assert "properties" not in rule["then"], where


@every_kind
def test_every_mapping_is_closed(kind: str) -> None:
    """No mapping takes a key it does not know, unless its keys are the author's names."""
    for where, part in parts(published(kind)):
        if "object" in part.get("type", ()):
            assert part["additionalProperties"] is False or "propertyNames" in part, where


@every_kind
def test_every_key_is_described_with_examples(kind: str) -> None:
    """An editor can show what each key at any depth means and what may stand there."""
    for where, part in parts(published(kind)):
        for name, inner in part.get("properties", {}).items():
            assert len(inner.get("description", "")) > 10, f"{where}.{name}"
            assert inner["description"].endswith("."), f"{where}.{name}"
            assert inner.get("examples"), f"{where}.{name}"


@every_kind
def test_the_examples_are_valid(kind: str) -> None:
    """Each example of a key is accepted by that key's schema."""
    root = published(kind)
    for where, part in parts(root):
        validator = Draft7Validator({**part, "definitions": root["definitions"]})
        for example in part.get("examples", ()):
            assert validator.is_valid(example), (where, example)


@every_kind
def test_the_schema_says_who_has_the_last_word(kind: str) -> None:
    """`stratrun validate` is named as the authority."""
    assert "`stratrun validate` is the authority" in published(kind)["description"]


KNOWN = {
    "type", "const", "enum", "properties", "additionalProperties", "propertyNames", "required", "items", "minItems",
    "maxItems", "uniqueItems", "minLength", "maxLength", "pattern", "minimum", "exclusiveMinimum", "maximum",
    "exclusiveMaximum", "minProperties", "$ref", "allOf",
}  # fmt: skip
"""Keywords that the walker of documents reads."""
SAID = {"$schema", "title", "description", "examples", "definitions"}


@every_kind
def test_the_walker_knows_every_keyword(kind: str) -> None:
    """The schema says nothing that `stratrun validate` would pass over."""
    for where, part in parts(published(kind)):
        assert set(part) <= KNOWN | SAID, where
