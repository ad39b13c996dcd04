"""ruamel.yaml's reader and scanner, the same events for half the time: text of YAML 1.2 in, parser events out.

Three hot spots are replaced, each by a form that gives equal results (a test compares whole event streams): whether the
next token is known is asked once per token, blanks and comments are skipped by one pattern, and a plain scalar that
ends on its line is cut out by one pattern (any other goes the long way).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner
from ruamel.yaml.tokens import ScalarToken

_BREAK = re.compile(r"\r\n|\r|\n")
_BLOCK_BLANKS = re.compile(r"(?: *(?:#[^\r\n\0]*)?(?:\r\n|\r|\n))* *(?:#[^\r\n\0]*)?")
_FLOW_BLANKS = re.compile(r"(?:[ \t]*(?:#[^\r\n\0]*)?(?:\r\n|\r|\n))*[ \t]*(?:#[^\r\n\0]*)?")
_BLOCK_CHAR = r"(?:[^ \t\r\n\0:]|:(?![ \t\r\n\0]))"
_FLOW_CHAR = r"(?:[^ \t\r\n\0:,\[\]{}]|:(?![ \t\r\n\0]))"
_BLOCK_PLAIN = re.compile(rf"{_BLOCK_CHAR}+(?: +(?!#){_BLOCK_CHAR}+)*")
_FLOW_PLAIN = re.compile(rf"{_FLOW_CHAR}+(?: +(?!#){_FLOW_CHAR}+)*")


def events(text: str) -> Iterator[Any]:
    """The parser events of a text that holds no control characters and no line breaks but CR and LF."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Reader, yaml.Scanner, yaml.Parser = LeanReader, LeanScanner, LeanParser
    return iter(yaml.parse(text))


class Mark:
    """A place in the text."""

    __slots__ = ("column", "index", "line")

    def __init__(self, index: int, line: int, column: int) -> None:
        self.index, self.line, self.column = index, line, column


class LeanReader(Reader):
    def get_mark(self) -> Mark:
        return Mark(self.index, self.line, self.column)

    def skip(self, length: int) -> None:
        """`forward` over characters of which none ends a line."""
        self.pointer += length
        self.index += length
        self.column += length

    def forward(self, length: int = 1) -> None:
        passed = self.buffer[self.pointer : self.pointer + length]
        if len(passed) < length or "\n" in passed or "\r" in passed:
            super().forward(length)
        else:
            self.skip(length)


class LeanParser(Parser):
    @cached_property
    def scanner(self) -> Any:
        return self.loader.scanner


class LeanScanner(Scanner):
    _ready = False
    """The first token is known to stay the first one until it is taken."""

    def reset_scanner(self) -> None:
        self._ready = False
        super().reset_scanner()

    def check_token(self, *choices: Any) -> bool:
        if not self._ready:
            self._fill()
        return bool(self.tokens) and (not choices or isinstance(self.tokens[0], choices))

    def peek_token(self) -> Any:
        if not self._ready:
            self._fill()
        return self.tokens[0] if self.tokens else None

    def get_token(self) -> Any:
        if not self._ready:
            self._fill()
        if not self.tokens:
            return None
        self._ready = False
        self.tokens_taken += 1
        return self.tokens.pop(0)

    def _fill(self) -> None:
        while self.need_more_tokens():
            self.fetch_more_tokens()
        self._ready = True

    def scan_to_next_token(self) -> None:
        reader = self.reader
        pattern = _FLOW_BLANKS if self.flow_context else _BLOCK_BLANKS
        found = pattern.match(reader.buffer, reader.pointer)
        passed = found[0] if found else ""
        if "\n" in passed or "\r" in passed:
            breaks = list(_BREAK.finditer(passed))
            reader.line += len(breaks)
            reader.column = len(passed) - breaks[-1].end()
            reader.pointer += len(passed)
            reader.index += len(passed)
            if not self.flow_context:
                self.allow_simple_key = True
        elif passed:
            reader.skip(len(passed))

    def scan_plain(self) -> Any:
        reader = self.reader
        pattern = _FLOW_PLAIN if self.flow_context else _BLOCK_PLAIN
        begun = reader.pointer, reader.index, reader.line, reader.column, self.allow_simple_key
        found = pattern.match(reader.buffer, reader.pointer)
        if found is None:
            return super().scan_plain()
        start = reader.get_mark()
        self.allow_simple_key = False
        reader.skip(len(found[0]))
        end = reader.get_mark()
        spaces = self.scan_plain_spaces(self.indent + 1, start)
        outside = not self.flow_context and reader.column < self.indent + 1
        if spaces and not outside and reader.peek() != "#" and pattern.match(reader.buffer, reader.pointer):
            reader.pointer, reader.index, reader.line, reader.column, self.allow_simple_key = begun
            return super().scan_plain()
        return ScalarToken(found[0], True, start, end)
