"""A ledger's name and files in, every replay that was asked for out."""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnostics.diagnostic import InputError
from ...ledger.opening import open_reader
from .clues import Clues, clues
from .play import Replayed, Tell, replay
from .recorded import chosen, sessions_of
from .subject import Files


def replayed(
    ledger: str, paths: Sequence[str], session: str | None, strategy: str | None, tell: Tell
) -> list[tuple[Replayed, Clues | None]]:
    """Raises InputError, DocumentError, LedgerError."""
    if not paths:
        raise InputError("no deployment and no strategy", help="name the deployment that ran, such as desk.yaml")
    files = Files(paths)
    reader = open_reader(ledger)
    known = sessions_of(reader)
    subjects = [files.subject(group, known) for group in chosen(reader, session, strategy)]
    found = []
    for subject in subjects:
        result = replay(reader, subject, tell)
        found.append((result, clues(reader, result, tell)))
    return found
