"""Terms written as expressions again."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.diagnostics.report import Report
from stratrun.engine.explaining.expression import expression_of, number_of
from stratrun.engine.indicators import Indicator, entries
from stratrun.engine.language.document import loads
from stratrun.engine.language.identity import Digests
from stratrun.engine.language.resolve.arguments import Signature
from stratrun.engine.language.resolve.resolver import Resolver
from stratrun.engine.language.scope import Scope
from stratrun.engine.language.strategy import Strategy
from stratrun.engine.language.term import Dimension, Term
from stratrun.engine.language.text import Text
from stratrun.engine.market.timeframe import Timeframe

from ..parity.generator import strategy_text


def terms_of(strategy: Strategy) -> list[Term]:
    found = [strategy.filters, strategy.priority]
    for side in (strategy.long, strategy.short):
        if side is not None:
            out = side.exit
            found += [side.enter, out.when]
            found += [d.term for d in (out.stop, out.target, out.breakeven, out.trail and out.trail.by) if d]
    return [term for term in found if term is not None]


@given(st.randoms(use_true_random=False))
def test_what_is_written_reads_back_as_the_same(rng: random.Random) -> None:
    """The expression of every term of any strategy means what the term means."""
    strategy = loads(strategy_text(rng)[0])
    assert strategy.scope is not None
    digests, report = Digests(strategy), Report("again")
    resolver = Resolver(strategy.scope, report)
    for term in terms_of(strategy):
        text = Text(expression_of(term))
        condition = term.dimension is Dimension.CONDITION
        again = resolver.condition(text, position=True) if condition else resolver.series(text)
        assert again is not None, (text.value, report.diagnostics())
        assert digests.of(again) == digests.of(term), text.value


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_every_indicator_is_written_with_all_its_values(entry: Indicator) -> None:
    """A call's defaults are filled in, and every output reads back."""
    report = Report("x")
    resolver = Resolver(Scope(Timeframe.parse("1h")), report)
    found = resolver.value(Text(Signature.of(entry, entry.name).example))
    assert found, report.diagnostics()
    for term in found.values():
        again = resolver.value(Text(expression_of(term)))
        assert again is not None, report.diagnostics()
        assert list(again.values()) == [term]


@pytest.mark.parametrize(
    ("value", "ratio", "text"),
    [(30.0, False, "30"), (0.03, True, "3%"), (0.0007, True, "0.07%"), (1e-9, False, "0.000000001"), (1e15, False,
     "1000000000000000"), (-2.5, False, "-2.5"), (0.0, False, "0")],
)  # fmt: skip
def test_numbers_are_written_as_the_language_reads_them(value: float, ratio: bool, text: str) -> None:
    """No exponents; percents only where nothing is lost."""
    assert number_of(value, ratio) == text
