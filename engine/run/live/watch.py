"""What a running session does, handed to whoever listens: its log, and a listener that shows it to people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from structlog.typing import FilteringBoundLogger

from ...ledger.events import Entry
from ...ledger.events_session import CandlesSeen, DecisionMade
from ...orders.journal import Subscriber
from ...orders.outbox import Outbox
from ...orders.state import State
from ...orders.wanted import Alert
from .chronicle import Chronicle, Happening

QUIET = 300_000
"""Ms in which the same alert is told once: a network that is down is one alert, not one a second."""
_KEPT = 1_000


class Viewer(Protocol):
    """Hears what happens, quickly and without failing."""

    def happened(self, it: Happening) -> None: ...

    def closed(self, time: int, equity: float) -> None:
        """A close (ms UTC) was decided; what the account is worth, in its currency."""

    def alerted(self, alert: Alert) -> None: ...

    def said(self, words: str) -> None:
        """Something about the session itself."""


class Followed(Protocol):
    """What of a session's ledger is needed here."""

    @property
    def state(self) -> State: ...
    def subscribe(self, subscriber: Subscriber) -> None: ...


class Watch:
    """Every entry to the log and the viewer; alerts to the log, the viewer and the outbox."""

    def __init__(self, log: FilteringBoundLogger, viewer: Viewer, outbox: Outbox, now: Callable[[], int]) -> None:
        self.log, self._viewer, self._outbox, self._now = log, viewer, outbox, now
        self._chronicle: Chronicle | None = None
        self._alerted: dict[tuple[str, str, str], int] = {}
        self._seen: list[dict[str, object]] = []
        self._made: list[object] = []
        """Candles and decisions of the close that is being decided, by their ids."""
        self.last: Happening | None = None
        """The newest entry, to be named where a session fails."""

    def follow(self, ledger: Followed) -> None:
        """From now on, every entry that becomes durable."""
        self._chronicle = Chronicle(ledger.state)
        ledger.subscribe(self._entry)

    def _entry(self, entry: Entry) -> None:
        if self._chronicle is None:
            return
        it = self.last = self._chronicle.tell(entry)
        write = self.log.warning if it.alarming else self.log.info
        if isinstance(entry.event, CandlesSeen):
            write = self.log.debug if entry.event.late else self.log.info
            self._seen += [] if entry.event.late else [it.ids]
        elif isinstance(entry.event, DecisionMade):
            self._made.append(entry.event.decision_id)
        write(it.kind, **{**it.fields, **it.ids, "seq": it.seq})
        if it.words:
            self._viewer.happened(it)

    def decided(self, close: int, equity: float) -> None:
        self.log.info("close_decided", close=close, equity=equity, candles=self._seen, decisions=self._made)
        self._seen, self._made = [], []
        self._viewer.closed(close, equity)

    def noticed(self, subject: str, words: str) -> None:
        """The session's own trouble: to an operator."""
        alert = Alert(self._now(), "SESSION", subject, words)
        if self.heard(alert):
            self._outbox.put(alert)

    def heard(self, alert: Alert) -> bool:
        """Log an alert; whether it is to be told, which the same one is once in a while."""
        self.log.warning("alert", code=alert.code, subject=alert.subject, words=alert.words)
        name = (alert.code, alert.subject, alert.words)
        if alert.time < self._alerted.get(name, -QUIET) + QUIET:
            return False
        while len(self._alerted) >= _KEPT:
            del self._alerted[next(iter(self._alerted))]
        self._alerted[name] = alert.time
        self._viewer.alerted(alert)
        return True

    def said(self, words: str, **facts: object) -> None:
        self.log.info(words, **facts)
        self._viewer.said(words)

    def failed(self, error: BaseException) -> None:
        """The session ends with an error: with where it stood, and the trace, in the log."""
        at = {} if self.last is None else {**self.last.ids, "seq": self.last.seq}
        self.log.critical("session_failed", **at, exc_info=error)
        alert = Alert(self._now(), "FAILED", "session", f"{type(error).__name__}: {error}"[:1_000])
        self._outbox.put(alert)
        self._viewer.alerted(alert)
