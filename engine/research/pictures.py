"""A run -> what its charts show: the indicators of its rules over its candles, and where stops and targets stood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ..language.strategy import Distance, OrderType, Strategy
from ..language.term import Clock, Dimension, Op, Term
from ..market.candles import Candles
from ..report.html.picture import Floats, Line, Picture
from .backtest import Result
from .evaluate import Evaluated, evaluate_terms, universe_of
from .inputs import Inputs

MOST_SYMBOLS = 12
MOST_LINES = 10
MOST_PANES = 4
NEAR = 2.5
"""A price within this factor of the close, at the median, is drawn over the candles; an ATR is not."""
_TARGET = "\0target "
"""Begins the names of target distances among those of lines."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A term to draw; an unnamed one is called what it computes."""

    name: str
    term: Term
    named: bool


def picture(inputs: Inputs, result: Result, most: int = MOST_SYMBOLS) -> Picture:
    """Evaluates the indicators once more, over the same candles and history; `most` symbols have a chart."""
    strategy, trades = inputs.strategy, result.trades
    wanted = list(drawn(strategy))
    shown = wanted[:MOST_LINES]
    terms = {line.name: line.term for line in shown} | dict(_target_terms(strategy))
    targets = np.full(len(trades), np.nan)
    lines: dict[str, list[Line]] = {}
    panes: dict[str, str] = {}
    for symbol in _charted(result, most):
        mine = np.flatnonzero(trades.symbol == strategy.symbols.index(symbol))
        found = _evaluate(inputs, symbol, terms)
        targets[mine] = _targets(inputs, result, symbol, mine, found)
        held = result.candles[symbol]
        first = int(np.searchsorted(inputs.candles[symbol].time, held.time[0])) if len(held) else 0
        columns = {line: _label(line, found) for line in shown}
        values = {line: found.columns[line.name][first : first + len(held)] for line in shown} if found else {}
        panes = panes or _panes(values, columns, held)
        lines[symbol] = [
            Line(columns[line], panes[line.name], column) for line, column in values.items() if line.name in panes
        ]
    stops = trades.entry_price - trades.side * trades.risk / trades.quantity
    others = [symbol for symbol in strategy.symbols if symbol not in lines]
    hidden = [line.name for line in shown if lines and line.name not in panes]
    return Picture({s: result.candles[s] for s in lines}, lines, stops, targets, others,
                   [*hidden, *(line.name for line in wanted[MOST_LINES:])])  # fmt: skip


def _charted(result: Result, most: int) -> list[str]:
    """The symbols with the most trades, of those that have candles."""
    symbols = result.strategy.symbols
    count = np.bincount(result.trades.symbol, minlength=len(symbols))
    order = np.argsort(-count, kind="stable")[:most].tolist()
    return [symbols[number] for number in order if len(result.candles[symbols[number]])]


def drawn(strategy: Strategy) -> Iterator[Drawn]:
    """The strategy's named series, then what its rules compute in place."""
    known: set[Term] = set()
    for name, term in strategy.definitions.items():
        if term.dimension is not Dimension.CONDITION and term.op is not Op.CONSTANT and term not in known:
            known.add(term)
            yield Drawn(name, term, True)
    rules = [rule for side in (strategy.long, strategy.short) if side for rule in (side.enter, side.exit.when) if rule]
    for number, term in enumerate(_operands([*rules, *([strategy.filters] if strategy.filters else [])])):
        if term not in known and _computes(term, known):
            known.add(term)
            yield Drawn(f"unnamed {number}", _lifted(term, strategy), False)


def _lifted(term: Term, strategy: Strategy) -> Term:
    """A term of a slower clock or a feed, shown row by row on the strategy's own."""
    own = Clock("", strategy.timeframe)
    return term if term.clock in (None, own) else Term(Op.LIFT, (term,), (), own, term.dimension)


def _operands(rules: list[Term]) -> Iterator[Term]:
    """What the rules compare: the numbers right below their conditions."""
    stack, seen = rules[::-1], set(rules)
    while stack:
        term = stack.pop()
        if term.dimension is not Dimension.CONDITION:
            yield term
            continue
        fresh = [arg for arg in term.args[::-1] if arg not in seen]
        seen.update(fresh)
        stack.extend(fresh)


def _computes(root: Term, known: set[Term]) -> bool:
    """Whether an indicator that is not drawn already takes part, and nothing of the position does."""
    stack, found = [root], False
    while stack:
        term = stack.pop()
        if term.op is Op.POSITION:
            return False
        if term not in known:
            found = found or term.op is Op.INDICATOR
            stack.extend(term.args)
    return found


def _target_terms(strategy: Strategy) -> Iterator[tuple[str, Term]]:
    for name, distance in _target_distances(strategy).items():
        if distance.term is not None:
            yield _TARGET + name, distance.term


def _target_distances(strategy: Strategy) -> dict[str, Distance]:
    """The first target of each side that has one."""
    found = {}
    for name, side in (("long", strategy.long), ("short", strategy.short)):
        at = (side.exit.ladder[0].at if side.exit.ladder else side.exit.target) if side else None
        if at is not None:
            found[name] = at
    return found


def _evaluate(inputs: Inputs, symbol: str, terms: Mapping[str, Term]) -> Evaluated | None:
    if not terms:
        return None
    feeds = {name: inputs.candles[other] for name, other in inputs.strategy.feeds.items()}
    universe = universe_of(inputs.strategy, inputs.candles)
    return evaluate_terms(terms, inputs.candles[symbol], feeds, universe=universe)


def _label(line: Drawn, found: Evaluated | None) -> str:
    if line.named or found is None:
        return line.name
    return found.plan.columns[found.plan.roots[line.name]].label


def _targets(
    inputs: Inputs, result: Result, symbol: str, mine: np.ndarray[tuple[int], np.dtype[np.intp]],
    found: Evaluated | None,
) -> Floats:  # fmt: skip
    """Where the first target of each trade stood: a multiple of its risk, or the distance at the close before its
    entry. Unknown for orders that may fill long after their signal."""
    trades, strategy = result.trades, inputs.strategy
    distance = np.full(len(mine), np.nan)
    risk = trades.risk[mine] / trades.quantity[mine]
    signal = np.searchsorted(inputs.candles[symbol].time, trades.entry_time[mine]) - 1
    for name, at in _target_distances(strategy).items():
        chosen = trades.side[mine] == (1 if name == "long" else -1)
        if at.r is not None:
            distance[chosen] = at.r * risk[chosen]
        elif found is not None and strategy.orders.type is OrderType.MARKET:
            column = found.columns[_TARGET + name]
            distance[chosen] = column[np.maximum(signal[chosen], 0)]
    return np.asarray(trades.entry_price[mine] + trades.side[mine] * distance)


def _panes(values: Mapping[Drawn, Floats], labels: Mapping[Drawn, str], candles: Candles) -> dict[str, str]:
    """The pane of each line by its name: "" over the candles, else one shared by the outputs of an indicator; what
    finds no room is left out."""
    panes: dict[str, str] = {}
    close = float(np.median(candles.close)) if len(candles) else 0.0
    for line, column in values.items():
        known = column[np.isfinite(column)]
        middle = float(np.median(known)) if len(known) else 0.0
        if line.term.dimension is Dimension.PRICE and close / NEAR < middle < close * NEAR:
            panes[line.name] = ""
            continue
        pane = line.name.split(".")[0] if line.named else labels[line]
        if pane in panes.values() or len(set(panes.values()) - {""}) < MOST_PANES:
            panes[line.name] = pane
    return panes
