"""A mapping of a version 1 document: keys in any spelling, and what nobody asked for is told."""

from __future__ import annotations

from collections.abc import Iterator

from ..tree import Entries, Mark, Node, Scalar
from .told import TWICE, Told, shown
from .words import normal


class Part:
    """`where` names it in messages; nulls count as not written."""

    def __init__(self, node: Entries, where: str, told: Told) -> None:
        self.mark = node.mark
        self.where = where
        self._told = told
        self._known: dict[str, tuple[Scalar, Node]] = {}
        self._read: set[str] = set()
        for key, value in node.entries:
            name = normal(key.text)
            if name in self._known:
                first = self._known[name][0].text
                message = f"`{shown(key.text)}` and `{shown(first)}` are the same key in two spellings"
                told.error(TWICE, message, key, "keep one of them")
            elif isinstance(value, Scalar) and value.value is None:
                self._read.add(name)
            else:
                self._known[name] = key, value

    def take(self, *names: str) -> Node | None:
        """The value of the first of these keys that was written; names are given without spelling."""
        for name in names:
            if name in self._known:
                self._read.add(name)
                return self._known[name][1]
        return None

    def at(self, *names: str) -> Mark:
        """The place of a key that was written, else of the whole part."""
        return next((self._known[name][0].mark for name in names if name in self._known), self.mark)

    def key(self, *names: str) -> str:
        """The first of these keys that was written, in its own spelling."""
        return next((self._known[name][0].text for name in names if name in self._known), names[0])

    def part(self, *names: str) -> Part | None:
        """The mapping at a key; anything else that stands there is told."""
        node = self.take(*names)
        if node is None:
            return None
        where = f"{self.where}.{self.key(*names)}" if self.where else self.key(*names)
        if isinstance(node, Entries):
            return Part(node, where, self._told)
        self._told.unclear(f"`{where}` must be a mapping", node, 'write {"key": value}')
        return None

    def off(self) -> bool:
        """Whether the part says of itself that it is switched off; the rest of it is then told, not read."""
        node = self.take("enabled", "active")
        if not isinstance(node, Scalar) or str(node.value).lower() not in ("false", "0", "no", "off"):
            return False
        self._told.dropped(f"`{self.where}` is switched off and is not carried over", self.mark)
        self._read |= set(self._known)
        return True

    def entries(self) -> Iterator[tuple[Scalar, Node]]:
        """All that was written, taken as read."""
        self._read |= set(self._known)
        yield from self._known.values()

    def rest(self) -> None:
        """Tell every key that nothing has read."""
        for name, (key, _) in self._known.items():
            if name not in self._read:
                place = f" in `{self.where}`" if self.where else ""
                message = f"`{shown(key.text)}`{place} is not known and is not carried over"
                self._told.dropped(message, key)
