"""How the schema's terms are said to an author: kinds of values, examples, guesses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from ..text import cut
from ..yaml.nodes import Node, ScalarNode
from .habits import HABITS

_KINDS = {
    "string": "a text",
    "array": "a list",
    "object": "a mapping",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


_DEPLOYMENT = frozenset(
    ("exchange", "venue", "account", "api_key", "capital", "mode", "live", "paper", "fee", "slippage")
)


def amount(value: float) -> str:
    """A bound as an author would write it."""
    return f"{int(value):,}" if float(value).is_integer() else f"{value:g}"


def kind_of(node: Node, kind: str) -> str:
    """What was found."""
    if isinstance(node, ScalarNode) and kind in ("integer", "number", "boolean"):
        return f"{'the word' if kind == 'boolean' else 'the number'} {cut(node.text.value)}"
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
    """Examples of the value; a mapping without one is made of its first keys'."""
    examples = schema.get("examples") or _made(schema)
    return "such as " + " or ".join(f"`{_flow(e)}`" for e in examples) if examples else None


def _made(schema: Mapping[str, Any]) -> list[Any]:
    properties = schema.get("properties", {})
    names = list(dict.fromkeys([*schema.get("required", ()), *properties]))[: 1 if "allOf" in schema else 2]
    first = {name: properties[name]["examples"][0] for name in names if properties[name].get("examples")}
    return [first] if first else []


def example(name: str, schema: Mapping[str, Any]) -> str | None:
    """An example of the key with a value."""
    value = schema.get("const", (schema.get("examples") or schema.get("enum") or [None])[0])
    return f"add `{name}: {_flow(value)}`" if value is not None else f"add `{name}:`"


def listed(names: Iterable[Any], between: str = ", ") -> str:
    return between.join(f"`{name}`" for name in names)


def in_capitals(value: str, schema: Mapping[str, Any]) -> str | None:
    """A guess at a symbol or name that stands in small letters and fits in capitals."""
    fits = value.islower() and re.search(schema["pattern"], value.upper())
    return f"did you mean `{cut(value.upper())}`?" if fits else None


def nearest(name: str, known: Iterable[str]) -> str | None:
    """A guess at what was meant."""
    found = _closest(name, known)
    return f"did you mean `{found}`?" if found else None


def _closest(name: str, known: Iterable[str]) -> str | None:
    known = list(known)
    if (meant := _elsewhere(name)) in known:
        return meant
    found = get_close_matches(_snake(name), known, n=1, cutoff=0.6)
    return found[0] if found else None


def _elsewhere(name: str) -> str | None:
    return HABITS.get(_snake(name))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name[:100]).replace("-", "_").lower()


def unknown_key(name: str, siblings: Mapping[str, Any], schema: Mapping[str, Any]) -> str | None:
    """What to do about a key that may not stand among these."""
    if name.lower() in _DEPLOYMENT and "symbols" in schema["required"]:
        return "a strategy file holds no exchange, account, capital or costs: they are given when it is run"
    homes = dict(_homes(schema, "", 3))
    found, meant, top = nearest(name, siblings), _elsewhere(name), schema["properties"]
    if meant in top and meant not in siblings:
        there = top[meant].get("properties") is siblings
        return f"the keys here are {listed(siblings)}" if there else f"`{meant}` stands at the top of the file"
    if found and name not in homes:
        return found
    closest = name if name in homes else _closest(name, homes)
    if closest:
        return f"`{closest}` belongs in `{homes[closest]}`"
    return found or (f"the keys here are {listed(siblings)}" if len(siblings) <= 12 else None)


def _homes(schema: Mapping[str, Any], where: str, depth: int) -> Iterator[tuple[str, str]]:
    """Keys inside the format's mappings, with the mapping they stand in; the outermost home comes last."""
    for key, part in reversed(schema.get("properties", {}).items()):
        path = f"{where}.{key}" if where else key
        if depth:
            yield from _homes(part, path, depth - 1)
        yield from ((name, path) for name in part.get("properties", ()))


def _flow(value: Any) -> str:
    """A value as short YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return value if isinstance(value, str) else json.dumps(value)
