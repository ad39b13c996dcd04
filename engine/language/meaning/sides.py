"""The `long:` and `short:` blocks in, entry and exit terms out."""

from __future__ import annotations

from ...diagnostics.report import Report
from ..resolve.resolver import Resolver
from ..strategy import Distance, Exit, Fire, Side, Trail
from ..structure.part import Part
from ..term import Term
from ..yaml.nodes import ListNode, MapNode, Node, ScalarNode


class Sides:
    """Builds sides with one resolver; None means that the report says why."""

    def __init__(self, resolver: Resolver, report: Report, broken: frozenset[int]) -> None:
        self._resolver = resolver
        self._report = report
        self._broken = broken

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
        exits = self._exit(part.part("exit"))
        return Side(term, fire, exits) if term is not None else None

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

    def _exit(self, part: Part) -> Exit:
        trail = part.part("trail")
        by = self._distance(trail, "by")
        time = part.text("time")
        stopped = has_stop(part)
        return Exit(
            when=self.rule(part.get("when"), position=True),
            stop=self._distance(part, "stop"),
            target=self._multiple(part, "target", stopped),
            trail=Trail(by, self._multiple(trail, "after", stopped)) if by else None,
            breakeven=self._multiple(part.part("breakeven"), "after", stopped),
            time=self._resolver.duration(time) if time is not None else None,
        )

    def _distance(self, part: Part, key: str) -> Distance | None:
        text = part.text(key)
        return self._resolver.distance(text) if text is not None else None

    def _multiple(self, part: Part, key: str, stopped: bool) -> Distance | None:
        """A distance that may be written in R."""
        text = part.text(key)
        found = self._resolver.distance(text, r=True) if text is not None else None
        if text is not None and found is not None and found.r is not None and not stopped:
            message = f"`{text.value}` needs a stop: R is the distance to it"
            self._report.error("SR403", message, part.span(key), "add `stop:`, or a `trail:` without `after`")
        return found


def has_stop(part: Part) -> bool:
    """Whether an `exit:` block sets an initial stop."""
    return "stop" in part or ("trail" in part and "after" not in part.part("trail"))
