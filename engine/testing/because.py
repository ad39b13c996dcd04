"""`because: EXPR`: whether a signal came for the reason a test gives."""

from __future__ import annotations

from ..diagnostics.diagnostic import DocumentError, InputError
from ..diagnostics.report import Report
from ..language.resolve.resolver import Resolver
from ..language.strategy import Fire, Side
from ..language.term import Term
from ..language.text import Text
from ..research.evaluate import evaluate_terms
from ..trading.exit_program import reads_position
from .observed import Observed
from .tree import TRUTH, parts_of

_BUT = {0: "was false there", 1: "was true a candle before already, so it is not what turned", 2: "was unknown there"}


def not_because(observed: Observed, symbol: str, row: int, signal: str, because: str) -> str | None:
    """What keeps `because` from being the reason of `signal` at a row: it must be true there and, for a rule that fires
    when it turns true, not have been true a candle before. None where it is the reason.

    Raises DocumentError for an expression the strategy's scope cannot read.
    """
    candles = observed.result.candles[symbol]
    term = _term(observed, because)
    column = evaluate_terms({"because": term}, candles, observed.feeds).columns["because"].tolist()
    steady = not _fires_once(observed, signal)
    if column[row] == 1 and (steady or row == 0 or column[row - 1] != 1):
        return None
    why = f"{signal}, but `{' '.join(because.split())}` {_BUT[column[row]]}"
    parts = parts_of(term, candles, observed.feeds, row)
    told = ", ".join(f"`{part}` {TRUTH[value]}" for part, value in parts)
    return f"{why} ({told})" if len(parts) > 1 else why


def _term(observed: Observed, because: str) -> Term:
    scope = observed.result.strategy.scope
    report = Report("because")
    term = Resolver(scope, report).condition(Text(because), position=True) if scope else None
    if term is None:
        raise DocumentError(report.diagnostics())
    if reads_position(term):
        raise InputError(
            f"`because: {because}` asks for the position, which only an exit rule can see",
            help="name the part of the rule that the candles decide",
        )
    return term


def _fires_once(observed: Observed, signal: str) -> bool:
    strategy = observed.result.strategy
    side: Side | None = strategy.long if signal.endswith("long") else strategy.short
    return signal.startswith("enter") and side is not None and side.fire is Fire.ONCE
