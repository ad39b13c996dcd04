"""A strategy, its candles and one time in, everything that led to the decision at that close out.

`trace` gives the whole account of one candle; `trees_at` gives only the rules' trees, for any rows, without trading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..diagnostics.diagnostic import InputError
from ..indicators.catalogue import CANDLE_FIELDS
from ..language.strategy import Strategy
from ..language.term import Term
from ..market.candles import Candles
from ..market.instrument import Instrument, make_instrument
from ..research.backtest import iso
from ..research.evaluate import evaluate_terms, universe_of
from ..trading.account import Account
from ..trading.venue import Venue
from .hours import hours_words
from .replay import Outcome, Replay, Standing, outcomes, standing
from .tree import Held, Node, Trees

SIDES = {"long": 1, "short": -1}


@dataclass(frozen=True, slots=True)
class Rule:
    """One of the strategy's rules at the candle. `key` is where it stands in the file, such as `long.enter`.

    `since`: open time of the first candle of the stretch in which it has been true, None where it is not.
    """

    key: str
    tree: Node
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """One candle of one symbol. `time` is its open time, `close_time` when it closed and was decided on (ms UTC)."""

    symbol: str
    time: int
    close_time: int
    prices: Mapping[str, float]
    rules: tuple[Rule, ...]
    decided: tuple[Outcome, ...]
    """What became of signals at this close; empty when there was none."""
    supposed: tuple[Outcome, ...]
    """For each side without a signal: what one would have got."""
    filled: tuple[Outcome, ...]
    """What the candle made of an entry that waited for it, where that was less than ordered."""
    before: Standing
    """The account after the candle, before anything that was decided at its close is filled."""


def trace(
    strategy: Strategy,
    candles: Mapping[str, Candles],
    at: int,
    *,
    symbol: str | None = None,
    side: str | None = None,
    account: Account | None = None,
    instruments: Mapping[str, Instrument] | None = None,
    venue: Venue | None = None,
) -> Trace:
    """Trace the candle that opened or closed at `at` (ms UTC; the one that closed is meant where both exist).

    Raises InputError when there is no such candle (it names the nearest) or candles are missing.
    """
    symbol = chosen_symbol(strategy, symbol)
    sides = chosen_side(strategy, side)
    instruments = instruments or {s: make_instrument(s, {}) for s in strategy.symbols}
    replay = Replay(strategy, candles, account or Account(), instruments, venue)
    own = candles[symbol]
    row = row_of(own, at)
    time, close = int(own.time[row]), int(own.time[row]) + strategy.timeframe.ms
    simulation = replay.until(time)
    after = standing(simulation, symbol)
    decided = outcomes(simulation, symbol, close)
    filled = [outcome for outcome in outcomes(simulation, symbol, time) if outcome.inside]
    told = {outcome.side for outcome in decided}
    supposed: list[Outcome] = []
    for name in () if "both" in told else sides:
        if name not in told:
            supposed += outcomes(replay.supposed(time, symbol, SIDES[name]), symbol, close, supposed=True)
    held = {name: after.held if SIDES[name] * after.quantity > 0 else None for name in SIDES}
    prices = {name: float(getattr(own, name)[row]) for name in CANDLE_FIELDS}
    return Trace(
        symbol, time, close, prices,
        _rules(strategy, candles, symbol, row, sides, held), tuple(decided), tuple(supposed), tuple(filled), after,
    )  # fmt: skip


def trees_at(
    strategy: Strategy, candles: Mapping[str, Candles], symbol: str, rows: Sequence[int]
) -> list[dict[str, Node]]:
    """For each row of the symbol's candles, the tree of every rule by its key (`filters`, `long.enter`, ...).

    What reads the position is unknown in them. `candles` are by symbol, feeds included. Raises InputError when a feed's
    are missing.
    """
    found = rules_of(strategy)
    trees = _trees(strategy, candles, symbol, found, rows)
    return [{key: trees.node(term, row) for key, term in found.items()} for row in rows]


def tree_lines(node: Node, plain: bool = False) -> Iterator[str]:
    """A tree as indented lines: ✓ true, ✗ false, ? unknown, then what it is and its value; `plain` keeps to ASCII."""
    yield from _lines(node, 0, ("yes", "no ", "?  ") if plain else ("✓", "✗", "?"))


def rules_of(strategy: Strategy, sides: Sequence[str] = tuple(SIDES)) -> dict[str, Term]:
    """The conditions of a strategy by where they stand in the file."""
    found = {"filters": strategy.filters, "schedule": strategy.schedule}
    for name in sides:
        side = getattr(strategy, name)
        if side is not None:
            found |= {f"{name}.enter": side.enter, f"{name}.exit.when": side.exit.when}
    return {key: term for key, term in found.items() if term is not None}


def chosen_symbol(strategy: Strategy, symbol: str | None) -> str:
    """The symbol asked for, the only one by default. Raises InputError."""
    if symbol is None and len(strategy.symbols) > 1:
        raise InputError("the strategy trades several symbols", help=f"add --symbol {strategy.symbols[0]}")
    if symbol is not None and symbol not in strategy.symbols:
        raise InputError(f"--symbol {symbol} is not in the strategy", help=f"it has {', '.join(strategy.symbols)}")
    return symbol or strategy.symbols[0]


def chosen_side(strategy: Strategy, side: str | None) -> list[str]:
    """The side asked for, by default those the strategy declares. Raises InputError."""
    declared = [name for name in SIDES if getattr(strategy, name) is not None]
    if side is not None and side not in declared:
        raise InputError(f"--side {side}: the strategy has no `{side}:`", help=f"it has {', '.join(declared)}")
    return [side] if side else declared


def row_of(candles: Candles, at: int) -> int:
    """The row of the candle that closed, else opened, at `at`. Raises InputError that names the nearest ones."""
    ms = candles.timeframe.ms
    for wanted in (at - ms, at):
        row = int(np.searchsorted(candles.time, wanted))
        if row < len(candles) and int(candles.time[row]) == wanted:
            return row
    row = int(np.searchsorted(candles.time, at - ms))
    near = [int(candles.time[k]) + ms for k in (row - 1, row) if 0 <= k < len(candles)]
    words = " and ".join(iso(close) for close in near) if near else "none, for there are no candles"
    raise InputError(f"{candles.symbol}: no candle closes or opens at {iso(at)}", help=f"the nearest closes: {words}")


def _rules(
    strategy: Strategy, candles: Mapping[str, Candles], symbol: str, row: int, sides: Sequence[str],
    held: Mapping[str, Held | None],
) -> tuple[Rule, ...]:  # fmt: skip
    found = rules_of(strategy, sides)
    trees = _trees(strategy, candles, symbol, found, [row])
    own, feeds = candles[symbol].rows(0, row + 1), {name: candles[s] for name, s in strategy.feeds.items()}
    entries = {key: term for key, term in found.items() if key.endswith(".enter")}
    columns = evaluate_terms(entries, own, feeds, universe=universe_of(strategy, candles)).columns
    rules = []
    for key, term in found.items():
        tree = trees.node(term, row, held.get(key.partition(".")[0]))
        start = _true_since(columns[key]) if key in columns and tree.value else None
        rules.append(Rule(key, tree, None if start is None else int(own.time[start])))
    return tuple(rules)


def _true_since(column: np.ndarray) -> int:
    """The first row of the stretch, unknown rows not counted, in which the last row's true has lasted."""
    false = np.flatnonzero(column == 0)
    start = int(false[-1]) + 1 if len(false) else 0
    return start + int(np.argmax(column[start:] == 1))


