"""A layout in, JSON text out: two blanks of indentation, short leaves on one line, numbers in their own digits."""

from __future__ import annotations

import json

from .layout import Entry, Layout, Node, Scalar
from .scalars import json_text
from .shape import Shape
from .style import INDENT, WIDTH, Style, may_be_one_line


def print_json(layout: Layout, shape: Shape, style: Style) -> str:
    """The whole document without its comments; aliases are written out. Ends with a line feed."""
    return _text(layout.root, shape, style, 0, 0) + "\n"


def _text(node: Node, shape: Shape, style: Style, indent: int, used: int) -> str:
    """A value that begins in column `used` of a line indented by `indent`."""
    if isinstance(node, Scalar):
        lines = style.expression(node, shape)
        return json_text(node) if lines is None else json.dumps(" ".join(lines), ensure_ascii=False)
    entries = style.ordered(node, shape)
    opening, closing = "{}" if node.mapping else "[]"
    if not entries:
        return opening + closing
    if may_be_one_line(node, shape):
        line = opening + ", ".join(_entry(entry, shape, style, 0) for entry in entries) + closing
        if used + len(line) < WIDTH:
            return line
    inner = " " * (indent + INDENT)
    body = ",\n".join(inner + _entry(entry, shape, style, indent + INDENT) for entry in entries)
    return f"{opening}\n{body}\n{' ' * indent}{closing}"


def _entry(entry: Entry, shape: Shape, style: Style, indent: int) -> str:
    if entry.key is None:
        return _text(entry.value, shape.item(), style, indent, indent)
    name = json.dumps(entry.key.value, ensure_ascii=False) + ": "
    return name + _text(entry.value, shape.key(entry.key.value), style, indent, indent + len(name))
