"""A layout in, YAML text out: two blanks of indentation, short leaves on one line, comments where they belong."""

from __future__ import annotations

from collections.abc import Sequence

from .layout import Entry, Group, Layout, Node, Remark, Scalar, is_quiet
from .scalars import folded, yaml_text
from .shape import Shape
from .style import INDENT, WIDTH, Style, may_be_one_line


def print_yaml(layout: Layout, shape: Shape, style: Style) -> str:
    """The whole document; lines end with a line feed, the last one too."""
    printer = _Printer(layout.names, style)
    lines: list[str] = []
    _remark(lines, layout.header, 0)
    if layout.apart:
        lines.append("")
    printer.block(lines, layout.root, shape, 0)
    return "\n".join(lines) + "\n"


class _Printer:
    def __init__(self, names: dict[int, str], style: Style) -> None:
        self._names = names
        self._style = style
        self._named: set[int] = set()
        """Nodes whose anchor is written: from here on an alias stands for them."""

    def block(self, lines: list[str], group: Group, shape: Shape, indent: int) -> None:
        """The entries of a group, one below the other."""
        begun = len(lines)
        for entry in self._style.ordered(group, shape):
            inside = shape.key(entry.key.value) if entry.key else shape.item()
            own: list[str] = []
            above = [*entry.above, *self._entry(own, entry, inside, indent)]
            _remark(lines, above, indent, len(lines) == begun)
            if entry.blank and lines and lines[-1] and (len(lines) > begun or not indent):
                lines.append("")
            lines += own
        _remark(lines, group.foot, indent)

    def _entry(self, lines: list[str], entry: Entry, shape: Shape, indent: int) -> list[Remark]:
        """Write an entry without what stands above it; gives the comments that have to go there besides."""
        start = " " * indent + ("- " if entry.key is None else yaml_text(entry.key) + ": ")
        mark, value = self._mark(entry)
        beside = list(entry.beside)
        if value is None:
            return _finish(lines, start + mark, beside)
        if isinstance(value, Scalar):
            first, *rest = self._scalar(value, shape, mark)
            more = _finish(lines, start + mark + first, beside)
            lines += [" " * (indent + INDENT) + line if line else "" for line in rest]
            return more
        above = self._lift(value, shape) if entry.key is None and not mark else []
        spoken = [*beside, *(remark.text for remark in entry.above[-1:])]
        kept = value.flow and any("stratrun: ignore" in text for text in spoken)
        text = self._one_line(value, shape, len(start) + len(mark), kept)
        if text is not None:
            return above + _finish(lines, start + mark + text, beside)
        return above + self._group(lines, value, shape, start + mark, beside)

    def _lift(self, group: Group, shape: Shape) -> list[Remark]:
        """Take the comments above a list item's first entry: they have to stand above the dash."""
        if not group.entries:
            return []
        first = self._style.ordered(group, shape)[0]
        above, first.above, first.blank = first.above, [], False
        if first.key is None and first.own and isinstance(first.value, Group):
            above += self._lift(first.value, shape.item())
        return above

    def _group(self, lines: list[str], group: Group, shape: Shape, start: str, beside: list[str]) -> list[Remark]:
        """A group in block form below its key, or beginning behind its dash."""
        indent = len(start) - len(start.lstrip(" "))
        if start.strip() != "-":
            more = _finish(lines, start, beside)
            self.block(lines, group, shape, indent + INDENT)
            return more
        inner: list[str] = []
        self.block(inner, group, shape, indent + INDENT)
        begin = next(index for index, line in enumerate(inner) if not line.lstrip().startswith("#"))
        lines.append(" " * indent + "- " + inner[begin][indent + INDENT :])
        lines += inner[begin + 1 :]
        return [Remark(text.strip()) for text in (*beside, *inner[:begin])]

    def _mark(self, entry: Entry) -> tuple[str, Node | None]:
        """What stands before the value: its anchor, or an alias and no value."""
        name = self._names.get(id(entry.value))
        if name is None:
            return "", entry.value
        if id(entry.value) in self._named:
            return f"*{name}", None
        self._named.add(id(entry.value))
        return f"&{name} ", entry.value

    def _one_line(self, group: Group, shape: Shape, used: int, kept: bool) -> str | None:
        """The group between brackets, `kept` so where a comment silences the whole line."""
        if not (is_quiet(group) if kept else may_be_one_line(group, shape)):
            return None
        named = set(self._named)
        text = self._flow(group, shape)
        if text is None or (used + len(text) > WIDTH and not kept):
            self._named = named
            return None
        return text

    def _flow(self, group: Group, shape: Shape) -> str | None:
        """`{a: 1, b: 2}` or `[a, b]`; None where a text would need quotes only because of the brackets."""
        parts: list[str] = []
        for entry in self._style.ordered(group, shape):
            inside = shape.key(entry.key.value) if entry.key else shape.item()
            mark, value = self._mark(entry)
            if value is None:
                text: str | None = ""
            elif isinstance(value, Group):
                text = self._flow(value, inside)
            else:
                text = self._flow_scalar(value, inside, mark)
            if text is None:
                return None
            parts.append((yaml_text(entry.key, True) + ": " if entry.key else "") + mark + text)
        inner = ", ".join(parts)
        return f"{{{inner}}}" if group.mapping else f"[{inner}]"

    def _flow_scalar(self, scalar: Scalar, shape: Shape, mark: str) -> str | None:
        first, *rest = self._scalar(scalar, shape, mark)
        if rest or first[:1] in (">", "|"):
            return None
        inside = scalar if first.startswith('"') or not isinstance(scalar.plain, str) else Scalar(first, first)
        return first if yaml_text(inside, True) == first else None

    def _scalar(self, scalar: Scalar, shape: Shape, mark: str) -> Sequence[str]:
        """A text's lines: one, or a header with the lines below it. What aliases repeat keeps its blanks."""
        lines = None if mark else self._style.expression(scalar, shape)
        if lines is not None:
            return [">-", *lines] if len(lines) > 1 else [yaml_text(Scalar(lines[0], lines[0]))]
        return _block_scalar(scalar) or [yaml_text(scalar)]


def _block_scalar(scalar: Scalar) -> Sequence[str] | None:
    """A text of several lines under its header; None where one line says it."""
    value, lines = scalar.value, list(scalar.lines)
    if not lines or not value.strip() or "\t" in value or not isinstance(scalar.plain, str):
        return None
    if scalar.style not in ("|", ">"):
        plain = value == value.strip() and folded(scalar.lines) == value
        return [">-", *lines] if plain else None
    if lines[0].startswith(" ") or not lines[0]:
        return None
    while lines and not lines[-1]:
        lines.pop()
    breaks = len(value) - len(value.rstrip("\n"))
    sign = "-" if not breaks else "" if breaks == 1 else "+"
    return [scalar.style + sign, *lines, *([""] * (breaks - 1))]


def _finish(lines: list[str], line: str, beside: list[str]) -> list[Remark]:
    """Add a line with its last comment; gives the others."""
    last = f"  {beside[-1]}" if beside else ""
    lines.append(line.rstrip() + last)
    return [Remark(text) for text in beside[:-1]]


def _remark(lines: list[str], remarks: Sequence[Remark], indent: int, first: bool = False) -> None:
    for index, remark in enumerate(remarks):
        if remark.blank and lines and lines[-1] and not (first and not index and indent):
            lines.append("")
        lines.append(" " * indent + remark.text)
