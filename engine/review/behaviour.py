"""Two strategies and the same candles in, what they do differently out: signals and trades gained, lost, moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..language.strategy import Strategy
from ..market.candles import Candles
from ..market.instrument import load_instruments
from ..research.backtest import Result, backtest
from ..store.load import load_candles
from ..trading.account import Account
from ..trading.codes import Decision
from ..trading.trades import ExitReason
from .contrast import Behaviour, Figure, Signal, Trade

_SIDES = {1: "long", -1: "short", 0: "both"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What both back-tests share beside the candles."""

    account: Account
    instruments_file: str | None = None
    fee: float | None = None
    start: int | None = None
    end: int | None = None


def behaviour(old: Strategy, new: Strategy, specs: Sequence[str], terms: Terms) -> Behaviour:
    """Back-test both over the candles of `specs`, which are read once where both run on one timeframe.

    Raises InputError as the back-test does.
    """
    first = _candles(specs, [old, new] if old.timeframe == new.timeframe else [old])
    second = first if old.timeframe == new.timeframe else _candles(specs, [new])
    return contrast(_run(old, first, terms), _run(new, second, terms))


def contrast(old: Result, new: Result) -> Behaviour:
    """What two results have, and have not, in common."""
    signals = [_signals(result) for result in (old, new)]
    trades = [_trades(result) for result in (old, new)]
    shared = [key for key in signals[0] if key in signals[1]]
    both = [(trade, trades[1][key]) for key, trade in trades[0].items() if key in trades[1]]
    return Behaviour(
        signals=(len(signals[0]), len(signals[1])),
        signals_gained=tuple(signal for key, signal in signals[1].items() if key not in signals[0]),
        signals_lost=tuple(signal for key, signal in signals[0].items() if key not in signals[1]),
        decided_otherwise=tuple((signals[0][k], signals[1][k]) for k in shared if signals[0][k] != signals[1][k]),
        trades=(len(trades[0]), len(trades[1])),
        trades_gained=tuple(trade for key, trade in trades[1].items() if key not in trades[0]),
        trades_lost=tuple(trade for key, trade in trades[0].items() if key not in trades[1]),
        trades_moved=tuple(pair for pair in both if _moved(*pair)),
        trades_resized=tuple(pair for pair in both if not _moved(*pair) and pair[0].quantity != pair[1].quantity),
        figures=_figures(old, new),
    )


def _candles(specs: Sequence[str], strategies: Sequence[Strategy]) -> dict[str, Candles]:
    wanted = dict.fromkeys(symbol for s in strategies for symbol in (*s.symbols, *s.feeds.values()))
    return load_candles(specs, list(wanted), strategies[0].timeframe)


def _run(strategy: Strategy, candles: Mapping[str, Candles], terms: Terms) -> Result:
    instruments = load_instruments(terms.instruments_file, strategy.symbols, terms.fee)
    return backtest(
        strategy, candles, account=terms.account, instruments=instruments, start=terms.start, end=terms.end
    )  # fmt: skip


def _signals(result: Result) -> dict[tuple[int, str, str], Signal]:
    """Signals by what tells them apart; of several decisions at one time (a fill cut short, a new signal) the last."""
    found = {}
    decided, symbols = result.decisions, result.strategy.symbols
    for time, s, side, code in zip(
        decided.time.tolist(), decided.symbol.tolist(), decided.side.tolist(), decided.code.tolist(), strict=True
    ):
        signal = Signal(time, symbols[s], _SIDES[side], Decision(code).name)
        found[time, signal.symbol, signal.side] = signal
    return found


def _trades(result: Result) -> dict[tuple[str, str, int, int], Trade]:
    """Trades by symbol, side and entry, those of one entry (exits in parts) numbered."""
    found: dict[tuple[str, str, int, int], Trade] = {}
    trades = result.trades
    for k in range(len(trades)):
        symbol, side = trades.symbols[int(trades.symbol[k])], _SIDES[int(trades.side[k])]
        trade = Trade(
            symbol, side, int(trades.entry_time[k]), float(trades.entry_price[k]), int(trades.exit_time[k]),
            float(trades.exit_price[k]), float(trades.quantity[k]), float(trades.profit[k]),
            ExitReason(int(trades.reason[k])).name.lower(),
        )  # fmt: skip
        number = 0
        while (symbol, side, trade.entry_time, number) in found:
            number += 1
        found[symbol, side, trade.entry_time, number] = trade
    return found


def _moved(old: Trade, new: Trade) -> bool:
    """Whether another price, time or reason ended it, or another price began it."""
    return (old.entry_price, old.exit_time, old.exit_price, old.reason) != (
        new.entry_price, new.exit_time, new.exit_price, new.reason,
    )  # fmt: skip


def _figures(old: Result, new: Result) -> tuple[Figure, ...]:
    before, after = old.metrics.figures(), new.metrics.figures()
    names = [name for name in dict.fromkeys((*before, *after)) if _numeric(before.get(name), after.get(name))]
    return tuple(Figure(name, _number(before.get(name)), _number(after.get(name))) for name in names)


def _numeric(*values: object) -> bool:
    return all(value is None or isinstance(value, (int, float, np.number)) for value in values)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float, np.number)) else None
