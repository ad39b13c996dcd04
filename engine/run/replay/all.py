"""A ledger's name and files in, every replay that was asked for out."""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnostics.diagnostic import InputError
from ...ledger.opening import open_reader
from ...store.load import load_candles
from .clues import Clues, clues
from .play import Replayed, Tell, replay
from .recorded import chosen, sessions_of
from .seen import candles_seen, unlike
from .subject import Files


def replayed(
    ledger: str, paths: Sequence[str], session: str | None, strategy: str | None, tell: Tell, specs: Sequence[str] = ()
) -> list[tuple[Replayed, Clues | None]]:
    """`specs` name candles that those of the ledger are held against. Raises InputError, DocumentError, LedgerError."""
    if not paths:
        raise InputError("no deployment and no strategy", help="name the deployment that ran, such as desk.yaml")
    files = Files(paths)
    reader = open_reader(ledger)
    known = sessions_of(reader)
    subjects = [files.subject(group, known) for group in chosen(reader, session, strategy)]
    found = []
    for subject in subjects:
        result = replay(reader, subject, tell)
        for session_, run in zip(subject.sessions, subject.runs, strict=True) if specs else ():
            seen = candles_seen(reader, session_.name, run.strategy.timeframe)
            given = load_candles(specs, list(seen), run.strategy.timeframe)
            result.differ(unlike(run.name, seen, given))
        found.append((result, clues(reader, result, tell)))
    return found
