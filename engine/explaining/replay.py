"""A strategy, its candles and a time in, the account as it stood at that close out (and what a signal would have got).

The simulation is the back-test's own, run up to and including the candle that was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..kernel import unpacked
from ..language.strategy import Strategy
from ..market.candles import Candles
from ..market.instrument import Instrument
from ..market.timeline import Chunk, union_times
from ..research.backtest import CHUNK, INTERPRETED_CHUNK, chunks, prefers_machine_code, select
from ..trading.account import Account
from ..trading.book import Order, Position, Wallet
from ..trading.codes import EXPLANATIONS, Decision
from ..trading.columns import Signals
from ..trading.moments import made_inside
from ..trading.program import Opcode, leaf
from ..trading.simulation import Simulation
from ..trading.venue import Venue
from ..trading.wiring import wire
from .tree import Held

_NO_SIGNALS = Signals(None, None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an entry signal, or (`supposed`) what would have become of one. `side`: long, short or both;
    `inside`: inside the candle that opens at its time, and not at the close before."""

    side: str
    code: str
    explanation: str
    quantity: float
    price: float
    supposed: bool
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """One symbol and its account after a close. Times are open times in ms UTC, prices None where there are none.

    `ordered` is the signed quantity of an entry that waits for the next open, with its `ordered_stop` distance.
    """

    quantity: float
    entry_price: float | None
    entry_time: int | None
    stop: float | None
    target: float | None
    best: float | None
    candles: int
    profit: float | None
    """Of the entry cost, before the exit fee."""
    leaving: str | None
    """Why the position leaves at the next open."""
    ordered: float
    ordered_stop: float | None
    equity: float
    cash: float
    held: Held | None


class Replay:
    """Runs a strategy up to a time. Raises InputError when candles are missing or are another timeframe's."""

    def __init__(
        self, strategy: Strategy, candles: Mapping[str, Candles], account: Account,
        instruments: Mapping[str, Instrument], venue: Venue | None = None,
    ) -> None:  # fmt: skip
        self._strategy, self._account, self._instruments = strategy, account, instruments
        self._own, self._feeds = select(strategy, candles)
        self._venue = venue
        self._wiring = wire(strategy, account.reads_volume)

    def until(self, time: int) -> Simulation:
        """The simulation after the candles that opened at `time`."""
        simulation, pieces, steps = self._prepared(time, 0)
        simulation.run(pieces, steps)
        return simulation

    def supposed(self, time: int, symbol: str, side: int) -> Simulation:
        """The same with an entry signal of `symbol` at that close (1 long, -1 short), whatever its conditions say."""
        simulation, pieces, steps = self._prepared(time, 1)
        simulation.run(pieces[:-1], steps)
        simulation.suppose(pieces[-1], symbol, side)
        return simulation

    def _prepared(self, time: int, apart: int) -> tuple[Simulation, list[Chunk], int]:
        """A fresh simulation, its chunks (the last `apart` times by themselves) and how many times come before."""
        times = union_times(self._own)
        end = int(np.searchsorted(times, time, side="right"))
        machine = prefers_machine_code(self._wiring.plan, end * len(self._own))
        size = max(1_024, CHUNK // len(self._own)) if machine else INTERPRETED_CHUNK
        before = end - apart
        _, pieces = chunks(self._own, self._feeds, times, (0, 0, before), size)
        if apart:
            feeds = {n: c.rows(int(np.searchsorted(c.time, times[before - 1] + 1)) if before else 0, len(c))
                     for n, c in self._feeds.items()}  # fmt: skip
            pieces += chunks(self._own, feeds, times, (before, before, end), size)[1]
        capacity = max((c.rows for c in pieces), default=1)
        simulation = Simulation(
            self._strategy, self._instruments, self._account, capacity, machine, self._wiring, self._venue
        )  # fmt: skip
        return simulation, pieces, before


def standing(simulation: Simulation, symbol: str) -> Standing:
    """How a symbol and the account stand after the simulation's last candle."""
    s = simulation.strategy.symbols.index(symbol)
    position: Position = unpacked(simulation.book.positions, Position)[s]
    order: Order = unpacked(simulation.book.orders, Order)[s]
    wallet: Wallet = unpacked(simulation.book.wallets, Wallet)[0]
    held = None
    if position.quantity:
        profit = leaf(int(Opcode.PROFIT), 0.0, position, _NO_SIGNALS)
        held = Held(profit, position.candles, position.entry_price, position.best)
    leaving = simulation.leaving().get(symbol)
    return Standing(
        quantity=position.quantity,
        entry_price=_known(held, position.entry_price),
        entry_time=position.entry_time if held else None,
        stop=_known(held, position.stop),
        target=_known(held, position.target),
        best=_known(held, position.best),
        candles=position.candles if held else 0,
        profit=held.profit if held else None,
        leaving=leaving.name.lower() if leaving else None,
        ordered=order.side * order.quantity if order.side else 0.0,
        ordered_stop=_known(order.side, order.distance),
        equity=wallet.equity,
        cash=wallet.cash,
        held=held,
    )


def outcomes(simulation: Simulation, symbol: str, time: int, supposed: bool = False) -> list[Outcome]:
    """What was decided about a symbol at one time (ms UTC): at a close, or of an order inside the candle that opens."""
    decided, trades = simulation.records.written().decisions, simulation.trades()
    s = simulation.strategy.symbols.index(symbol)
    found = []
    for k in np.flatnonzero((decided.time == time) & (decided.symbol == s)):
        code = Decision(int(decided.code[k]))
        sign = int(decided.side[k])
        side = {1: "long", -1: "short"}.get(sign, "both")
        inside = made_inside(code, time, s, sign, trades)
        quantity, price = float(decided.quantity[k]), float(decided.price[k])
        found.append(Outcome(side, code.name, EXPLANATIONS[code], quantity, price, supposed, inside))
    return found


def _known(there: object, value: float) -> float | None:
    return value if there and value == value else None
