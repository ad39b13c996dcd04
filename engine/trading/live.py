"""A strategy on an account at a real venue: closed candles and what the venue did in, decisions and wants out.

The same Book and the same decisions as in a back-test; instead of being matched, fills are told. What is told must
come from the ledger, in its order, so that the account can be made again from it.
"""

from __future__ import annotations

from collections.abc import Callable

from .candle import cancel_order
from .codes import Decision
from .columns import roomier_tape
from .follow import begin_candle, close_time, follow_adjustment, follow_entry, follow_exit, follow_payment
from .simulate import only_decide, stop_all
from .trades import ExitReason
from .unending import UnendingAccount
from .wants import Wants, wants_of


class LiveAccount(UnendingAccount):
    """One strategy's part of an account. Times are ms UTC, money in quote units."""

    def stop(self, time: int, leave: bool) -> None:
        """At once: what stands at a venue can be canceled inside a candle."""
        super().stop(time, leave)
        self.settle_stop()

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
        follow_adjustment(self._rules, self.book, self._tape, s, quantity, price)

    def funded(self, symbol: str, amount: float) -> None:
        """Funding was paid (below zero) or received."""
        follow_payment(self.book, self._places[symbol], amount)

    def _begin(self, symbol: str, time: int) -> int:
        s = self._places[symbol]
        begin_candle(self._rules, self.book, s, time)
        tally = self._tape.tallies[0]
        if tally.filled + 8 > len(self._tape.fills) or tally.closed + 2 > len(self._tape.trades):
            self._tape = roomier_tape(self._tape)
            self._bind()
        return s

    def _paced(self) -> tuple[Callable[..., None], ...]:
        return close_time, only_decide, stop_all
