"""Walks a composed document against the published schema: shapes in, diagnostics out.

Only the keywords the schema uses are known: type, const, enum, properties, additionalProperties, propertyNames,
required, items, lengths, bounds, pattern, uniqueItems, $ref, and allOf of `if` (required, or properties: false) with
`then` (propertyNames: enum, or required). A test holds it equal to a generic validator.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from ...diagnostics.diagnostic import Span
from ...diagnostics.report import Report
from ..text import cut
from ..yaml.nodes import ListNode, MapNode, Node, ScalarNode
from .kinds import STRATEGY, kind_of_document, schema_path
from .rules import breaches
from .split import split_call, split_value
from .wording import amount, example, in_capitals, kind_of, listed, nearest, such_as, unknown_key, wanted

Schema = Mapping[str, Any]
MANY = 12
"""Choices that are listed in a message; more stand in its help."""


@cache
def published(kind: str = STRATEGY) -> Schema:
    """The newest version's schema of a kind of document."""
    schema: Schema = json.loads(schema_path(kind).read_text(encoding="utf-8"))
    return schema


def check_structure(root: MapNode, report: Report) -> frozenset[int]:
    """The ids of the nodes that hold a mistake of their own (not those around them); `kind` chooses the schema."""
    return check_against(root, published(kind_of_document(root)), report)


def check_against(root: MapNode, schema: Schema, report: Report) -> frozenset[int]:
    """The same by a schema of one's own."""
    walker = _Walker(schema, report)
    walker.walk(root, schema, "", root.entries[0][0].span if root.entries else root.span)
    return frozenset(walker.broken)


def type_of(node: Node) -> str:
    """The JSON type of a node; `number` only where it is not a whole number."""
    if isinstance(node, MapNode):
        return "object"
    if isinstance(node, ListNode):
        return "array"
    value = node.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return "integer" if isinstance(value, int) or value.is_integer() else "number"


