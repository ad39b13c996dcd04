"""The proof that an order is not at the venue. One "not found" proves nothing: venues answer before they have looked.

All of it is needed: the time in which the request could still be accepted is over, and a grace; enough authoritative
negatives, most of them after that; a venue that works normally; no change of balance or position left unexplained.
"""

from __future__ import annotations

from ..brokers.outcome import ReadError
from ..brokers.words import Abilities
from ..ledger.exact import subtract
from ..ledger.rows import OrderRow
from ..ledger.values import Side
from .drift import could_be, differences
from .parts import Parts
from .settings import Settings


class Absence:
    """What was gathered about one order; times are seconds since the question arose."""

    def __init__(self, settings: Settings, abilities: Abilities) -> None:
        self._needed = settings.negatives
        validity = settings.validity if abilities.validity is None else abilities.validity
        self._window, self._grace = validity / 1_000 + settings.grace, settings.grace
        self._negatives: list[float] = []
        self._standing: list[float] = []
        self._unreadable = 0
        self._last = ""

    def negative(self, elapsed: float) -> None:
        """Name and all lists were asked, and the venue has no such order."""
        self._negatives.append(elapsed)
        self._standing.clear()

    def standing(self, elapsed: float) -> None:
        """It was found, and open."""
        self._standing.append(elapsed)
        self._negatives.clear()

    def unreadable(self, words: str) -> None:
        """A question was not answered: that says nothing."""
        self._unreadable += 1
        self._last = words

    def blocked(self, words: str) -> None:
        """The times would do, but something else speaks against it."""
        self._last = words

    @property
    def enough(self) -> bool:
        """Negatives enough, and late enough."""
        late = sum(time > self._window for time in self._negatives)
        return len(self._negatives) >= self._needed and late >= self._needed - 1

    @property
    def stands(self) -> bool:
        """Sightings enough to ask for its end again. They wait for no window: a cancel that arrives twice ends an order
        once, and until it arrives a stop may close more than there is."""
        late = sum(time > self._grace for time in self._standing)
        return len(self._standing) >= self._needed and late >= self._needed - 1

    def words(self) -> str:
        """The evidence, for the ledger."""
        times = ", ".join(f"{time:.1f}" for time in self._negatives[-10:])
        told = f"not found {len(self._negatives)} times (s: {times}); acceptable for {self._window:.1f} s"
        told += f"; {self._unreadable} unanswered" if self._unreadable else ""
        return f"{told}; {self._last}" if self._last else told


async def at_rest(parts: Parts, row: OrderRow, absence: Absence) -> bool:
    """The venue works normally, and no change of what we hold is left for this order to explain."""
    try:
        if not await parts.ask(parts.broker.normal()):
            absence.blocked("the venue does not work normally")
            return False
        if difference := await _unexplained(parts, row):
            absence.blocked(difference)
            return False
    except ReadError as error:
        absence.unreadable(error.words)
        return False
    return True


async def _unexplained(parts: Parts, row: OrderRow) -> str:
    if ":" in row.symbol:
        told = {it.symbol: it.quantity for it in await parts.ask(parts.broker.positions([row.symbol]))}
        theirs, ours = told.get(row.symbol), parts.state.held(row.symbol)
        if theirs is None and not ours:
            return ""
        moved = None if theirs is None else subtract(theirs, ours)
        fits = moved is None or (moved > 0 if row.side is Side.BUY else moved < 0)
        return f"the venue holds {theirs} of {row.symbol}, the ledger {ours}" if fits else ""
    balances = await parts.ask(parts.broker.balances())
    changes = differences(parts.state, balances, parts.settings.tolerance)
    return f"balances moved as if it had filled: {sorted(changes.items())}" if could_be(row, changes) else ""
