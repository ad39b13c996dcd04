"""The checkpoints of one session: its Book is saved while it runs, and gone on with at the next start."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...diagnostics.diagnostic import InputError
from ...ledger.events import Event
from ...ledger.reader import Reader
from ...ledger.writer import Writer
from ...orders.state import State
from . import checkpoint
from .book import SessionBook
from .opening import Base

if TYPE_CHECKING:
    from .session import Session


class Checkpoints:
    """`path` None: there is no place for one."""

    def __init__(self, session: Session, writer: Writer, path: Path | None) -> None:
        self._session, self._writer, self._path = session, writer, path

    def restored(self, base: Base, reader: Reader) -> tuple[SessionBook[Any], int] | None:
        """The Book of the last checkpoint, and the entry it stands at; None where there is none that fits."""
        session = self._session
        found = None if self._path is None else checkpoint.read(self._path, session.stand(reader), reader)
        if found is None:
            return None
        book = session.new_book(base)
        try:
            book.restore(found[1])
        except ValueError:  # it holds what is only restored from candles, or is of another release
            return None
        return book, found[0]

    async def save(self) -> None:
        """Write the Book as it is between two appends. What fails is told: nothing else hangs on it."""
        path, session = self._path, self._session
        if path is None or not session.made:
            return
        taken: list[tuple[checkpoint.Stand, Any]] = []

        def make(state: State) -> Sequence[Event]:  # in the ledger's turn the Book stands at its head
            if session.made:
                taken.append((session.stand(self._writer.read).at(self._writer.head), session.book.saved()))
            return ()

        try:
            await session.ledger.decide(make)
            if taken:
                await session.ledger.wait_for(lambda: checkpoint.write(path, *taken[0]))
        except InputError as error:
            session.hooks.noticed("checkpoint", f"{error}")
