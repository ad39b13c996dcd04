"""A ledger as JSON lines: each event with its hash, so that any program can check the chain."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from .reader import PAGE, Reader
from .tables import EVENTS


def lines(reader: Reader, session_id: str | None = None) -> Iterator[str]:
    """One line an event, read as they are asked for. `payload` stands there byte for byte as the hash covers it.

    Raises LedgerError.
    """
    query = select(EVENTS).order_by(EVENTS.c.seq)
    query = query if session_id is None else query.where(EVENTS.c.session_id == session_id)
    query = query.execution_options(yield_per=PAGE)
    with reader.connected() as connection, connection.execute(query) as found:
        for row in found:
            yield (
                f'{{"seq":{row.seq},"time":{row.time},"kind":"{row.kind}","version":{row.version},'
                f'"hash":"{row.hash}","payload":{row.payload}}}'
            )
