"""The candles around one as a small table, with the indicators of the strategy's rules and how the rules stood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..explaining.expression import expression_of
from ..explaining.trace import rules_of, trace
from ..language.term import Dimension, Op, Term
from ..report.tables import iso_time
from ..report.wording import moment
from ..research.evaluate import evaluate_terms
from .observed import Observed
from .outcome import Spot

BEFORE, AFTER = 3, 2
MOST_SERIES = 6
PRICES = ("open", "high", "low", "close")


def spot_at(observed: Observed, symbol: str, number: int) -> Spot | None:
    """What stood around candle `number` of `symbol`; None where the symbol has no candle then."""
    row = observed.row(symbol, number)
    if row is None:
        return None
    candles, result = observed.result.candles[symbol], observed.result
    lo, hi = max(0, row - BEFORE), min(len(candles), row + AFTER + 1)
    columns = {name: getattr(candles, name)[lo:hi].tolist() for name in PRICES} | _series(observed, symbol, lo, hi)
    said = observed.signals(symbol)[lo:hi]
    cells = [
        (observed.number(int(candles.time[k])), moment(iso_time(int(candles.time[k]))),
         *(_known(values[k - lo]) for values in columns.values()), " ".join(said[k - lo]))
        for k in range(lo, hi)
    ]  # fmt: skip
    close = int(candles.time[row]) + candles.timeframe.ms
    traced = trace(
        result.strategy, observed.candles, close, symbol=symbol, account=result.account,
        instruments=result.instruments,
    )  # fmt: skip
    rules = tuple((rule.key, rule.tree) for rule in traced.rules)
    return Spot(("candle", "time", *columns, "signal"), tuple(cells), row - lo, rules)


def _series(observed: Observed, symbol: str, lo: int, hi: int) -> dict[str, list[float]]:
    """The rules' named series and indicators, in the rules' order."""
    strategy = observed.result.strategy
    names: dict[Term, str] = {}
    for name, term in strategy.definitions.items():
        names.setdefault(term, name)
    found = dict.fromkeys(term for rule in rules_of(strategy).values() for term in _read(rule, names))
    terms = {names.get(term) or expression_of(term): term for term in list(found)[:MOST_SERIES]}
    if not terms:
        return {}
    own, universe = observed.result.candles[symbol], observed.universe
    columns = evaluate_terms(terms, own, observed.feeds, universe=universe).columns
    return {name: column[lo:hi].tolist() for name, column in columns.items()}


def _read(term: Term, names: Mapping[Term, str]) -> Iterator[Term]:
    """The named series and indicators a condition reads, each on the strategy's own clock."""
    lifted = term.op is Op.LIFT
    inner = term.args[0] if lifted else term
    if term.dimension is not Dimension.CONDITION and (term in names or inner.op is Op.INDICATOR):
        yield term
    elif not lifted:
        for arg in term.args:
            yield from _read(arg, names)


def _known(value: float) -> float | None:
    return None if value != value else value
