"""JSON text in, a tree with marks out; the first thing that is no JSON is told by its place and mend."""

from __future__ import annotations

import json
import re

from .tree import Entries, Items, Mark, Node, Scalar

MAX_DEPTH = 32
MAX_VALUES = 20_000
_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"', re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![0-9A-Za-z_.])")
_WORD = re.compile(r"[-+]?[A-Za-z_.0-9]+")
_WORDS = {"true": True, "false": False, "null": None}
_NOT_NUMBERS = ("nan", "inf", "infinity")
_LONGEST = 300
"""Digits of a number; more are beyond every float."""


class NotJson(Exception):  # noqa: N818 - it says what the text is
    """`at` is the character to point at."""

    def __init__(self, message: str, at: int, help: str | None = None) -> None:
        super().__init__(message)
        self.message, self.at, self.help = message, at, help


def read(text: str) -> Node:
    """The one value of a JSON text. Raises NotJson."""
    reader = _Reader(text)
    node = reader.value(0)
    reader.space()
    if reader.at < len(text):
        reader.refuse("something follows after the document's end", "leave it out")
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self.at = 0
        self._text = text
        self._values = 0

    def refuse(self, message: str, help: str | None = None, at: int | None = None) -> NotJson:
        raise NotJson(message, self.at if at is None else at, help)

    def space(self) -> None:
        found = _SPACE.match(self._text, self.at)
        assert found is not None
        self.at = found.end()
        if self._text.startswith(("//", "/*", "#"), self.at):
            self.refuse("JSON has no comments", "take the comment out, and put it into the migrated file")

    def value(self, depth: int) -> Node:
        self.space()
        self._values += 1
        if depth > MAX_DEPTH:
            self.refuse(f"nested more than {MAX_DEPTH} levels deep")
        if self._values > MAX_VALUES:
            self.refuse(f"the file holds more than {MAX_VALUES:,} values")
        first = self._text[self.at : self.at + 1]
        if first == "{":
            return self._entries(depth)
        if first == "[":
            return self._items(depth)
        if first == '"':
            return self._string()
        return self._word()

    def _entries(self, depth: int) -> Entries:
        start = self.at
        found: list[tuple[Scalar, Node]] = []
        seen: set[str] = set()
        while self._another("}", bool(found)):
            if self._text[self.at : self.at + 1] != '"':
                self.refuse("a key in double quotes is expected here", 'write `"name": value`')
            key = self._string()
            if key.text in seen:
                self.refuse(f"the key `{key.text[:60]}` stands twice", "keep one of them", key.mark.start)
            seen.add(key.text)
            self.space()
            if self._text[self.at : self.at + 1] != ":":
                self.refuse("a `:` is expected after the key")
            self.at += 1
            found.append((key, self.value(depth + 1)))
        return Entries(tuple(found), Mark(start, self.at))

    def _items(self, depth: int) -> Items:
        start = self.at
        found: list[Node] = []
        while self._another("]", bool(found)):
            found.append(self.value(depth + 1))
        return Items(tuple(found), Mark(start, self.at))

    def _another(self, close: str, begun: bool) -> bool:
        """Whether another entry follows; the reader then stands on it, else behind the bracket."""
        self.at += not begun
        self.space()
        char = self._text[self.at : self.at + 1]
        if not char:
            self.refuse(f"the file ends before a `{close}`", at=len(self._text) - 1)
        if char == close:
            self.at += 1
            return False
        if not begun:
            return True
        if char != ",":
            self.refuse(f"a `,` or `{close}` is expected here")
        comma = self.at
        self.at += 1
        self.space()
        if self._text[self.at : self.at + 1] == close:
            self.refuse(f"a comma stands before the closing `{close}`", "take it out", comma)
        return True

    def _string(self) -> Scalar:
        match = _STRING.match(self._text, self.at)
        if match is None:
            return self._refused_string()
        try:
            value = json.loads(match[0])
            value.encode()
        except ValueError:
            self.refuse("this text holds an escape that stands for no character")
        self.at = match.end()
        return Scalar(value, value, Mark(match.start(), match.end()))

    def _refused_string(self) -> Scalar:
        raise NotJson("this text has no closing quote on its line", self.at, 'close it with `"`')

    def _word(self) -> Scalar:
        match = _NUMBER.match(self._text, self.at)
        if match is not None:
            self.at = match.end()
            if len(match[0]) > _LONGEST:
                self.refuse(f"a number of {len(match[0]):,} characters is no number to trade with", at=match.start())
            whole = re.fullmatch(r"-?[0-9]+", match[0])
            value = int(match[0]) if whole else float(match[0])
            return Scalar(value, match[0], Mark(match.start(), match.end()))
        match = _WORD.match(self._text, self.at)
        if match is not None and match[0] in _WORDS:
            self.at = match.end()
            return Scalar(_WORDS[match[0]], match[0], Mark(match.start(), match.end()))
        found = match[0][:40] if match else self._text[self.at : self.at + 1]
        if not found:
            self.refuse("the file ends where a value is expected", at=max(len(self._text) - 1, 0))
        if found.lstrip("+-").lower() in _NOT_NUMBERS:
            self.refuse(f"`{found}` is no number in JSON", "write the number that is meant, or leave the key out")
        if found == "'":
            self.refuse("JSON's quotes are double", 'write "…"')
        raise NotJson(f"`{found}` is no value in JSON", self.at, "put a text into double quotes")
