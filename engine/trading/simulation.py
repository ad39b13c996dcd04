"""A strategy on an account with the simulated venue: chunks of candles in, trades and equity out.

Back-test and paper are this one class; a back-test hands it long chunks, paper one time after another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..kernel import bind, unpacked
from ..language.strategy import Strategy
from ..market.instrument import Instrument
from ..market.timeline import Chunk
from .account import Account
from .board import Board
from .book import AMBIGUOUS, Position, Wallet, open_book
from .codes import Decision
from .columns import new_tape
from .records import Records
from .rules import rules_of
from .simulate import simulate
from .trades import Trades
from .wiring import Wiring, wire


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
    ) -> None:
        self.strategy = strategy
        self.wiring = wiring or wire(strategy)
        symbols = strategy.symbols
        self.board = Board(self.wiring, len(symbols), capacity, machine_code)
        self.book = open_book(len(symbols), account.capital, machine_code)
        self.records = Records(symbols)
        listed: Sequence[Instrument] = [instruments[symbol] for symbol in symbols]
        self._rules = rules_of(strategy, listed, account, self.wiring.programs, machine_code)
        self._tape = new_tape(capacity * len(symbols), machine_code)
        arguments = (self.board.events, self.board.signals, self._rules, self.book, self._tape)
        self._simulate = bind(simulate, arguments, machine_code)

    def warm(self, chunk: Chunk) -> None:
        """Let the graph see candles before the first that may trade."""
        self.board.fill(chunk)

    def advance(self, chunk: Chunk) -> Trades:
        """Trade the next candles; returns the trades closed in them."""
        self._simulate(0, self.board.fill(chunk))
        return self.records.take(self._tape)

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
