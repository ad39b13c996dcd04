"""An account that goes on for ever, a close at a time: what each close wrote is handed on and forgotten.

Interpreted, and small: its whole state can be saved between two closes and gone on from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import numpy as np

from ..graph.snapshot import Snapshot
from ..language.portfolio import Portfolio
from ..language.strategy import Strategy
from ..market.instrument import Instrument
from ..market.timeline import Chunk
from .account import Account
from .columns import Signals, with_more_events
from .guard import Guards
from .paced import PacedSimulation
from .records import Decisions, Records
from .rules import Rules
from .standing import Standing, Stood, go_on, release, standing
from .wiring import Wiring

ROOM = 256
"""Candles whose fills the tape has room for between two closes: a venue may fill in many parts."""


class UnendingAccount(PacedSimulation):
    """One strategy's part of an account. Times are ms UTC, money in quote units."""

    def __init__(
        self,
        strategy: Strategy,
        instruments: Mapping[str, Instrument],
        account: Account,
        wiring: Wiring | None = None,
        portfolio: Portfolio | None = None,
    ) -> None:
        super().__init__(strategy, instruments, account, 1, False, wiring, None, portfolio)
        self._tape = with_more_events(self._tape, ROOM)
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
        self.unload()
        made = self.records.last_decisions()
        self.records = Records(self.strategy.symbols)
        return made

    def step_of(self, symbol: str) -> float:
        """The symbol's quantity step; 0 where there is none."""
        return float(self._rules.instruments[self._places[symbol]].quantity_step)

    def fee_in_base(self, symbol: str) -> bool:
        """Whether what is bought pays its fee itself."""
        return bool(self._rules.instruments[self._places[symbol]].fee_in_base)

    def quantity_of(self, symbol: str) -> float:
        """Signed base units held."""
        return float(self.book.positions[self._places[symbol]].quantity)

    @property
    def rules(self) -> Rules:
        """What it decides by."""
        return self._rules

    @property
    def signals(self) -> Signals:
        """Its columns as of the last close."""
        return self._boards[0].signals

    @property
    def standing(self) -> Standing:
        """What its own limits of losses let it do."""
        return standing(self._rules.limits[0], self.book.guards.rows[0], self.equity)

    def release(self) -> None:
        """Active again, by an operator's word."""
        release(self.book.guards.rows[0], self.equity)

    def go_on(self, before: Stood) -> None:
        """Losses from before this account count on."""
        go_on(self.book.guards.rows[0], self.equity, before, ZoneInfo(self.strategy.timezone))

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

    def _make_room(self, rows: int, steps: int) -> None:
        """What the tape holds since the last close stays on it."""
        capacity = self._boards[0].capacity
        if rows > capacity:
            self._make_boards(max(rows, 2 * capacity))
        needed = self._stepped + steps
        if needed > len(self._tape.equity):
            self._forget_steps()
            self.expect(max(needed, 2 * ROOM))

    def _forget_steps(self) -> None:
        """A live account runs for ever: its curve is in the ledger, here only the last part is kept."""
        kept = min(self._stepped, ROOM)
        first = self._stepped - kept
        for column in (self._tape.equity, self._times):
            column[:kept] = np.array(column[first : self._stepped])
        self._stepped = self._tape.tallies[0].stepped = kept
