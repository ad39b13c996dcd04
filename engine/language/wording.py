"""How the schema's terms are said to an author: kinds of values, examples, guesses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from .nodes import Node, ScalarNode

_KINDS = {
    "string": "a text",
    "array": "a list",
    "object": "a mapping",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


def kind_of(node: Node, kind: str) -> str:
    """What was found."""
    if isinstance(node, ScalarNode) and kind in ("integer", "number", "boolean"):
        return f"{'the word' if kind == 'boolean' else 'the number'} {node.text.value}"
    return _KINDS[kind]


def wanted(schema: Mapping[str, Any], types: Iterable[str]) -> str:
    """What the key takes."""
    title = schema.get("title")
    words = [
        f"{'an' if title[0] in 'aeiou' else 'a'} {title}" if title and kind == "string" else _KINDS[kind]
        for kind in types
    ]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def such_as(schema: Mapping[str, Any]) -> str | None:
    """Examples of the value."""
    examples = schema.get("examples")
    return "such as " + " or ".join(f"`{_flow(e)}`" for e in examples) if examples else None


def example(name: str, schema: Mapping[str, Any]) -> str | None:
    """An example of the key with a value."""
    value = schema.get("const", (schema.get("examples") or schema.get("enum") or [None])[0])
    return f"add `{name}: {_flow(value)}`" if value is not None else f"add `{name}:`"


def listed(names: Iterable[Any]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """A guess at what was meant."""
    snake = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name[:100]).replace("-", "_").lower()
    found = get_close_matches(snake, list(known), n=1, cutoff=0.6)
    return f"did you mean `{found[0]}`?" if found else None


def home(name: str, schema: Mapping[str, Any], where: str = "", depth: int = 3) -> str | None:
    """Where else in the format a key of this name stands."""
    for key, part in schema.get("properties", {}).items():
        path = f"{where}.{key}" if where else key
        if name in part.get("properties", {}):
            return f"`{name}` belongs in `{path}`"
        found = home(name, part, path, depth - 1) if depth else None
        if found:
            return found
    return None


def _flow(value: Any) -> str:
    """A value as short YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return value if isinstance(value, str) else json.dumps(value)
