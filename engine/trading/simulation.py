"""A strategy on an account with the simulated venue: chunks of candles in, trades and equity out.

Back-test and paper are this one class; a back-test hands it long chunks, paper one time after another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.diagnostic import InputError
from ..graph.runtime import Runtime
from ..kernel import Call, bind, unpacked
from ..language.portfolio import Portfolio
from ..language.strategy import Strategy
from ..learning.walk import Learned, Walk
from ..market.candles import Candles
from ..market.instrument import Instrument
from ..market.timeline import Chunk
from .account import Account
from .board import Board
from .book import AMBIGUOUS, Position, Wallet, open_book
from .codes import Decision
from .columns import ENTER, Tally, Tape, new_tape, with_more_events, with_more_steps
from .correlation import note_close
from .guard import open_guards, roomier
from .limit_rules import limit_rules, protection_rules
from .records import Records
from .rulebook import rules_of
from .simulate import simulate
from .trades import ExitReason, Trades
from .venue import Venue
from .wiring import Wiring, spans_of, wire


class Simulation:
    """One account that trades `strategy`; `capacity` is the most candles per symbol of a chunk."""

    def __init__(
        self,
        strategy: Strategy,
        instruments: Mapping[str, Instrument],
        account: Account,
        capacity: int,
        machine_code: bool,
        wiring: Wiring | None = None,
        venue: Venue | None = None,
        portfolio: Portfolio | None = None,
        seated: bool = True,
    ) -> None:
        """`seated` is False for one of many that trade in turn on a board which others fill (see `trade_on`)."""
        self.strategy = strategy
        self.wiring = wiring or wire(strategy, account.reads_volume)
        venue = venue or Venue()
        symbols = strategy.symbols
        self._runtimes = [Runtime(self.wiring.plan, 1, machine_code) for _ in symbols] if seated else []
        self._limits = limit_rules(strategy)
        guards = open_guards(self._limits, protection_rules(strategy), len(symbols), account.capital, machine_code)
        self.book = open_book(len(symbols), account.capital, machine_code, guards)
        self.records = Records(symbols)
        self._machine_code = machine_code
        lacking = [symbol for symbol in symbols if symbol not in instruments]
        if lacking:
            raise InputError(f"no instrument for {', '.join(lacking)}", help="give one for each symbol")
        listed: Sequence[Instrument] = [instruments[symbol] for symbol in symbols]
        self._detail = venue.detail_of(symbols)
        self._funding = [venue.funding.get(symbol) for symbol in symbols] if venue.funding else []
        self._rules = rules_of(
            strategy,
            listed,
            account,
            self.wiring.programs,
            machine_code,
            bool(venue.funding),
            bool(venue.detail),
            portfolio,
        )
        self._tape = new_tape(capacity * len(symbols) if seated else 0, capacity, machine_code)
        self._times = np.zeros(capacity, np.int64)
        self._stepped = 0
        self._make_boards(capacity)

    def _make_boards(self, capacity: int) -> None:
        """Two boards for machine code: one is filled while the other is traded (see `run`)."""
        count = (2 if self._machine_code else 1) if self._runtimes else 0
        members = spans_of(self.strategy)
        self._boards = [
            Board(self.wiring, self._runtimes, capacity, self._funding, members=members) for _ in range(count)
        ]
        self._bind()

    def _bind(self) -> None:
        self._calls = [self._call(simulate, board) for board in self._boards]

    def _call(self, function: Callable[..., None], board: Board) -> Call:
        arguments = (board.events, board.signals, self._rules, self.book, self._tape, self._detail)
        return bind(function, arguments, self._machine_code, signed=True)

    def expect(self, steps: int) -> None:
        """Make room for the equity of `steps` times in all; advancing makes room by itself when it must."""
        if steps > len(self._tape.equity):
            self._tape = with_more_steps(self._tape, steps)
            times = np.zeros(steps, np.int64)
            times[: self._stepped] = self._times[: self._stepped]
            self._times = times
            self._bind()

    def _make_room(self, rows: int, steps: int) -> None:
        """Capacity is checked here, outside the loop: machine code writes where it is told."""
        capacity = self._boards[0].capacity
        if rows > capacity:
            capacity = max(rows, 2 * capacity)
            self._tape = with_more_events(self._tape, capacity * len(self._runtimes))
            self._make_boards(capacity)
        needed = self._stepped + steps
        if needed > len(self._tape.equity):
            self.expect(max(needed, 2 * len(self._tape.equity)))

    def warm(self, chunk: Chunk) -> None:
        """Let the graph see candles before the first that may trade."""
        self._make_room(chunk.rows, 0)
        self._boards[0].fill(chunk)
        for walk in (walk for runtime in self._runtimes for walk in _walks(runtime)):
            walk.begin()
        self.see(chunk)

    def see(self, chunk: Chunk) -> None:
        """Note candles before the first that may trade, which the graph has seen."""
        for s, candles in enumerate(chunk.own):
            if len(candles):
                self._remember(s, candles)
                time = int(candles.time[-1])
                if isinstance(self.book.positions, list):
                    self.book.positions[s].time = time
                else:
                    self.book.positions["time"][s] = time

    def _remember(self, s: int, candles: Candles) -> None:
        """Let limits of correlation know closes from before the first candle that may trade."""
        if self._limits.correlated:
            window = self._limits.correlation_window
            last = candles.rows(max(0, len(candles) - window - 1), len(candles))
            for time, close in zip(last.time.tolist(), last.close.tolist(), strict=True):
                note_close(self.book.guards.moves, window, s, time, close)

    def advance(self, chunk: Chunk) -> bool:
        """Trade the next candles; whether trades were closed in them (`records.last_trades()` has them)."""
        self._make_room(chunk.rows, sum(len(c) for c in chunk.own))
        return self._trade(0, self._boards[0].fill(chunk))

    def run(self, chunks: Sequence[Chunk], steps: int) -> None:
        """Trade many chunks, of `steps` times in all.

        Machine code leaves Python's lock alone, so the graph of the next chunk is computed while this one is traded;
        what comes out is the same.
        """
        self._make_room(max((c.rows for c in chunks), default=0), steps)
        if not self._machine_code or len(chunks) < 2:
            for chunk in chunks:
                self._trade(0, self._boards[0].fill(chunk))
            return
        with ThreadPoolExecutor(1) as worker:
            ahead = worker.submit(self._boards[0].fill, chunks[0])
            for k in range(len(chunks)):
                events = ahead.result()
                if k + 1 < len(chunks):
                    ahead = worker.submit(self._boards[(k + 1) % 2].fill, chunks[k + 1])
                self._trade(k % 2, events)

    def suppose(self, chunk: Chunk, symbol: str, side: int) -> None:
        """Trade the next candles, of one time, as if `symbol` had just one entry signal at it: 1 long, -1 short."""
        self._make_room(chunk.rows, 1)
        board = self._boards[0]
        events = board.fill(chunk)
        s = self.strategy.symbols.index(symbol)
        for e in range(events):
            if board.events.symbol[e] == s:
                at = board.events.at[e]
                board.signals.conditions[ENTER, at] = int(side > 0)
                board.signals.conditions[ENTER + 1, at] = int(side < 0)
        self._trade(0, events)

    def trade_on(self, board: Board, tape: Tape, events: int) -> Tape:
        """Trade the events of a board that holds this strategy's columns; `tape` lends its room.

        Returns what this call left on it: equity from row 0 on, and the rows its tallies count. The next call, of this
        simulation or another, may overwrite it; `book` is this account's own.
        """
        tallies = self._tape.tallies
        tallies[0] = Tally() if isinstance(tallies, list) else (0, 0, 0, 0, 0)
        self._tape = lent = tape._replace(tallies=tallies)
        self._make_guards_room(events)
        self._call(simulate, board)(0, events)
        return lent

    def _trade(self, k: int, events: int) -> bool:
        self._make_guards_room(events)
        self._calls[k](0, events)
        return self._note(k)

    def _make_guards_room(self, events: int) -> None:
        guards = roomier(self.book.guards, self._limits, len(self._tape.trades), events)
        if guards is not self.book.guards:
            self.book = self.book._replace(guards=guards)
            self._bind()

    def _note(self, k: int) -> bool:
        """Take what the events of board `k` left; whether trades were closed."""
        times = self._boards[k].times()
        np.add(times, self.strategy.timeframe.ms, out=self._times[self._stepped : self._stepped + len(times)])
        self._stepped += len(times)
        return self.records.take(self._tape) > 0

    def learned(self) -> dict[str, tuple[Learned, ...]]:
        """What the models of each symbol came to; empty where none trains."""
        found = {
            symbol: tuple(walk.learned for walk in _walks(runtime))
            for symbol, runtime in zip(self.strategy.symbols, self._runtimes, strict=False)
        }
        return {symbol: models for symbol, models in found.items() if models}

    def curve(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """(close times in ms UTC, equity), a row per time at which candles closed."""
        return self._times[: self._stepped], self._tape.equity[: self._stepped]

    @property
    def counts(self) -> dict[Decision, int]:
        """How often each decision was made."""
        return {code: int(self.book.counts[code]) for code in Decision if self.book.counts[code]}

    @property
    def ambiguous(self) -> int:
        """Candles that held both stop and target (the stop was taken)."""
        return int(self.book.counts[AMBIGUOUS])

    def trades(self) -> Trades:
        return self.records.trades(self.book)

    @property
    def equity(self) -> float:
        """Marked at the last close."""
        wallet: Wallet = unpacked(self.book.wallets, Wallet)[0]
        return wallet.equity

    def fills(self) -> dict[str, tuple[int, float, float]]:
        """Open positions by symbol: when they were filled (ms UTC), signed quantity, entry price."""
        held: list[Position] = unpacked(self.book.positions, Position)
        return {
            name: (p.entry_time, p.quantity, p.entry_price)
            for name, p in zip(self.strategy.symbols, held, strict=True)
            if p.quantity != 0.0
        }

    def leaving(self) -> dict[str, ExitReason]:
        """Why open positions leave at their next open, by symbol; those that stay are not in it."""
        held: list[Position] = unpacked(self.book.positions, Position)
        return {
            name: ExitReason(p.exit_order)
            for name, p in zip(self.strategy.symbols, held, strict=True)
            if p.quantity != 0.0 and p.exit_order
        }


def _walks(runtime: Runtime) -> list[Walk]:
    """The models of one symbol that train."""
    return [one for one in runtime.extenders if isinstance(one, Walk)]
