"""What must hold after every step of a rehearsal, and what is counted on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ...orders.desk import Desk
from ..live.live_book import LiveBook

LASTING = 60_000
"""Ms that orders may close more than is held: somebody else sold, and they are being canceled."""


@dataclass
class Watch:
    """`violations` in words with their time; `equity` by close; `leaks`: tasks that outlived their process."""

    steps: int = 0
    violations: list[tuple[int, str]] = field(default_factory=list)
    equity: list[tuple[int, float]] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    told: Callable[[int], None] = lambda close: None
    _since: dict[str, int] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def broke(self, time: int, words: str) -> None:
        if words not in self._told:
            self._told.add(words)
            self.violations.append((time, words))

    def step(self, time: int, desk: Desk, book: LiveBook) -> None:
        """Check the order path's invariants, and the Book against the ledger."""
        self.steps += 1
        found = desk.violations()
        passing = [words for words in found if words.startswith("6")]
        for words in found:
            if words not in passing:
                self.broke(time, words)
        self._since = {words: self._since.get(words, time) for words in passing}
        for words, since in self._since.items():
            if time - since > LASTING:
                self.broke(time, words)

    def closed(self, close: int, equity: float) -> None:
        self.equity.append((close, equity))
        self.told(close)

    def same_book(self, time: int, desk: Desk, book: LiveBook) -> None:
        """The Book holds what the ledger holds."""
        for member, name in zip(book.portfolio.members, book.names, strict=True):
            for symbol in member.strategy.symbols:
                ours, theirs = member.quantity_of(symbol), float(desk.state.position(symbol, name))
                if abs(ours - theirs) > 1e-9 * max(1.0, abs(theirs)):
                    self.broke(time, f"the Book of {name} holds {ours:g} {symbol}, the ledger {theirs:g}")
