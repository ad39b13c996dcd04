"""Rules between the keys of one mapping: the `allOf` of a schema in, what breaks it out.

A rule is `if` (required: this key stands there; or properties: false, none of these does) and `then` (propertyNames:
only these keys may; or required: these keys must).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

from ...diagnostics.diagnostic import Span
from ..yaml.nodes import MapNode
from .wording import listed


class Breach(NamedTuple):
    code: str
    message: str
    span: Span
    help: str | None = None


def breaches(
    node: MapNode,
    rules: Sequence[Mapping[str, Any]],
    known: frozenset[str],
    where: str,
    around: Span,
    meant: frozenset[str] = frozenset(),
) -> Iterator[Breach]:
    """What breaks the rules, in their order; keys that nobody knows are not looked at.

    `meant` are keys that misspelt ones seem to stand for: these are not missing.
    """
    names = known.intersection(key.text.value for key, _ in node.entries)
    lacking: set[str] = set()
    for rule in rules:
        given = rule["if"].get("required", ())
        absent = rule["if"].get("properties", {})
        if not names.issuperset(given) or names.intersection(absent):
            continue
        needed = rule["then"].get("required", ())
        if "propertyNames" in rule["then"]:
            surplus = names.difference(rule["then"]["propertyNames"]["enum"])
            # Where all of some keys are lacking, that has been told, and what belongs to them may be right.
            if surplus and not (absent and lacking.issuperset(absent)):
                yield from _surplus(node, surplus, given, absent)
        elif given and not names.issuperset(needed):
            owner = node.key(given[0])
            missing = listed(name for name in needed if name not in names)
            yield Breach("SR103", f"`{given[0]}` needs {missing} beside it", owner.span if owner else around)
        elif absent:
            lacking.update(absent)
            if meant.isdisjoint(absent):
                place = f" in `{where}`" if where else ""
                yield Breach("SR108", f"one of {listed(absent)} is missing{place}", around)


def _surplus(node: MapNode, surplus: Set[str], given: Sequence[str], absent: Mapping[str, Any]) -> Iterator[Breach]:
    """Keys that another one excludes, or that need one which is not there; of two, the later one is told."""
    order = [key.text.value for key, _ in node.entries]
    for name in sorted(surplus, key=order.index):
        key = node.key(name)
        if key is None:
            continue
        if not given:
            yield Breach("SR108", f"`{name}` stands only beside {listed(absent, ' or ')}", key.span)
        elif order.index(given[0]) < order.index(name):
            yield Breach("SR107", f"`{name}` cannot stand beside `{given[0]}`", key.span, "keep one of them")
