"""The YAML that nearly all strategy files keep to, read quickly: text in, events out, or None for anything beyond.

Beyond are, among others, tags, anchors, escapes, tabs, scalars over several lines, keys that are no plain words, and
every mistake: ruamel.yaml reads those (see `events`). A test compares both readers wherever this one has an answer.
"""

from __future__ import annotations

import re

from .event import Event, Kind

_BLANK_LINES = re.compile(r"(?: *(?:#[^\r\n]*)?(?:\r\n|\r|\n))*")
_SPACES = re.compile(r" *")
_BLANKS = re.compile(r"[ \r\n]*")
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_TAIL = re.compile(r" *(?: #[^\r\n]*)?(?=[\r\n]|\Z)")
"""What may follow a value on its line."""
_KEY = re.compile(r"([A-Za-z_][A-Za-z0-9_./-]{0,99}):(?=[ \r\n]|\Z)")
_DASH = re.compile(r"-(?=[ \r\n]|\Z)")
_FIRST = r"(?:-(?=[A-Za-z0-9.(])|(?![-?:,\[\]{}#&*!|>'\"%@`= \r\n]))"
_PLAIN = re.compile(_FIRST + r"[^ \r\n:#]+(?:(?: +|:|(?<! )#)(?![ \r\n#]|\Z)[^ \r\n:#]*)*")
_FLOW_PLAIN = re.compile(_FIRST + r"[^ \r\n:,\[\]{}#]+(?:(?: +|:)(?![ \r\n:#]|\Z)[^ \r\n:,\[\]{}#]+)*")
_QUOTED = re.compile(r"'((?:[^'\r\n]|'')*)'|\"([^\"\\\r\n]*)\"")
_HEADER = re.compile(r"([|>])([-+]?) *(?: #[^\r\n]*)?(?:\r\n|\r|\n)")
_UNUSUAL = re.compile(r"\t|^(?:---|\.\.\.|%)", re.MULTILINE)
_DEPTH = 40
_LONGEST_KEY = 100


class _Unusual(Exception):  # noqa: N818 - control flow, never seen outside
    """The text is not of the plain sort."""


def plain_events(text: str) -> list[Event] | None:
    """The events of a text, or None where it is not of the plain sort."""
    if _UNUSUAL.search(text) or "\r" in text.replace("\r\n", "\n"):
        return None
    reader = _Reader(text)
    try:
        reader.read()
    except (_Unusual, IndexError):  # an index beyond the end: something is left open
        return None
    return reader.events


