"""Text of a sound document in, its layout out: events become entries, then every comment finds its place."""

from __future__ import annotations

import re
from collections import Counter

from ..yaml.core_schema import resolve
from ..yaml.event import Event, Kind
from ..yaml.events import events
from .layout import Entry, Group, Layout, Node, Remark, Scalar
from .remarks import Comment, attach, blank_above

_ANCHOR = re.compile(r"&\S+(?:\s|(?<=\s)#[^\n]*)*")
_DASH = re.compile(r"^ *(?=-)", re.MULTILINE)
_BLANK_LINES = re.compile(r"(?: *\n)*(?: *\Z)?")
_COMMENT = re.compile(r"(?<!\S)#[^\n]*")
_HEADER = re.compile(r"[|>][-+0-9]*")
_MODELINE = re.compile(r"#\s*yaml-language-server\s*:")


def unified(text: str) -> str:
    """The text with one kind of line break, as YAML reads it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_layout(text: str) -> Layout:
    """The layout of a text that `yaml.compose` reads without a mistake; its line breaks must be unified."""
    builder = _Builder(text)
    for event in events(text):
        builder.take(event)
    root = builder.root
    assert isinstance(root, Group)
    for comment in _comments(text, builder.ranges):
        attach(root, comment, text)
    return _with_header(root, builder.names)


class _Builder:
    def __init__(self, text: str) -> None:
        self.root: Node | None = None
        self.names: dict[int, str] = {}
        self.ranges: list[tuple[int, int]] = []
        """The characters of every scalar, in order: what looks like a comment in there is text."""
        self._text = text
        self._open: list[tuple[Group, int]] = []
        self._key: list[tuple[Scalar, int] | None] = []
        self._anchors: dict[str, Node] = {}
        self._given: Counter[str] = Counter()
        self._unused: dict[int, str] = {}

    def take(self, event: Event) -> None:
        match event.kind:
            case Kind.SCALAR:
                self._scalar(event)
            case Kind.MAP | Kind.LIST:
                group = Group(event.kind is Kind.MAP, event.flow, self._column(event))
                self._name(event.anchor, group)
                self._open.append((group, event.start))
                self._key.append(None)
            case Kind.END:
                self._end(event)
            case Kind.ALIAS:
                node = self._anchors[event.value]
                if id(node) in self._unused:
                    self.names[id(node)] = self._unused.pop(id(node))
                self._add(node, event.start, event.end, own=False)
            case Kind.DOCUMENT:
                pass

    def _end(self, event: Event) -> None:
        group, start = self._open.pop()
        self._key.pop()
        if group.flow or not group.entries:
            self._add(group, start, event.end)
        else:
            self._add(group, group.entries[0].start, group.entries[-1].end)

    def _scalar(self, event: Event) -> None:
        start = self._after_anchor(event)
        written = self._text[start : self._end_of_lines(event)]
        value = event.value
        if event.style == '"':
            value = value.encode("utf-16", "surrogatepass").decode("utf-16")
        scalar = Scalar(value, value if event.style else resolve(value), event.style, _lines(written, event.style))
        self.ranges.append((_start_of_text(self._text, start, event), event.end))
        self._name(event.anchor, scalar)
        self._add(scalar, start, event.end)

    def _end_of_lines(self, event: Event) -> int:
        """Where a text ends; blanks on the lines below a block scalar may belong to it."""
        found = _BLANK_LINES.match(self._text, event.end) if event.style in ("|", ">") else None
        return found.end() if found else event.end

    def _after_anchor(self, event: Event) -> int:
        found = _ANCHOR.match(self._text, event.start, event.end) if event.anchor else None
        return found.end() if found else event.start

    def _name(self, anchor: str | None, node: Node) -> None:
        """Remember an anchor; one that is used twice for different things gets a number."""
        if anchor is None:
            return
        self._given[anchor] += 1
        times = self._given[anchor]
        self._anchors[anchor] = node
        self._unused[id(node)] = anchor if times == 1 else f"{anchor}_{times}"

    def _add(self, node: Node, start: int, end: int, own: bool = True) -> None:
        if not self._open:
            self.root = node
            return
        group = self._open[-1][0]
        if not group.mapping:
            group.entries.append(Entry(None, node, start, end, own, self._blank(group, start)))
            return
        key = self._key[-1]
        if key is None:
            assert isinstance(node, Scalar)
            self._key[-1] = (node, start)
            return
        name, begun = key
        self._key[-1] = None
        end = end if end > start else begun + 1  # an empty value is seen where the next thing begins
        group.entries.append(Entry(name, node, begun, end, own, self._blank(group, begun)))

    def _blank(self, group: Group, start: int) -> bool:
        return not group.flow and blank_above(self._text, start)

    def _column(self, event: Event) -> int:
        """Where a block collection stands; a marked list begins below its mark."""
        start = event.start
        if event.anchor and event.kind is Kind.LIST:
            found = _DASH.search(self._text, start)
            start = found.end() if found else start
        elif event.anchor:
            start = self._after_properties(start)
        return start - (self._text.rfind("\n", 0, start) + 1)

    def _after_properties(self, start: int) -> int:
        found = _ANCHOR.match(self._text, start)
        return found.end() if found else start


def _start_of_text(text: str, start: int, event: Event) -> int:
    """Where comments end to be possible: a block scalar's first line may have one."""
    if event.style not in ("|", ">"):
        return start
    line = text.find("\n", start, event.end)
    return event.end if line < 0 else line


def _lines(written: str, style: str) -> tuple[str, ...]:
    """The lines of a text written on several."""
    if "\n" not in written:
        return ()
    if style in ("|", ">"):
        header, _, body = written.partition("\n")
        found = _HEADER.match(header)
        lines = body.split("\n")
        if found is None or any(char.isdigit() for char in found[0]):
            return ()
        first = next((line for line in lines if line.strip()), "")
        indent = len(first) - len(first.lstrip(" "))
        return tuple(line[indent:] for line in lines)
    inside = written[1:-1] if style else written
    if style == '"' and "\\" in inside:
        return ()
    if style == "'":
        inside = inside.replace("''", "'")
    return tuple(line.strip() for line in inside.split("\n"))


def _comments(text: str, ranges: list[tuple[int, int]]) -> list[Comment]:
    """Every comment of the file, in order."""
    found: list[Comment] = []
    at = 0
    for start, end in [*ranges, (len(text), len(text))]:
        found += (_comment(text, match) for match in _COMMENT.finditer(text, at, max(start, at)))
        at = max(end, at)
    return found


def _comment(text: str, match: re.Match[str]) -> Comment:
    start = match.start()
    line = text.rfind("\n", 0, start) + 1
    alone = not text[line:start].strip()
    return Comment(match[0].rstrip(), start, start - line if alone else None)


def _with_header(root: Group, names: dict[int, str]) -> Layout:
    """Take what stands above everything: up to the last empty line before the first key, or else the modeline."""
    if not root.entries:
        return Layout(root, names=names)
    first = root.entries[0]
    flags = [*(remark.blank for remark in first.above), first.blank]
    last = max((index for index, blank in enumerate(flags) if blank and index), default=0)
    if not last:
        last = next((n for n, r in enumerate(first.above) if not _MODELINE.match(r.text)), len(first.above))
    header, first.above[:] = first.above[:last], first.above[last:]
    if first.above:
        first.above[0] = Remark(first.above[0].text)
    else:
        first.blank = False
    return Layout(root, header, flags[last] and last > 0, names)
