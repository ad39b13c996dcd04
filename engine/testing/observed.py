"""What a case's back-test did, candle by candle: signals and decisions by the numbers of the candles.

enter_long, enter_short: the side's entry rule fired at the candle's close (`fire: once`: it turned true), before
filters and gate, which are the decision's business. exit_long, exit_short: a position was held at the close and its
`exit.when` was true, so that it leaves at the next open. Candles are numbered from 0, by the first symbol's rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.diagnostic import InputError
from ..graph.together import Universe
from ..market.candles import Candles
from ..research.backtest import CHUNK, Result, prefers_machine_code
from ..research.evaluate import evaluate_terms, extended, universe_of
from ..trading.codes import Decision
from ..trading.moments import made_inside
from ..trading.trades import ExitReason

SIDES = {1: "long", -1: "short"}


@dataclass(frozen=True)
class Observed:
    """A finished back-test and the feeds it read."""

    result: Result
    feeds: Mapping[str, Candles] = field(default_factory=dict)

    @property
    def candles(self) -> dict[str, Candles]:
        """All candles by symbol, the feeds' included."""
        symbols = self.result.strategy.feeds
        return {symbols[name]: candles for name, candles in self.feeds.items()} | dict(self.result.candles)

    def __len__(self) -> int:
        return len(self._times)

    @property
    def symbol(self) -> str:
        """The first symbol, whose candles are counted."""
        return self.result.strategy.symbols[0]

    @property
    def _times(self) -> NDArray[np.int64]:
        return self.result.candles[self.symbol].time

    def time(self, number: int) -> int:
        """When candle `number` opens, ms UTC."""
        return int(self._times[number])

    def number(self, time: int) -> int | None:
        """The candle that opens at `time`; None where the first symbol has none."""
        return _row(self._times, time)

    def row(self, symbol: str, number: int) -> int | None:
        """Where `symbol` holds the candle of that number's time; None where it has none."""
        if symbol == self.symbol:
            return number
        return _row(self.result.candles[symbol].time, self.time(number))

    @cached_property
    def universe(self) -> Universe:
        """All symbols, for rules that compare them."""
        return universe_of(self.result.strategy, self.result.candles)

    def signals(self, symbol: str) -> list[list[str]]:
        """The names of the signals at each row of `symbol`."""
        return self._signals[symbol]

    def entries(self, symbol: str, row: int) -> dict[str, int]:
        """What each side's entry signal was at a row, by the signal's name: 0, 1, or 2 = unknown."""
        return {name: column[row] for name, column in self._entries[symbol].items()}

    def rule_holds(self, symbol: str, signal: str, row: int) -> bool:
        """Whether the rule of an entry signal is true at that row, newly or not."""
        strategy = self.result.strategy
        side = strategy.long if signal.endswith("long") else strategy.short
        if side is None:
            return False
        own = self.result.candles[symbol]
        found = evaluate_terms({signal: side.enter}, own, self.feeds, universe=self.universe)
        return bool(found.columns[signal][row] == 1)

    def decisions(self, symbol: str, row: int) -> list[Decision]:
        """What became of the signal at that row, and of an order filled in its candle."""
        made = list(self._decisions.get((symbol, int(self.result.candles[symbol].time[row])), ()))
        return made or ([Decision.UNKNOWN_SIGNAL] if 2 in self.entries(symbol, row).values() else [])

    @cached_property
    def _decisions(self) -> dict[tuple[str, int], list[Decision]]:
        made, strategy = self.result.decisions, self.result.strategy
        found: dict[tuple[str, int], list[Decision]] = {}
        columns = (made.time, made.symbol, made.side, made.code)
        for time, symbol, side, number in zip(*(column.tolist() for column in columns), strict=True):
            code = Decision(number)
            inside = made_inside(code, time, symbol, side, self.result.trades)
            opened = time if inside else time - strategy.timeframe.ms
            found.setdefault((strategy.symbols[symbol], opened), []).append(code)
        return found

    @cached_property
    def _entries(self) -> dict[str, dict[str, list[int]]]:
        """Per symbol the columns of its entry signals, from the very graph of the back-test."""
        return {symbol: self._extended(symbol) for symbol in self.result.strategy.symbols}

    def _extended(self, symbol: str) -> dict[str, list[int]]:
        plan, own = self.result.plan, self.result.candles[symbol]
        names = {f"enter_{s}": f"enter.{s}" for s in SIDES.values() if f"enter.{s}" in plan.roots}
        columns: dict[str, list[int]] = {name: [] for name in names}
        machine = prefers_machine_code(plan, len(own))
        for rows, runtime in extended(plan, own, self.feeds, self.universe, machine, CHUNK):
            for name, column in columns.items():
                column += runtime.root(names[name])[:rows].tolist()
        return columns

    @cached_property
    def _signals(self) -> dict[str, list[list[str]]]:
        found: dict[str, list[list[str]]] = {}
        for symbol, columns in self._entries.items():
            said = found[symbol] = [[] for _ in range(len(self.result.candles[symbol]))]
            for name, column in columns.items():
                for row, value in enumerate(column):
                    if value == 1:
                        said[row].append(name)
            for row, side in dict.fromkeys(self._exits(symbol)):
                said[row].append(f"exit_{side}")
        return found

    def _exits(self, symbol: str) -> list[tuple[int, str]]:
        """Rows at whose close the exit rule ended a position: the candle before the one it was filled in."""
        trades, time = self.result.trades, self.result.candles[symbol].time
        found = []
        for k in range(len(trades)):
            if trades.symbols[trades.symbol[k]] == symbol:
                row, side = int(np.searchsorted(time, trades.exit_time[k])), SIDES[int(trades.side[k])]
                reason = ExitReason(int(trades.reason[k]))
                if reason is ExitReason.RULE:
                    found.append((row - 1, side))
                elif reason is ExitReason.OPEN and self.result.leaving.get(symbol) is ExitReason.RULE:
                    found.append((row, side))
        return found


def _row(times: NDArray[np.int64], time: int) -> int | None:
    row = int(np.searchsorted(times, time))
    return row if row < len(times) and times[row] == time else None


def symbol_of(observed: Observed, named: str | None) -> str:
    """The symbol an expectation is about. Raises InputError when the strategy does not trade it."""
    symbols = observed.result.strategy.symbols
    if named is not None and named not in symbols:
        raise InputError(f"the strategy does not trade {named}", help=f"it trades {', '.join(symbols)}")
    return named or symbols[0]
