"""The ledger's writer as a rehearsal hands it out: it may be locked, full or unable to fold its log for a while, or its
process may die."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from sqlite3 import OperationalError
from typing import Any

from ...ledger.events import Event
from ...ledger.failures import unfolded
from ...ledger.refusal import LedgerError
from ...ledger.writer import Posted, Writer


class KilledError(BaseException):
    """The process ended here; nothing more of it is recorded."""


class Pen:
    """A Writer to whoever holds it. `on_death` is called at the append that `die_at` names."""

    def __init__(self, writer: Writer, now: Callable[[], int]) -> None:
        self._writer, self._now = writer, now
        self.dead = False
        self.appends = 0
        self.die_at = 0
        """The append (from 1) at which the process dies; 0: never."""
        self.late = False
        """Whether that append is durable."""
        self.on_death: Callable[[], None] = lambda: None
        self.folds = 0
        self._shut_until = self._stuck_until = 0
        self._why = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def shut(self, ms: int, why: str) -> None:
        """Nothing can be recorded for so long."""
        self._shut_until, self._why = self._now() + ms, why

    def stick(self, ms: int) -> None:
        """The log cannot be folded for so long."""
        self._stuck_until = self._now() + ms

    def post(self, events: Sequence[Event]) -> Posted:
        if self.dead:
            raise KilledError
        self._check_shut()
        self.appends += 1
        if self.appends == self.die_at and not self.late:
            self._die()
        posted = self._writer.post(events)
        if self.appends == self.die_at:
            self._die()
        return posted

    def fold(self) -> None:
        """As the writer does it, in the turn of whoever asks: a rehearsal's bytes must not depend on a thread."""
        if self.dead:
            raise KilledError
        if self._writer.worth_folding:
            self._check_shut()
            if self._now() < self._stuck_until:
                raise unfolded(self._writer.place, OperationalError("disk I/O error"))
            self._writer.fold()
            self.folds += 1

    def _check_shut(self) -> None:
        if self._now() < self._shut_until:
            raise LedgerError(f"{self._writer.place}: {self._why}")

    def _die(self) -> None:
        self.dead = True
        self.on_death()
        raise KilledError
