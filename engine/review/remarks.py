"""Two versions of a file in, what changed without any effect on a decision out: names, words, ranges, the search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..language.identity import Digests
from ..language.strategy import Strategy
from ..language.yaml.nodes import ListNode, MapNode, Node, ScalarNode
from .sources import Version

_SILENT = re.compile(r"name|description|tags|params\.[^.]+\.(label|range|step)|optimize(\..*)?")
"""Keys of the file that decide nothing."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A change without effect; a name that was given up and taken up is one, with both names."""

    key: str
    before: str | None
    after: str | None


def remarks(old: Version, new: Version, same: bool) -> Iterator[Remark]:
    """`same`: whether both mean the same, so that a param that went and one that came can be one renamed."""
    before, after = dict(_texts(old.root)), dict(_texts(new.root))
    for key in dict.fromkeys((*before, *after)):
        shared = not key.startswith("params.") or _names(old, new) >= {key.split(".")[1]}
        if _SILENT.fullmatch(key) and shared and before.get(key) != after.get(key):
            yield Remark(key, before.get(key), after.get(key))
    yield from _renamed(old.strategy, new.strategy)
    yield from _params(old.strategy, new.strategy, same)


def _names(old: Version, new: Version) -> set[str]:
    return set(old.strategy.params) & set(new.strategy.params)


def _renamed(old: Strategy, new: Strategy) -> Iterator[Remark]:
    """Named indicators and conditions: renamed, added, dropped."""
    digests = Digests(old), Digests(new)
    gone = {name: digests[0].of(term) for name, term in old.definitions.items() if name not in new.definitions}
    come = {name: digests[1].of(term) for name, term in new.definitions.items() if name not in old.definitions}
    told: set[tuple[str, str | None]] = set()
    for name, digest in gone.items():
        match = next((other for other, found in come.items() if found == digest), None)
        if match is not None:
            del come[match]
        pair = name.partition(".")[0], match.partition(".")[0] if match else None
        if pair not in told:
            told.add(pair)
            yield Remark(f"indicators.{pair[0]}", *pair)
    for name in dict.fromkeys(name.partition(".")[0] for name in come):
        yield Remark(f"indicators.{name}", None, name)


def _params(old: Strategy, new: Strategy, same: bool) -> Iterator[Remark]:
    gone = [name for name in old.params if name not in new.params]
    come = [name for name in new.params if name not in old.params]
    for name in gone:
        was = old.params[name]
        alike = [n for n in come if same and (new.params[n].value, new.params[n].unit) == (was.value, was.unit)]
        match = alike[0] if alike else None
        if match is not None:
            come.remove(match)
        yield Remark(f"params.{name}", name, match)
    for name in come:
        yield Remark(f"params.{name}", None, name)
    feeds = {symbol: name for name, symbol in new.feeds.items() if name not in old.feeds}
    for name, symbol in old.feeds.items():
        if name not in new.feeds:
            yield Remark(f"feeds.{name}", name, feeds.pop(symbol, None))
    for name in feeds.values():
        yield Remark(f"feeds.{name}", None, name)


def _texts(node: Node | None, key: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a document by its key, a list of plain values as one."""
    if isinstance(node, MapNode):
        for name, inner in node.entries:
            yield from _texts(inner, f"{key}.{name.text.value}" if key else name.text.value)
    elif isinstance(node, ListNode):
        yield key, ", ".join(" ".join(i.text.value.split()) for i in node.items if isinstance(i, ScalarNode))
    elif isinstance(node, ScalarNode):
        yield key, " ".join(node.text.value.split())