def _trees(
    strategy: Strategy, candles: Mapping[str, Candles], symbol: str, found: Mapping[str, Term], rows: Sequence[int]
) -> Trees:
    feeds = {name: candles[s] for name, s in strategy.feeds.items() if s in candles}
    names = {term: name for name, term in strategy.definitions.items()}
    if strategy.schedule is not None:
        names[strategy.schedule] = f"{hours_words(strategy.hours)} ({strategy.timezone})"
    universe = universe_of(strategy, candles)
    return Trees(found.values(), candles[symbol], feeds, rows, names, universe)


def _lines(node: Node, depth: int, marks: tuple[str, str, str], candle: int | None = None) -> Iterator[str]:
    """`candle` is the one that the line above is from."""
    mark = "" if not node.condition else marks[0 if node.value else 2 if node.value is None else 1] + " "
    name = f"{node.name}: " if node.name and node.name != node.expression else ""
    what = f"{node.joins} of" if node.joins else node.expression
    value = "" if node.condition else f" = {'unknown' if node.value is None else format(node.value, '.10g')}"
    new = node.candle is not None and node.candle != candle
    where = f"   [{node.clock} candle of {iso(node.candle)}]" if new and node.candle is not None else ""
    yield f"{'  ' * depth}{mark}{name}{what}{value}{where}"
    for part in node.parts:
        yield from _lines(part, depth + 1, marks, node.candle)
