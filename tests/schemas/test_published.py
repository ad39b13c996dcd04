"""The published schema: what the models emit, in the form that editors and people read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft7Validator

from stratrun.engine.language.structure.shape import published
from stratrun.schemas.emit import PUBLISHED, emit


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


def test_the_committed_schema_is_what_the_models_emit() -> None:
    """`python -m stratrun.schemas.emit` would change nothing."""
    assert PUBLISHED.read_text(encoding="utf-8") == emit()


def test_it_is_draft_07_without_unreadable_unions() -> None:
    """The schema is valid draft-07 and has no anyOf or oneOf."""
    Draft7Validator.check_schema(published())
    assert "anyOf" not in emit()
    assert "oneOf" not in emit()


def test_every_mapping_is_closed() -> None:
    """No mapping takes a key it does not know, unless its keys are the author's names."""
    for where, part in parts(published()):
        if "object" in part.get("type", ()):
            assert part["additionalProperties"] is False or "propertyNames" in part, where


def test_every_key_is_described_with_examples() -> None:
    """An editor can show what each key means and what may stand there."""
    for where, part in parts(published()):
        for name, inner in part.get("properties", {}).items():
            assert inner.get("description"), f"{where}.{name}"
            plain = "properties" not in inner and "$ref" not in inner and "boolean" not in inner.get("type", ())
            if plain and inner.get("type") == "string":
                assert "examples" in inner or "enum" in inner or "const" in inner, f"{where}.{name}"


def test_the_examples_are_valid() -> None:
    """Each example of a key is accepted by that key's schema."""
    root = published()
    for where, part in parts(root):
        validator = Draft7Validator({**part, "definitions": root["definitions"]})
        for example in part.get("examples", ()):
            assert validator.is_valid(example), (where, example)


def test_the_schema_says_who_has_the_last_word() -> None:
    """`stratrun validate` is named as the authority."""
    assert "`stratrun validate` is the authority" in published()["description"]
