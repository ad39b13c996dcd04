"""The candles around one as a small table, with the indicators of the strategy's rules and how the rules stood."""

from __future__ import annotations

import numpy as np

from ..language.term import Term
from ..report.tables import iso_time
from ..report.wording import moment
from ..research.evaluate import evaluate_terms
from .observed import Observed
from .outcome import Spot
from .tree import label, rules_of, series_of, tree_lines

BEFORE, AFTER = 3, 2
MOST_SERIES = 6
PRICES = ("open", "high", "low", "close")


def spot_at(observed: Observed, symbol: str, number: int) -> Spot | None:
    """What stood around candle `number` of `symbol`; None where the symbol has no candle then."""
    row = observed.row(symbol, number)
    if row is None:
        return None
    candles = observed.result.candles[symbol]
    lo, hi = max(0, row - BEFORE), min(len(candles), row + AFTER + 1)
    columns = {name: getattr(candles, name)[lo:hi].tolist() for name in PRICES} | _series(observed, symbol, lo, hi)
    said = observed.signals(symbol)[lo:hi]
    cells = [
        (_number(observed, int(candles.time[k])), moment(iso_time(int(candles.time[k]))),
         *(_cell(values[k - lo]) for values in columns.values()), " ".join(said[k - lo]))
        for k in range(lo, hi)
    ]  # fmt: skip
    tree = tuple(tree_lines(observed.result.strategy, candles, observed.feeds, row))
    return Spot(("candle", "time", *columns, "signal"), tuple(cells), row - lo, tree)


def _series(observed: Observed, symbol: str, lo: int, hi: int) -> dict[str, list[float]]:
    """The rules' named series and indicators."""
    strategy = observed.result.strategy
    names: dict[Term, str] = {}
    for name, term in strategy.definitions.items():
        names.setdefault(term, name)
    terms = dict.fromkeys(found for _, rule in rules_of(strategy) for found in series_of(rule, names))
    wanted = {str(k): term for k, term in enumerate(terms)}
    if not wanted:
        return {}
    found = evaluate_terms(wanted, observed.result.candles[symbol], observed.feeds)
    columns = {names.get(term) or label(found, k): found.columns[k][lo:hi].tolist() for k, term in wanted.items()}
    return dict(list(columns.items())[:MOST_SERIES])


def _number(observed: Observed, time: int) -> str:
    number = observed.number(time)
    return "-" if number is None else str(number)


def _cell(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.7g}"
