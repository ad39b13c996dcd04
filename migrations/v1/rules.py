"""Lists of conditions in, expressions out; a list means all of them."""

from __future__ import annotations

from dataclasses import dataclass

from ..out import Leaf, Out, Rows
from ..tree import Entries, Items, Mark, Node, Scalar
from .indicators import Indicators
from .numbers import said, whole
from .part import Part
from .told import Told
from .words import OPERATORS, normal

SIDES = ("long", "short")
_FORMS = "they are >, <, >=, <=, crosses_above and crosses_below"


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that must all be true, and where they were written."""

    conditions: tuple[Leaf, ...]
    mark: Mark

    def written(self) -> Out:
        """One on the line of its key, several below it."""
        return self.conditions[0] if len(self.conditions) == 1 else Rows(self.conditions)


class Rules:
    def __init__(self, indicators: Indicators, told: Told) -> None:
        self._indicators = indicators
        self._told = told
        self.broken = False
        """Whether there were conditions and none of them could be read."""

    def sides(self, part: Part) -> dict[str, Rule]:
        """The rules of a block by side; sides without conditions are left out."""
        found = {}
        for side in SIDES:
            node = part.take(side)
            rule = self.rule(node, f"{part.where}.{side}") if node is not None else None
            if rule is not None:
                found[side] = rule
        return found

    def rule(self, node: Node, where: str) -> Rule | None:
        if isinstance(node, Scalar):
            self.broken = True
            self._told.unclear(f"`{where}` must be a list of conditions, not {said(node)}", node)
            return None
        items = node.items if isinstance(node, Items) else (node,)
        written = [leaf for item in items if (leaf := self._condition(item, where)) is not None]
        self.broken |= bool(items) and not written
        unlike = {leaf.value: leaf for leaf in reversed(written)}
        return Rule(tuple(reversed(unlike.values())), node.mark) if written else None

    def _condition(self, node: Node, where: str) -> Leaf | None:
        if not isinstance(node, Entries):
            help_ = 'write {"indicator1": …, "operator": …, "indicator2": …}'
            self._told.unclear(f"a condition in `{where}` must be a mapping, not {said(node)}", node, help_)
            return None
        part = Part(node, where, self._told)
        left = self._indicators.expression(part.take("indicator1", "indicator", "left"), "indicator1", node.mark)
        right = self._indicators.expression(part.take("indicator2", "value", "right"), "indicator2", node.mark)
        operator = self._operator(part.take("operator", "op"), node.mark)
        lookback = part.take("lookback", "lookbackcandles")
        count = whole(lookback, "`lookback`", self._told, 0) if lookback is not None else 0
        part.rest()
        if left is None or right is None or operator is None or count is None:
            return None
        relation = f"{left} {operator} {right}"
        return Leaf(f"({relation}) within {count} candles" if count > 1 else relation, node.mark)

    def _operator(self, node: Node | None, at: Mark) -> str | None:
        if node is None:
            self._told.missing("the condition has no `operator`", at, _FORMS)
            return None
        found = OPERATORS.get(normal(node.text)) if isinstance(node, Scalar) else None
        if found is None:
            self._told.unclear(f"{said(node)} is not an operator of version 1", node, _FORMS)
        return found
