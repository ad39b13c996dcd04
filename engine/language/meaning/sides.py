"""The `long:` and `short:` blocks in, entry and exit terms out."""

from __future__ import annotations

from ...diagnostics.report import Report
from ..resolve.resolver import Resolver
from ..strategy import Exit, Fire, Side, Trail
from ..structure.part import Part
from ..term import Term
from ..yaml.nodes import ListNode, MapNode, Node, ScalarNode
from .distances import Distances
from .ladders import Ladders


class Sides:
    """Builds sides with one resolver; None means that the report says why."""

    def __init__(self, resolver: Resolver, report: Report, broken: frozenset[int]) -> None:
        self._resolver = resolver
        self._broken = broken
        self._distances = Distances(resolver, report)
        self._ladders = Ladders(resolver, report)

    def side(self, part: Part) -> Side | None:
        enter = part.get("enter")
        fire = Fire.ONCE
        if isinstance(enter, MapNode) and enter.get("when") is not None:
            inside = Part(enter, self._broken)
            fire = Fire(inside.string("fire", Fire.ONCE)) if inside.get("fire") else Fire.ONCE
            enter = inside.get("when")
        elif isinstance(enter, MapNode):
            fire = Fire(Part(enter, self._broken).string("fire", Fire.ONCE))
        term = self.rule(enter)
        exits = self.exits(part.part("exit"))
        stopped = has_stop(part.part("exit"))
        further = [(entry, self.rule(entry.get("when"))) for entry in part.listed("add")]
        add = self._ladders.additions(further, stopped)
        return Side(term, fire, exits, add) if term is not None else None

    def rule(self, node: Node | None, position: bool = False) -> Term | None:
        """A text, a list (all of it), `{all: [...]}` or `{any: [...]}`."""
        if node is None or id(node) in self._broken:
            return None
        if isinstance(node, ScalarNode):
            return self._resolver.condition(node.text, position=position) if isinstance(node.value, str) else None
        if isinstance(node, ListNode):
            return self._joined(node, position, True)
        word = "all" if node.get("all") is not None else "any"
        inner = node.get(word)
        return self._joined(inner, position, word == "all") if isinstance(inner, ListNode) else None

    def _joined(self, node: ListNode, position: bool, every: bool) -> Term | None:
        terms = [self.rule(item, position) for item in node.items]
        found = [term for term in terms if term is not None]
        if not found or len(found) < len(terms) or id(node) in self._broken:
            return None
        return self._resolver.all_of(found) if every else self._resolver.any_of(found)

    def exits(self, part: Part) -> Exit:
        """An `exit:` block."""
        distances = self._distances
        trail = part.part("trail")
        by = distances.plain(trail, "by")
        time = part.text("time")
        stopped = has_stop(part)
        return Exit(
            when=self.rule(part.get("when"), position=True),
            stop=distances.plain(part, "stop"),
            target=distances.multiple(part, "target", stopped),
            trail=Trail(by, distances.multiple(trail, "after", stopped)) if by else None,
            breakeven=distances.multiple(part.part("breakeven"), "after", stopped),
            time=self._resolver.duration(time) if time is not None else None,
            ladder=self._ladders.targets(part.listed("target"), stopped),
        )


def has_stop(part: Part) -> bool:
    """Whether an `exit:` block sets an initial stop."""
    return "stop" in part or ("trail" in part and "after" not in part.part("trail"))