class _Reader:
    def __init__(self, text: str) -> None:
        self.events: list[Event] = []
        self._text = text
        self._open: list[tuple[Kind, int]] = []
        """Block collections around, with their columns."""
        self._missing = -1
        """Where the value of the last key or dash would stand, while it has none."""

    def read(self) -> None:
        text, at = self._text, 0
        while True:
            at = _end(_BLANK_LINES, text, at)
            start = _end(_SPACES, text, at)
            if start == len(text) or text[start] == "#":
                break
            whole = text[start] in "[{" and not self.events
            at = self._flow(start, 0) if whole else self._line(start, start - at)
            at = _end(_TAIL, text, at)
        self._leave(-1, len(text), False)

    def _line(self, start: int, column: int) -> int:
        """One line of a block collection from its first character; gives where its value ends."""
        text = self._text
        dash = _DASH.match(text, start) is not None
        kind = Kind.LIST if dash else Kind.MAP
        if not self.events or self._nests(column, dash):
            self._missing = -1
            self._enter(kind, start, column)
        else:
            self._leave(column, start, dash)
            if not self._open or self._open[-1] != (kind, column):
                raise _Unusual
        if not dash:
            return self._entry(start, column)
        at = _end(_SPACES, text, start + 1)
        if _is_blank(text, at):
            self._missing = start + 1
            return start + 1
        if _KEY.match(text, at):
            column += at - start
            self._enter(Kind.MAP, at, column)
            return self._entry(at, column)
        return self._value(at, column)

    def _nests(self, column: int, dash: bool) -> bool:
        """Whether a line at `column` is the value that the last key or dash lacks."""
        if self._missing < 0:
            return False
        kind, outer = self._open[-1]
        return column > outer or (dash and column == outer and kind is Kind.MAP)

    def _leave(self, column: int, start: int, dash: bool) -> None:
        """Close the collections that a line at `column` does not belong to."""
        if self._missing >= 0:
            at = start if self._open[-1][0] is Kind.MAP else self._missing  # where ruamel sees them
            self.events.append(Event(Kind.SCALAR, at, at))
            self._missing = -1
        opened = self._open
        while opened and (opened[-1][1] > column or (opened[-1] == (Kind.LIST, column) and not dash)):
            self.events.append(Event(Kind.END, start, start))
            opened.pop()

    def _enter(self, kind: Kind, start: int, column: int) -> None:
        self._open.append((kind, column))
        self.events.append(Event(kind, start, start))

    def _entry(self, start: int, column: int) -> int:
        """`key: value` or `key:`."""
        text = self._text
        key = _KEY.match(text, start)
        if key is None:
            raise _Unusual
        self.events.append(Event(Kind.SCALAR, start, key.end(1), key[1]))
        at = _end(_SPACES, text, key.end())
        if _is_blank(text, at):
            self._missing = key.end()
            return key.end()
        return self._value(at, column)

    def _value(self, start: int, column: int) -> int:
        """A value on the line of its key or dash, which stands in a collection at `column`."""
        text = self._text
        first = text[start]
        if first in "[{":
            return self._flow(start, 0)
        if first in "|>":
            return self._block(start, column)
        return self._scalar(_PLAIN, start)

    def _scalar(self, plain: re.Pattern[str], start: int) -> int:
        text = self._text
        if text[start] in "'\"":
            quoted = _QUOTED.match(text, start)
            if quoted is None:
                raise _Unusual
            value = quoted[2] if quoted[1] is None else quoted[1].replace("''", "'")
            self.events.append(Event(Kind.SCALAR, start, quoted.end(), value, text[start]))
            return quoted.end()
        found = plain.match(text, start)
        if found is None:
            raise _Unusual
        self.events.append(Event(Kind.SCALAR, start, found.end(), found[0]))
        return found.end()

    def _flow(self, start: int, depth: int) -> int:
        """`[...]` or `{...}` or a scalar inside one."""
        text = self._text
        first = text[start]
        if first not in "[{":
            return self._scalar(_FLOW_PLAIN, start)
        if depth > _DEPTH:
            raise _Unusual
        mapping, close = first == "{", "}" if first == "{" else "]"
        self.events.append(Event(Kind.MAP if mapping else Kind.LIST, start, start, flow=True))
        at = _end(_BLANKS, text, start + 1)
        while text[at] != close:
            if mapping:
                colon = self._scalar(_FLOW_PLAIN, at)
                if text[colon] != ":" or text[colon + 1] not in " \r\n" or colon - at > _LONGEST_KEY:
                    raise _Unusual
                at = _end(_BLANKS, text, colon + 1)
            at = _end(_BLANKS, text, self._flow(at, depth + 1))
            if text[at] == ",":
                at = _end(_BLANKS, text, at + 1)
            elif text[at] != close:
                raise _Unusual
        self.events.append(Event(Kind.END, at, at + 1))
        return at + 1

    def _block(self, start: int, column: int) -> int:
        """`|` or `>` and the lines below it."""
        text = self._text
        header = _HEADER.match(text, start)
        if header is None:
            raise _Unusual
        at = end = header.end()
        indent = _end(_SPACES, text, at) - at
        lines: list[str] = []
        blank = 0
        while True:
            line = _LINE.match(text, at)
            assert line is not None
            content = line[1]
            own = len(content) - len(content.lstrip(" "))
            if content and own == len(content):
                raise _Unusual
            if content and own < indent:
                if own > column:
                    raise _Unusual
                break
            if not content and not line[2]:
                break
            if content:
                lines += [""] * blank + [content[indent:]]
                blank, end = 0, line.end(1)
                if not line[2]:
                    raise _Unusual
            else:
                blank += 1
            at = line.end()
        if not lines or indent <= column or not lines[0]:
            raise _Unusual
        value = _folded(lines) if header[1] == ">" else "\n".join(lines)
        value += "" if header[2] == "-" else "\n" * (1 + (header[2] == "+") * blank)
        self.events.append(Event(Kind.SCALAR, start, start + len(text[start:end].rstrip()), value, header[1]))
        return end


def _folded(lines: list[str]) -> str:
    """Lines joined by blanks, paragraphs by line breaks."""
    whole = lines[0]
    breaks = 0
    for line in lines[1:]:
        if line.startswith(" "):
            raise _Unusual
        if not line:
            breaks += 1
            continue
        whole += ("\n" * breaks or " ") + line
        breaks = 0
    return whole


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    if found is None:
        raise _Unusual
    return found.end()


def _is_blank(text: str, at: int) -> bool:
    """Whether nothing but a comment follows on the line; `at` comes after blanks."""
    return at == len(text) or text[at] in "\r\n#"
