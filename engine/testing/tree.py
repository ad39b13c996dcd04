"""A condition at one candle: its parts with what each was there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..language.strategy import Strategy
from ..language.term import Dimension, Op, Term
from ..market.candles import Candles
from ..research.evaluate import Evaluated, evaluate_terms
from ..trading.exit_program import reads_position

TRUTH = {0: "false", 1: "true", 2: "unknown"}
_JUNCTIONS = (Op.AND, Op.OR)


def parts_of(term: Term, candles: Candles, feeds: Mapping[str, Candles], row: int) -> list[tuple[str, int]]:
    """The parts that `and` or `or` join (the term itself where there are none), with their value at a row."""
    parts = {str(k): part for k, part in enumerate(term.args if term.op in _JUNCTIONS else (term,))}
    found = evaluate_terms(parts, candles, feeds)
    return [(label(found, name), int(found.columns[name][row])) for name in parts]


def label(found: Evaluated, name: str) -> str:
    """What an evaluated term is called in the language's words."""
    return found.plan.columns[found.plan.roots[name]].label


def rules_of(strategy: Strategy) -> Iterator[tuple[str, Term]]:
    """The strategy's rules by the keys they stand under."""
    for name, side in (("long", strategy.long), ("short", strategy.short)):
        if side is not None:
            yield f"{name}.enter", side.enter
            if side.exit.when is not None:
                yield f"{name}.exit.when", side.exit.when
    if strategy.filters is not None:
        yield "filters", strategy.filters


def tree_lines(strategy: Strategy, candles: Candles, feeds: Mapping[str, Candles], row: int) -> Iterator[str]:
    """Every rule as it stood at a row of `candles`, its parts below it."""
    for name, term in rules_of(strategy):
        if reads_position(term):
            yield f"{name}: reads the position"
            continue
        (whole,) = evaluate_terms({"": term}, candles, feeds).columns.values()
        yield f"{name}: {TRUTH[int(whole[row])]}"
        for part, value in parts_of(term, candles, feeds, row):
            yield f"  {part}: {TRUTH[value]}"


def series_of(term: Term, names: Mapping[Term, str]) -> Iterator[Term]:
    """The named series and indicators a rule reads, each on the strategy's own clock."""
    if term.dimension is not Dimension.CONDITION and (term in names or term.op is Op.INDICATOR or _lifted(term)):
        yield term
        return
    if term.op is not Op.LIFT:
        for arg in term.args:
            yield from series_of(arg, names)


def _lifted(term: Term) -> bool:
    return term.op is Op.LIFT and term.args[0].op is Op.INDICATOR
