"""Every key of the published schema, wrong in every way its own terms allow: each is told, at its own place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from stratrun.engine.diagnostics.diagnostic import Severity
from stratrun.engine.language.document import validate_bytes
from stratrun.engine.language.structure.shape import published

Schema = Mapping[str, Any]
BASE: dict[str, Any] = {
    "stratrun": 2, "name": "Dip", "symbols": ["BTC/USDT"], "timeframe": "1h",
    "long": {"enter": "close > open", "exit": {"stop": "3%"}}, "size": {"cost": "100 USDT"},
}  # fmt: skip
VALUES = {
    "string": "zzz", "integer": 7, "number": 1.5, "boolean": True, "array": [], "object": {}, "null": None,
}  # fmt: skip
DEEP = 4


def keys(schema: Schema, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Schema]]:
    """Paths of keys with what the schema says of them; a free name is `a`, an entry of a list `0`."""
    if "$ref" in schema:
        schema = published()["definitions"][schema["$ref"].rpartition("/")[2]]
    if path:
        yield path, schema
    if len(path) >= DEEP:
        return
    for name, inner in schema.get("properties", {}).items():
        if inner is not False:
            yield from keys(inner, (*path, name))
    if isinstance(schema.get("additionalProperties"), dict):
        yield from keys(schema["additionalProperties"], (*path, "a"))


def with_value(path: tuple[str, ...], value: Any) -> bytes:
    """The base document with `value` at the path."""
    document: dict[str, Any] = json.loads(json.dumps(BASE))
    place = document
    for name in path[:-1]:
        inner = place.get(name)
        place[name] = place = inner if isinstance(inner, dict) else {}
    place[path[-1]] = value
    return json.dumps(document, indent=1).encode()


def kinds(schema: Schema) -> set[str]:
    given = schema.get("type", list(VALUES))
    allowed = {given} if isinstance(given, str) else set(given)
    return allowed | ({"integer"} if "number" in allowed else set())


def wrong(schema: Schema) -> Iterator[Any]:
    """Values that break one term of the schema each."""
    allowed = kinds(schema)
    yield from (value for kind, value in VALUES.items() if kind not in allowed)
    if "enum" in schema or "const" in schema:
        yield "zzz"
    if "pattern" in schema and "string" in allowed:
        yield "?!"
    if schema.get("minLength"):
        yield ""
    if "maxLength" in schema and "string" in allowed:
        yield "x" * (schema["maxLength"] + 1)
    if schema.get("minItems"):
        yield []
    if "minimum" in schema:
        yield schema["minimum"] - 1
    if "maximum" in schema:
        yield schema["maximum"] + 1
    if "exclusiveMinimum" in schema:
        yield schema["exclusiveMinimum"]
    if schema.get("additionalProperties") is False and "object" in allowed:
        yield {"zzzzz": 1}


CASES = [
    pytest.param(path, value, id=f"{'.'.join(path)}={json.dumps(value)[:12]}")
    for path, schema in keys(published())
    for value in wrong(schema)
]


def test_there_is_something_to_break() -> None:
    """The walk finds the schema's keys."""
    assert len(CASES) > 300
    assert {path[0] for path, _ in keys(published())} == set(published()["properties"])


@pytest.mark.parametrize(("path", "value"), CASES)
def test_a_wrong_value_is_told_where_it_stands(path: tuple[str, ...], value: Any) -> None:
    """An error of the schema names the key or stands on its line or below it, and nothing is lost on the way."""
    data = with_value(path, value)
    found = [d for d in validate_bytes(data, "a.json") if d.severity is Severity.ERROR]
    assert found
    begins = " " * len(path) + f'"{path[-1]}":'
    line = next((number for number, text in enumerate(data.decode().splitlines(), 1) if text.startswith(begins)), 1)
    near = [d for d in found if d.span and (d.span.line >= line or path[-1] in d.message)]
    assert near, [d.message for d in found]
    for diagnostic in found:
        assert diagnostic.message
        assert "None" not in diagnostic.message
