"""Declared and well-known indicators in, the `indicators:` of version 2 and the names rules call them by out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches

from ..out import Block, Entry, Leaf
from ..tree import Entries, Items, Mark, Node, Scalar
from .numbers import digits, read, said, whole
from .part import Part
from .told import Told, shown
from .words import ALIASES, FIELDS, KINDS, LANGUAGE, Kind, Length, normal, snake

_FORMS = "SMA, EMA, WMA, RSI, MACD, Stochastic, BollingerBands, ATR, OBV, VWAP"
_NAMED = 64
_OUTPUTS = sorted({output for kind in KINDS.values() for output in kind.outputs}, key=len, reverse=True)
_GUESSES = 50
"""Unknown names that are worth a guess, and names to guess from: more would take long on a hostile file."""
_ANY = Kind("", None, (), {output: "" for kind in KINDS.values() for output in kind.outputs})
"""What an indicator of no known type may be: names of its outputs are not told a second time."""


@dataclass(slots=True)
class Defined:
    """One indicator: its name in both versions, what it computes, and whether a rule asks for it.

    Without a `call` its declaration could not be read, which was told.
    """

    old: str
    name: str
    kind: Kind
    call: str
    mark: Mark
    comment: str = ""
    used: bool = False

    def written(self, output: str) -> str:
        return f"{self.name}.{output}" if output else self.name


class Indicators:
    """Read the declarations first, then ask for each name that a rule holds."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._all: list[Defined] = []
        self._by_old: dict[str, Defined] = {}
        self._by_normal: dict[str, Defined] = {}
        self._usual: dict[tuple[str, str], Defined] = {}
        self._taken: set[str] = set()
        self._turns: Counter[str] = Counter()
        self._guesses = _GUESSES

    def declare(self, node: Node | None) -> None:
        """`{"name": {"type": …}}`, or a list of mappings that hold their names."""
        if isinstance(node, Items):
            for item in node.items:
                part = Part(item, "indicators", self._told) if isinstance(item, Entries) else None
                name = part.take("name", "id", "key") if part else None
                if part is None or not isinstance(name, Scalar):
                    self._told.unclear("an indicator in a list is a mapping with a `name`", item)
                else:
                    self._declared(name, part)
        elif isinstance(node, Entries):
            for key, value in Part(node, "indicators", self._told).entries():
                if isinstance(value, Entries):
                    self._declared(key, Part(value, f"indicators.{key.text}", self._told))
                else:
                    help_ = 'write {"type": "EMA", "period": 12}'
                    self._told.unclear(f"the indicator `{shown(key.text)}` must be a mapping", value, help_)
        elif node is not None:
            self._told.unclear("`indicators` must be a mapping", node)

    def expression(self, node: Node | None, what: str, at: Mark) -> str | None:
        """A name, a candle's field or a number, as an expression of version 2."""
        if node is None:
            self._told.missing(f"the condition has no `{what}`", at)
            return None
        number = read(node)
        if number is not None:
            return digits(number)
        if not isinstance(node, Scalar) or not isinstance(node.value, str) or not node.text.strip():
            self._told.unclear(f"`{what}` must be an indicator's name or a number, not {said(node)}", node)
            return None
        return self._named(node)

    def block(self) -> Block | None:
        """What is used, in order; what nothing uses stays as a comment."""
        entries: list[Entry] = []
        above: list[str] = []
        for one in self._all:
            if one.used:
                entries.append(Entry(one.name, Leaf(one.call, one.mark), one.mark, one.comment, tuple(above)))
                above = []
            else:
                above.append(f"{one.name}: {one.call}  (not used by any rule)")
                message = f"no rule uses the indicator `{shown(one.old)}`: it becomes a comment"
                self._told.dropped(message, one.mark)
        return Block(entries, below=tuple(above)) if entries else None

    def _declared(self, key: Scalar, part: Part) -> None:
        node = part.take("type", "indicator", "kind")
        kind = _kind(node)
        if kind is None:
            message = f"{said(node)} is not an indicator of version 1" if node else f"`{part.where}` has no `type`"
            self._told.unclear(message, node or key, f"it knows {_FORMS}")
            self._add(Defined(key.text, self._free(key, False), _ANY, "", key.mark, used=True))
            return
        inner = part.part("params", "parameters", "settings") or part
        assumed: list[str] = []
        arguments = self._source(kind, inner) + [self._length(one, inner, assumed) for one in kind.lengths]
        if inner is not part:
            inner.rest()
        part.rest()
        comment = f"assumed: {', '.join(assumed)}" if assumed else ""
        for words in assumed:
            self._told.assumed(f"`{part.where}` does not say {words.split(' ')[0]}: {words} is assumed", key)
        call = f"{kind.call}({', '.join(arguments)})"
        self._add(Defined(key.text, self._free(key), kind, call, key.mark, comment))

    def _add(self, one: Defined) -> None:
        self._all.append(one)
        self._by_old.setdefault(one.old, one)
        self._by_normal.setdefault(normal(one.old), one)

    def _length(self, length: Length, part: Part, assumed: list[str]) -> str:
        node = part.take(*length.keys)
        if node is None:
            assumed.append(f"{length.name} {length.default}")
            return length.default
        what = f"`{part.where}.{length.name}`"
        if length.whole:
            return str(whole(node, what, self._told) or length.default)
        number = read(node)
        if number is None or number <= 0:
            self._told.unclear(f"{what} must be a number above zero, not {said(node)}", node)
            return length.default
        return digits(number)

    def _source(self, kind: Kind, part: Part) -> list[str]:
        node = part.take("source", "input", "price") if kind.source is not None else None
        if node is None:
            return [kind.source] if kind.source is not None else []
        found = self.expression(node, "source", node.mark)
        return [found or "close"]

    def _free(self, key: Scalar, tell: bool = True) -> str:
        """A name for version 2 that nothing else has."""
        name = snake(key.text)[:_NAMED] or "indicator"
        name = f"i_{name}"[:_NAMED] if name[0].isdigit() else name
        name = f"my_{name}" if name in LANGUAGE else name
        free = name
        while free in self._taken:
            self._turns[name] += 1
            free = f"{name[: _NAMED - 6]}_{self._turns[name] + 1}"
        self._taken.add(free)
        if tell and normal(free) != normal(key.text):
            self._told.assumed(f"the indicator `{shown(key.text)}` is called `{free}`", key)
        return free

    def _named(self, node: Scalar) -> str | None:
        text = node.text.strip()
        name = normal(text)
        exact = self._by_old.get(text) or self._by_normal.get(name)
        if exact is not None:
            return self._output(exact, None, node)
        for ending in _OUTPUTS:
            one = self._by_normal.get(name.removesuffix(ending)) if name.endswith(ending) else None
            if one is not None and ending in one.kind.outputs:
                return self._output(one, ending, node)
        if name in FIELDS:
            return FIELDS[name]
        found, output = self._of_kind(name, node)
        return self._output(found, output, node) if found is not None else self._unknown(node)

    def _output(self, one: Defined, output: str | None, node: Scalar) -> str | None:
        one.used = True
        if not one.call:
            return None
        if output is not None:
            return one.written(one.kind.outputs[output])
        if one.kind.bare is None:
            help_ = f"write `{one.old}_upper`, `{one.old}_middle` or `{one.old}_lower`"
            self._told.unclear(f"`{shown(node.text)}` does not say which of its bands is meant", node, help_)
            return None
        return one.written(one.kind.bare)

    def _of_kind(self, name: str, node: Scalar) -> tuple[Defined | None, str | None]:
        """A well-known name such as `ema50` or `macd_signal`: the one declared or one with defaults, and its output."""
        for known in sorted((*KINDS, *ALIASES), key=len, reverse=True):
            kind = KINDS[ALIASES.get(known, known)]
            match = re.fullmatch(known + r"([0-9]{0,4})([a-z]*)", name)
            if match is None or (match[2] and match[2] not in kind.outputs):
                continue
            if match[1] and (len(kind.lengths) != 1 or int(match[1]) == 0):
                continue
            same = [one for one in self._all if one.kind is kind]
            if match[2] and not match[1] and len(same) == 1:
                return same[0], match[2]
            name = node.text.strip() if not match[2] else known + match[1]
            return self._assumed(name, match[1], kind, node), match[2] or None
        return None, None

    def _assumed(self, name: str, period: str, kind: Kind, node: Scalar) -> Defined:
        """An indicator that nobody declared."""
        key = Scalar(name, name, node.mark)
        found = self._usual.get((name, kind.call)) or self._by_old.get(name)
        if found is None or found.kind not in (kind, _ANY):
            values = [period or one.default for one in kind.lengths]
            source = [kind.source] if kind.source is not None else []
            call = f"{kind.call}({', '.join(source + values)})"
            comment = "assumed: version 1 did not declare it"
            found = Defined(name, self._free(key, False), kind, call, node.mark, comment)
            self._add(found)
            self._usual[name, kind.call] = found
            self._told.assumed(f"`{shown(node.text)}` is not declared: `{call}` is assumed", node)
        return found

    def _unknown(self, node: Scalar) -> str | None:
        self._guesses -= 1
        known = [one.old for one in self._all[:_GUESSES]] if self._guesses >= 0 else []
        near = get_close_matches(node.text.strip()[:60], known, 1)
        help_ = f"did you mean `{near[0]}`?" if near else f"declare it in `indicators`; version 1 knows {_FORMS}"
        self._told.unclear(f"`{shown(node.text)}` is no indicator, candle field or number", node, help_)
        return None


def _kind(node: Node | None) -> Kind | None:
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return None
    name = normal(node.text)
    return KINDS.get(ALIASES.get(name, name))
