"""A strategy on an account at a real venue: closed candles and what the venue did in, decisions and wants out.

The same Book and the same decisions as in a back-test; instead of being matched, fills are told. What is told must
come from the ledger, in its order, so that the account can be made again from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ..graph.snapshot import Snapshot
from ..language.portfolio import Portfolio
from ..language.strategy import Strategy
from ..market.instrument import Instrument
from ..market.timeline import Chunk
from .account import Account
from .candle import cancel_order
from .codes import Decision
from .columns import roomier_tape, with_more_events
from .follow import begin_candle, close_time, follow_adjustment, follow_entry, follow_exit, follow_payment
from .guard import Guards
from .paced import PacedSimulation
from .records import Decisions, Records, decisions_of
from .simulate import cancel_all, only_decide
from .trades import ExitReason
from .wants import Wants, wants_of
from .wiring import Wiring

_ROOM = 256
"""Candles whose fills the tape has room for between two closes: a venue may fill in many parts."""


class LiveAccount(PacedSimulation):
    """One strategy's part of an account; interpreted, a time at a time. Times are ms UTC, money in quote units."""

    def __init__(
        self,
        strategy: Strategy,
        instruments: Mapping[str, Instrument],
        account: Account,
        wiring: Wiring | None = None,
        portfolio: Portfolio | None = None,
    ) -> None:
        super().__init__(strategy, instruments, account, 1, False, wiring, None, portfolio)
        self._tape = with_more_events(self._tape, _ROOM)
        self._places = {symbol: s for s, symbol in enumerate(strategy.symbols)}
        self._bind()

    def close(self, chunk: Chunk) -> Decisions:
        """Candles of one time closed: levels move, orders grow old, signals are decided; returns the decisions."""
        self.load(chunk)
        if len(self.closes) and self.mark(int(self.closes[-1])):
            self.decide()
            self.leave_time()
        return self.settle()

    def catch_up(self, chunk: Chunk) -> None:
        """Candles that came too late to be decided: the graph and the levels see them."""
        self.load(chunk)
        for close in np.unique(self.closes).tolist():
            self.mark(close)
            self.leave_time()
        self.settle()

    def settle(self) -> Decisions:
        """A close is over: what was written since the one before is forgotten here, as the ledger has it; its
        decisions are returned."""
        made = decisions_of(self._tape)
        self.unload()
        self.records = Records(self.strategy.symbols)
        return made

    def wants(self) -> Wants:
        """What should be at the venue now."""
        return wants_of(self.book, self._rules, self.strategy.symbols)

    def entered(
        self, symbol: str, side: int, quantity: float, price: float, fee: float, *, time: int,
        bought: float | None = None, maker: bool = False, inside: bool = False, external: bool = False,
    ) -> None:  # fmt: skip
        """An entry was filled in the candle that opens at `time`; `fee` in quote units, `bought` less where the fee was
        taken in base."""
        s = self._begin(symbol, time)
        held = quantity if bought is None else bought
        follow_entry(
            self._rules, self.book, self._tape, s, side, quantity, held, price, fee, int(maker), int(inside),
            int(external),
        )  # fmt: skip

    def left(
        self, symbol: str, quantity: float, price: float, fee: float, reason: ExitReason, *, time: int,
        maker: bool = False,
    ) -> None:  # fmt: skip
        """A part of the position, or all of it, was closed in the candle that opens at `time`."""
        s = self._begin(symbol, time)
        follow_exit(self._rules, self.book, self._tape, s, quantity, price, fee, int(maker), int(reason))

    def entry_ended(self, symbol: str, code: Decision, *, time: int) -> None:
        """The symbol's entry order is over, unfilled or in part; nothing where there is none."""
        s = self._begin(symbol, time)
        if self.book.orders[s].side != 0:
            cancel_order(self._rules, self.book, self._tape, s, int(code), time)

    def leave(self, symbol: str, reason: ExitReason) -> None:
        """Ask for the exit of a position, as an exit rule would at a close."""
        position = self.book.positions[self._places[symbol]]
        if position.quantity != 0.0 and position.exit_order == 0:
            position.exit_order = int(reason)

    def adjusted(self, symbol: str, quantity: float, price: float, *, time: int) -> None:
        """The position is another than the fills say, by `quantity` (signed), for a reason the ledger has."""
        s = self._begin(symbol, time)
        follow_adjustment(self._rules, self.book, s, quantity, price)

    def funded(self, symbol: str, amount: float) -> None:
        """Funding was paid (below zero) or received."""
        follow_payment(self.book, self._places[symbol], amount)

    def quantity_of(self, symbol: str) -> float:
        """Signed base units held."""
        return float(self.book.positions[self._places[symbol]].quantity)

    def graphs(self) -> list[Snapshot]:
        """The graphs' states, symbol by symbol."""
        return [runtime.save() for runtime in self._runtimes]

    def restore_graphs(self, kept: Sequence[Snapshot]) -> None:
        """Continue with these. Raises ValueError where they are of another strategy."""
        for runtime, one in zip(self._runtimes, kept, strict=True):
            runtime.restore(one)

    def unnoted(self) -> list[list[float]]:
        """Trades (TRADE_FIELDS) that were closed since the last close, which the gate notes at the next."""
        rows: list[list[float]] = self._tape.trades[: self._tape.tallies[0].closed].tolist()
        return rows

    def note_later(self, trades: Sequence[Sequence[float]]) -> None:
        """Continue with these trades unnoted."""
        if trades:
            self._tape.trades[: len(trades)] = trades
        self._tape.tallies[0].closed = len(trades)

    def remember(self, guards: Guards) -> None:
        """Continue with what the gate remembered."""
        self.book = self.book._replace(guards=guards)
        self._bind()

    def _begin(self, symbol: str, time: int) -> int:
        s = self._places[symbol]
        begin_candle(self._rules, self.book, s, time)
        tally = self._tape.tallies[0]
        if tally.filled + 8 > len(self._tape.fills) or tally.closed + 2 > len(self._tape.trades):
            self._tape = roomier_tape(self._tape)
            self._bind()
        return s

    def _paced(self) -> tuple[Callable[..., None], ...]:
        return close_time, only_decide, cancel_all

    def _make_room(self, rows: int, steps: int) -> None:
        """What the tape holds since the last close stays on it."""
        capacity = self._boards[0].capacity
        if rows > capacity:
            self._make_boards(max(rows, 2 * capacity))
        needed = self._stepped + steps
        if needed > len(self._tape.equity):
            self._forget_steps()
            self.expect(max(needed, 2 * _ROOM))

    def _forget_steps(self) -> None:
        """A live account runs for ever: its curve is in the ledger, here only the last part is kept."""
        kept = min(self._stepped, _ROOM)
        first = self._stepped - kept
        for column in (self._tape.equity, self._times):
            column[:kept] = np.array(column[first : self._stepped])
        self._stepped = self._tape.tallies[0].stepped = kept
