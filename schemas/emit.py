"""Turns the models into the published draft-07 schema: `python -m stratrun.schemas.emit` writes it.

pydantic writes unions as `anyOf`, whose messages nobody can read; here they become `type: [string, array]` with
`items` and `properties` side by side. Parts are written out in place; only a condition, which may hold conditions,
is a definition.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from .deployment import Deployment
from .parts import HOST, NAME_LENGTH, SYMBOL
from .portfolio import Portfolio
from .scenario import TestFile
from .strategy import Strategy

VERSION = 2
MODELS: Mapping[str, type[BaseModel]] = {
    "strategy": Strategy,
    "test": TestFile,
    "portfolio": Portfolio,
    "deployment": Deployment,
}
"""Kind of document -> its model."""
_FOLDER = Path(__file__).parent / str(VERSION)
_PREFIX = "#/definitions/"
_NAMED = {SYMBOL: "symbol", HOST: "host"}
"""What keys of a free mapping are called; other patterns are those of names."""


def published(kind: str) -> Path:
    """The file of a kind's schema."""
    return _FOLDER / f"{kind}.json"


class _AsWritten(GenerateJsonSchema):
    """Keys in the order of the models, so that examples read as an author writes them."""

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:
        return value


def emit(kind: str) -> str:
    """The schema of a kind of document as it is published."""
    raw = MODELS[kind].model_json_schema(ref_template=_PREFIX + "{model}", schema_generator=_AsWritten)
    parts = raw.pop("$defs")
    kept: dict[str, Any] = {}
    body = _write_out(raw, parts, (), kept)
    body["description"] = " ".join(body["description"].split())
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": f"stratrun {kind}, version {VERSION}"}
    schema = {**head, **body, "definitions": kept}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _write_out(schema: Any, parts: dict[str, Any], inside: tuple[str, ...], kept: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_write_out(item, parts, inside, kept) for item in schema]
    if not isinstance(schema, dict):
        return schema
    schema = dict(schema)
    reference = schema.pop("$ref", None)
    if reference:
        name = reference.removeprefix(_PREFIX)
        if name in inside:
            if name not in kept:
                kept[name] = {}
                kept[name] = _write_out(parts[name], parts, (name,), kept)
            return {"$ref": reference}
        return {**_write_out(parts[name], parts, (*inside, name), kept), **_write_out(schema, parts, inside, kept)}
    branches = schema.pop("anyOf", None)
    result: dict[str, Any] = {}
    if branches:
        result = _side_by_side([_write_out(branch, parts, inside, kept) for branch in branches])
    for key, value in schema.items():
        if key in ("properties", "definitions"):
            result[key] = {name: _key(_write_out(part, parts, inside, kept), name) for name, part in value.items()}
        elif key not in ("default", "title") or (key == "title" and str(value).islower()):
            result[key] = value if key in ("examples", "enum", "const") else _write_out(value, parts, inside, kept)
    return _any_name(result)


def _any_name(schema: dict[str, Any]) -> dict[str, Any]:
    """pydantic spreads a mapping of free names over `patternProperties`: say it in a form that can be explained."""
    found = schema.pop("patternProperties", None)
    if not found:
        return schema
    ((pattern, values),) = found.items()
    names = {"title": _NAMED.get(pattern, "name"), "pattern": pattern, "maxLength": NAME_LENGTH}
    return {**schema, "propertyNames": names, "additionalProperties": values}


def _key(schema: Any, name: str) -> Any:
    """pydantic titles every property after its key: only titles that say what a text is are kept. The choices of an
    enum are its examples."""
    if isinstance(schema, dict) and schema.get("title") == name and "pattern" not in schema:
        del schema["title"]
    choices = schema.get("enum", [schema["const"]] if "const" in schema else None) if isinstance(schema, dict) else None
    return {**schema, "examples": choices} if choices and "examples" not in schema else schema


def _side_by_side(branches: list[dict[str, Any]]) -> dict[str, Any]:
    """One schema that takes what any of the branches takes; they differ in type, so their words never meet."""
    types: list[str] = []
    merged: dict[str, Any] = {}
    for branch in branches:
        kind = branch.pop("type", None)
        if kind == "null":
            continue
        types += kind if isinstance(kind, list) else [kind] if kind else []
        clash = set(merged) & set(branch) - {"description"}
        if clash:
            raise ValueError(f"two branches of a union both say {sorted(clash)}")
        merged |= branch
    if types:
        merged = {"type": types if len(types) > 1 else types[0], **merged}
    return merged


if __name__ == "__main__":
    for name in MODELS:
        published(name).write_text(emit(name), encoding="utf-8")
