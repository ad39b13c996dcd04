"""YAML text to composed nodes: events in, a tree with places or diagnostics out.

ruamel's own composer is never used: duplicate keys, tags, aliases, depth and size are judged here, and
plain scalars are typed by YAML 1.2's core schema. The libyaml bindings are no option: they read YAML 1.1 flow
lists and refuse `[BTC/USDT:USDT]`.
"""

from __future__ import annotations

import re
from typing import Any

from ...diagnostics.diagnostic import Span
from ...diagnostics.report import EnoughError, Report
from ..text import Text, cut
from .core_schema import resolve
from .event import Event, Kind
from .events import events
from .mistakes import explain
from .nodes import ListNode, MapNode, Node, ScalarNode
from .places import Lines, ScalarPlace

MAX_DEPTH = 32
MAX_NODES = 20_000
_CONTROL = re.compile(
    r"[^\t\n\r\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Control characters, line breaks YAML 1.2 does not know, marks that reorder text on the screen, surrogates."""


class _Refused(Exception):  # noqa: N818 - control flow, never seen outside
    """The rest of the file cannot be read; the report says why."""


class _Open:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("entries", "event", "height", "key", "mapping", "seen", "size")

    def __init__(self, event: Event) -> None:
        self.event = event
        self.mapping = event.kind is Kind.MAP
        self.entries: list[Any] = []
        self.seen: dict[str, ScalarNode] = {}
        self.key: Node | None = None
        self.size = 1
        self.height = 1


def compose(lines: Lines, report: Report) -> Node | None:
    """The file's one document; None when it holds nothing or could not be read to its end."""
    character = _CONTROL.search(lines.text)
    if character:
        at = lines.span(character.start(), character.end())
        report.error("SR012", f"the character U+{ord(character[0]):04X} may not stand in a strategy file", at)
        return None
    composer = _Composer(lines, report)
    try:
        for event in events(lines.text):
            composer.take(event)
    except (_Refused, EnoughError):
        return None
    except Exception as error:  # besides its own, ruamel raises ValueError, AttributeError, ... on malformed input
        _say(error, lines, report, composer.at)
        return None
    return composer.root


def _say(error: Exception, lines: Lines, report: Report, reached: int) -> None:
    from ruamel.yaml.error import MarkedYAMLError

    if not isinstance(error, MarkedYAMLError):
        report.error("SR005", "this cannot be read as YAML", lines.span(reached, reached + 1))
        return
    begun = error.context_mark.index if error.context_mark else None
    found = error.problem_mark.index if error.problem_mark else begun
    mistake = explain(str(error.context or ""), str(error.problem or ""), lines.text, begun, found or 0)
    report.error(mistake.code, mistake.message, lines.span(mistake.at, mistake.at + 1), mistake.help)


class _Composer:
    def __init__(self, lines: Lines, report: Report) -> None:
        self.root: Node | None = None
        self.at = 0
        self._lines = lines
        self._report = report
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int, int] | None] = {}
        self._total = 0
        self._documents = 0

    def take(self, event: Event) -> None:
        """The next event."""
        self.at = event.start
        if event.tagged:
            help_ = "leave it out, or quote the value"
            self._report.error("SR007", "a tag (`!...`) is not allowed", self._span(event), help_)
        match event.kind:
            case Kind.SCALAR:
                self._scalar(event)
            case Kind.MAP | Kind.LIST:
                self._begin(event)
            case Kind.END:
                self._end(event)
            case Kind.ALIAS:
                self._alias(event)
            case Kind.DOCUMENT:
                self._document(event)

    def _document(self, event: Event) -> None:
        span = self._span(event)
        self._documents += 1
        if event.value not in ("", "1.2"):
            self._refuse("SR018", f"this file says it is YAML {event.value}; strategy files are YAML 1.2", span)
        if self._documents > 1:
            help_ = "one file holds one strategy; put each document in a file of its own"
            self._refuse("SR009", "a second document begins here", span, help_)

    def _scalar(self, event: Event) -> None:
        start, end, value, style = event.start, event.end, event.value, event.style
        if start != end and style not in ("|", ">") and (event.anchor or event.tagged):
            start = self._after_properties(start, end, value, style)
        if style == '"':
            value = self._decoded(value, event)
        place = ScalarPlace(self._lines, value, start, end, style)
        plain = not style and not event.tagged
        node = ScalarNode(Text(value, place.span), resolve(value) if plain else value, place)
        self._attach(node, event.anchor, 1, 0)

    def _after_properties(self, start: int, end: int, value: str, style: str) -> int:
        """Where the scalar itself begins: ruamel marks a scalar from its anchor or tag on."""
        mark = style or value.split(None, 1)[0] if value.strip() else style
        found = re.compile(r"(?:[&!]\S*\s+)+").match(self._lines.text, start, end)
        return found.end() if found and self._lines.text.startswith(mark, found.end()) else start

    def _decoded(self, value: str, event: Event) -> str:
        """Surrogate pairs of JSON's escapes joined; what is no text is told."""
        try:
            value = value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._refuse("SR012", "half a surrogate pair is not a character", self._span(event))
        control = _CONTROL.search(value)
        if control:
            message = f"the character U+{ord(control[0]):04X} may not stand in a strategy file"
            self._refuse("SR012", message, self._span(event))
        return value

    def _begin(self, event: Event) -> None:
        if len(self._open) >= MAX_DEPTH:
            self._refuse("SR011", f"nested more than {MAX_DEPTH} levels deep", self._span(event))
        if event.anchor:
            self._anchors[event.anchor] = None
        self._open.append(_Open(event))

    def _end(self, event: Event) -> None:
        part = self._open.pop()
        span = self._lines.span(part.event.start, event.end)
        kind = MapNode if part.mapping else ListNode
        node: Node = kind(tuple(part.entries), span, part.event.flow)
        self._attach(node, part.event.anchor, part.size, part.height)

    def _alias(self, event: Event) -> None:
        span = self._span(event)
        known = self._anchors.get(event.value)
        if known is None:
            inside = event.value in self._anchors
            message = f"`*{event.value}` stands inside what it repeats" if inside else (
                f"nothing before this is marked `&{event.value}`"
            )  # fmt: skip
            self._refuse("SR016", message, span, "an expression that begins with `*` needs quotes")
            return
        node, size, height = known
        if len(self._open) + height > MAX_DEPTH:
            self._refuse("SR011", f"nested more than {MAX_DEPTH} levels deep", span)
        self._attach(node, None, size, height, span)

    def _attach(self, node: Node, anchor: str | None, size: int, height: int, alias: Span | None = None) -> None:
        if anchor:
            self._anchors[anchor] = (node, size, height)
        self._total += size if alias else 1
        if self._total > MAX_NODES:
            if alias:
                self._refuse("SR008", f"written out, the aliases hold more than {MAX_NODES:,} values", alias)
            self._refuse("SR017", f"the file holds more than {MAX_NODES:,} keys and values", node.span)
        if not self._open:
            self.root = node
            return
        part = self._open[-1]
        part.size += size
        part.height = max(part.height, height + 1)
        if not part.mapping:
            part.entries.append(node)
        elif part.key is None:
            part.key = node
            self._judge_key(part, node, alias)
        else:
            if isinstance(part.key, ScalarNode):
                part.entries.append((part.key, node))
            part.key = None

    def _judge_key(self, part: _Open, key: Node, alias: Span | None) -> None:
        if not isinstance(key, ScalarNode):
            self._report.error("SR015", "a key is a plain word, not a list or a mapping", alias or key.span)
            return
        name = key.text.value
        if not name:
            part.key = ListNode((), alias or key.span, False)
            self._report.error("SR015", "a key is empty", alias or key.span)
            return
        if name not in part.seen and name != "<<":
            part.seen[name] = key
            return
        span = alias or key.span
        part.key = ListNode((), span, False)
        if name == "<<":
            help_ = "write the keys out, or repeat the whole mapping with an alias"
            self._report.error("SR018", "`<<` merge keys were dropped in YAML 1.2", span, help_)
        else:
            first = part.seen[name].span.line
            self._report.error("SR006", f"the key `{cut(name)}` stands twice, first in line {first}", span)

    def _span(self, event: Event) -> Span:
        return self._lines.span(event.start, event.end)

    def _refuse(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        self._report.error(code, message, span, help)
        raise _Refused
