"""A command line in, the files out that the command reads: those it names, and those that these name in turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .paths import Mentioned, Named, Written

if TYPE_CHECKING:
    from ..language.yaml.nodes import Node

_LONGEST = 1_000
"""Characters of a path."""


@dataclass(slots=True)
class Reads:
    """Files by their place and by what the system knows them by, so that no other spelling and no link hides one."""

    places: set[Path] = field(default_factory=set)
    known: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def of(cls, context: click.Context) -> Reads:
        found = cls()
        for parameter in context.command.params:
            kind = parameter.type
            if isinstance(kind, Named | Mentioned) and not isinstance(kind, Written):
                for text in _texts(context.params.get(str(parameter.name))):
                    for place in _places(text) if isinstance(kind, Mentioned) else (text,):
                        found.add(Path(place).expanduser())
        return found

    def add(self, path: Path) -> None:
        """A file, and those it names if it is a document; what is not there counts by its place."""
        try:
            place = path.resolve()
            if place in self.places:
                return
            self.places.add(place)
            if not path.is_file():
                return
            self.known.add(_identity(path))
        except (OSError, ValueError, RuntimeError):  # a text that is no path
            return
        for named in _named_in(path):
            self.add(named)

    def __contains__(self, path: Path) -> bool:
        return path.resolve() in self.places or (path.is_file() and _identity(path) in self.known)


def _identity(path: Path) -> tuple[int, int]:
    there = path.stat()
    return there.st_dev, there.st_ino


def _texts(given: Any) -> Iterable[str]:
    return (given,) if isinstance(given, str) else given or ()


def _places(text: str) -> Iterator[str]:
    """`1m=BTC/USDT=a.csv` names itself, `BTC/USDT=a.csv` or `a.csv`."""
    while text:
        yield text
        text = text.partition("=")[2]


def _named_in(path: Path) -> Iterator[Path]:
    """Files beside a document that one of its values names: members, a ledger, candles of a test."""
    from ..language.folders import ENDINGS
    from ..language.yaml.source import read

    if not path.name.endswith(ENDINGS):
        return
    root = read(path).root
    for text in _leaves(root) if root is not None else ():
        if 0 < len(text) <= _LONGEST and "\0" not in text:
            beside = path.parent / Path(text).expanduser()
            try:
                if beside.is_file():
                    yield beside
            except OSError:
                continue


def _leaves(node: Node) -> Iterator[str]:
    from ..language.yaml.nodes import ListNode, MapNode, ScalarNode

    if isinstance(node, MapNode):
        for _, value in node.entries:
            yield from _leaves(value)
    elif isinstance(node, ListNode):
        for value in node.items:
            yield from _leaves(value)
    elif isinstance(node, ScalarNode) and isinstance(node.value, str):
        yield node.value
