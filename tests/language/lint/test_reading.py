"""The walk through what was written beside what it means: both have one shape, however a file is drawn."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.language.document import examine
from stratrun.engine.language.expression.tree import Comparison, Crossing, Trend
from stratrun.engine.language.lint.reading import Reading, Written, lowered
from stratrun.engine.language.lint.relations import HOLDS
from stratrun.engine.language.term import Op
from stratrun.engine.language.yaml.source import parse

from ...parity.generator import strategy_text

CROSSINGS = {Op.CROSS_ABOVE, Op.CROSS_BELOW}
TRENDS = {Op.RISING, Op.FALLING}


@given(st.randoms(use_true_random=False))
def test_every_written_condition_meets_its_own_term(rng: random.Random) -> None:
    """Each comparison stands beside a comparison, each crossing beside a crossing, down to the last definition."""
    text, _ = strategy_text(rng)
    source = parse("drawn.yaml", text.encode())
    strategy = examine(source)
    assert strategy is not None
    assert source.root is not None
    assert strategy.scope is not None
    reading = Reading(strategy.scope)
    for name, side in (("long", strategy.long), ("short", strategy.short)):
        node = source.root.get(name)
        if side is None or node is None:
            continue
        rule = reading.rule(node.get("enter"), side.enter)  # type: ignore[union-attr, arg-type]
        assert rule is not None
        stack = [rule]
        while stack:
            statement = stack.pop()
            parts = reading.parts(statement)
            stack += parts
            if not parts:
                assert isinstance(statement, Written)
                kind = {Comparison: set(HOLDS) | {Op.AND}, Crossing: CROSSINGS, Trend: TRENDS}[type(statement.tree)]
                assert lowered(statement.term).op in kind