class _Walker:
    def __init__(self, root: Schema, report: Report) -> None:
        self.broken: set[int] = set()
        self._root = root
        self._report = report

    def walk(self, node: Node, schema: Schema, where: str, around: Span) -> None:
        """`where` names the node as `long.exit`; `around` is the place of its key."""
        if "$ref" in schema:
            schema = self._root["definitions"][schema["$ref"].rpartition("/")[2]]
        if not self._type_fits(node, schema, where, around):
            return
        if isinstance(node, ScalarNode):
            self._scalar(node, schema, where)
        elif isinstance(node, ListNode):
            self._list(node, schema, where)
        else:
            self._map(node, schema, where, around)

    def _tell(self, node: Node | None, code: str, message: str, span: Span, help: str | None = None) -> None:
        if node is not None:
            self.broken.add(id(node))
        self._report.error(code, message, span, help)

    def _type_fits(self, node: Node, schema: Schema, where: str, around: Span) -> bool:
        types = schema.get("type", ())
        allowed = (types,) if isinstance(types, str) else tuple(types)
        found = type_of(node)
        if not allowed or found in allowed or (found == "integer" and "number" in allowed):
            return True
        if found == "null":
            self._tell(node, "SR115", f"`{where}` has no value", around, such_as(schema))
            return False
        help_ = such_as(schema)
        if schema.get("title") == "text" and isinstance(node, ScalarNode):
            help_ = f'put quotes around it: "{node.text.value}"'
        message = f"`{where}` must be {wanted(schema, allowed)}, not {kind_of(node, found)}"
        self._tell(node, "SR102", message, node.span, help_)
        return False

    def _scalar(self, node: ScalarNode, schema: Schema, where: str) -> None:
        value = node.value
        choices = [schema["const"]] if "const" in schema else schema.get("enum")
        if choices is not None and (value not in choices or isinstance(value, bool)):
            help_ = nearest(str(value), map(str, choices))
            one = "must be" if len(choices) == 1 else "is one of"
            message = f"`{where}` {one} {listed(choices)}, not `{cut(str(value))}`"
            if len(choices) > MANY:
                message = f"`{where}` cannot be `{cut(str(value))}`"
                help_ = help_ or f"it is one of {listed(choices)}"
            self._tell(node, "SR104", message, node.span, help_)
        elif isinstance(value, str):
            self._text(node, value, schema, where)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            self._number(node, value, schema, where)

    def _text(self, node: ScalarNode, value: str, schema: Schema, where: str) -> None:
        if len(value) < schema.get("minLength", 0):
            self._tell(node, "SR105", f"`{where}` is empty", node.span, such_as(schema))
        elif len(value) > schema.get("maxLength", math.inf):
            message = f"`{where}` has {len(value):,} characters; at most {schema['maxLength']:,} may stand here"
            self._tell(node, "SR116", message, node.span)
        elif "pattern" in schema and not re.search(schema["pattern"], value):
            message = f"`{cut(value)}` is not a {schema.get('title', 'valid text')}"
            self._tell(node, "SR109", message, node.span, in_capitals(value, schema) or such_as(schema))

    def _number(self, node: ScalarNode, value: float, schema: Schema, where: str) -> None:
        if not math.isfinite(value):
            self._tell(node, "SR112", f"`{where}` must be a finite number", node.span)
            return
        low, above, high, below = map(schema.get, ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"))
        bound = None
        if low is not None and value < low:
            bound = f"at least {amount(low)}"
        elif above is not None and value <= above:
            bound = f"above {amount(above)}"
        elif high is not None and value > high:
            bound = f"at most {amount(high)}"
        elif below is not None and value >= below:
            bound = f"below {amount(below)}"
        if bound:
            self._tell(node, "SR106", f"`{where}` must be {bound}, not {cut(node.text.value)}", node.span)

    def _list(self, node: ListNode, schema: Schema, where: str) -> None:
        least, most = schema.get("minItems", 0), schema.get("maxItems", math.inf)
        if split := split_call(node):
            help_ = "put it on its own line: `- " + split[1] + "`"
            self._tell(node, "SR119", "the comma in this expression ends the list's entry", split[0].span, help_)
            return
        if not node.items and least:
            self._tell(node, "SR105", f"`{where}` is empty", node.span, such_as(schema))
            return
        if not least <= len(node.items) <= most:
            count = f"{least}" if least == most else f"{least} to {most:,}"
            entries = "entry" if len(node.items) == 1 else "entries"
            self._tell(
                node, "SR113", f"`{where}` has {len(node.items):,} {entries}, not {count}", node.span, such_as(schema)
            )
        seen: dict[object, None] = {}
        for index, item in enumerate(node.items):
            self.walk(item, schema.get("items", {}), f"{where}[{index}]", item.span)
            if schema.get("uniqueItems") and isinstance(item, ScalarNode):
                if item.value in seen:
                    self._tell(node, "SR114", f"`{cut(item.text.value)}` stands twice in `{where}`", item.span)
                seen[item.value] = None

    def _map(self, node: MapNode, schema: Schema, where: str, around: Span) -> None:
        properties: Mapping[str, Any] = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        prefix = f"{where}." if where else ""
        names = {key.text.value for key, _ in node.entries}
        if split := split_value(node):
            self._tell(
                node, "SR119", "the comma in this expression ends the entry", split.span, "put it on its own line"
            )
            return
        for key, value in node.entries:
            name = key.text.value
            if name in properties:
                self.walk(value, properties[name], prefix + name, key.span)
            elif others is False:
                self._unknown(key, properties, where)
            elif self._name_fits(key, schema.get("propertyNames")) and isinstance(others, dict):
                self.walk(value, others, prefix + name, key.span)
        guessed = {nearest(name, properties) for name in names.difference(properties)} if others is False else set()
        for name in schema.get("required", ()):
            if name not in names and f"did you mean `{name}`?" not in guessed:
                help_ = example(name, properties.get(name, {}))
                self._tell(None, "SR103", f"`{name}` is missing" + (f" in `{where}`" if where else ""), around, help_)
        if len(names) < schema.get("minProperties", 0):
            self._tell(node, "SR105", f"`{where}` is empty", node.span, such_as(schema))
        meant = frozenset(name for name in properties if f"did you mean `{name}`?" in guessed)
        for breach in breaches(node, schema.get("allOf", ()), frozenset(properties), where, around, meant):
            self._tell(None, *breach)

    def _unknown(self, key: ScalarNode, properties: Mapping[str, Any], where: str) -> None:
        name = key.text.value
        place = f" in `{where}`" if where else ""
        help_ = unknown_key(name, properties, self._root)
        self._tell(key, "SR101", f"unknown key `{cut(name)}`{place}", key.span, help_)

    def _name_fits(self, key: ScalarNode, schema: Schema | None) -> bool:
        name = key.text.value
        if schema is None or (re.search(schema["pattern"], name) and len(name) <= schema["maxLength"]):
            return True
        help_ = f"names begin with a-z and hold a-z, 0-9 and _, at most {schema['maxLength']} characters"
        if schema["title"] != "name":
            other = "such as `api.binance.com`" if schema["title"] == "host" else "such as `BTC/USDT`"
            help_ = in_capitals(name, schema) or other
        self._tell(key, "SR109", f"`{cut(name)}` is not a {schema['title']}", key.span, help_)
        return False
