"""A ledger in, its sessions out, those together that traded one account as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...diagnostics.diagnostic import InputError
from ...ledger.events_control import Archived
from ...ledger.events_session import SessionClosed, SessionOpened
from ...ledger.reader import Reader
from ...ledger.values import Mode


@dataclass(frozen=True, slots=True)
class Session:
    """`seq` and `time` are of its opening, `closed` the seq of its end (None: it goes on)."""

    opened: SessionOpened
    seq: int
    time: int
    closed: int | None = None

    @property
    def name(self) -> str:
        return self.opened.session_id

    def holds(self, seq: int) -> bool:
        """Whether it was open when that entry was recorded."""
        return self.seq <= seq and (self.closed is None or seq <= self.closed)


@dataclass(frozen=True, slots=True)
class Together:
    """Sessions of one deployment on one account at one time: one Book decided for all of them."""

    sessions: tuple[Session, ...]

    @property
    def first(self) -> int:
        return min(session.seq for session in self.sessions)

    @property
    def last(self) -> int | None:
        """Where the last of them was closed, None while one goes on."""
        ends = [session.closed for session in self.sessions]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None

    @property
    def account(self) -> str:
        return self.sessions[0].opened.account

    @property
    def mode(self) -> Mode:
        return self.sessions[0].opened.mode

    @property
    def deployment(self) -> str:
        """The hash of the deployment it was begun with."""
        return self.sessions[0].opened.deployment


def sessions_of(reader: Reader) -> list[Session]:
    """Every session of a strategy, in the order of their openings. Raises LedgerError."""
    found: dict[str, Session] = {}
    for entry in reader.entries(kinds={"session_opened", "session_closed"}):
        match entry.event:
            case SessionOpened(strategy_hash=known) as it if known:
                found[it.session_id] = Session(it, entry.seq, entry.time)
            case SessionClosed(session_id=one) if one in found:
                begun = found[one]
                found[one] = Session(begun.opened, begun.seq, begun.time, entry.seq)
            case _:
                pass
    return list(found.values())


def together(sessions: Sequence[Session]) -> list[Together]:
    """They are one where deployment, account and mode are equal and they were open at once."""
    groups: list[Together] = []
    for session in sessions:
        for k, group in enumerate(groups):
            if _alike(group, session) and (group.last is None or session.seq <= group.last):
                groups[k] = Together((*group.sessions, session))
                break
        else:
            groups.append(Together((session,)))
    return groups


def chosen(reader: Reader, session: str | None, strategy: str | None) -> list[Together]:
    """The sessions that are meant; all where neither is given. Raises InputError where there are none."""
    known = sessions_of(reader)
    groups = [
        group for group in together(known)
        if any(session in (None, s.name) and strategy in (None, s.opened.strategy) for s in group.sessions)
    ]  # fmt: skip
    if groups:
        return groups
    what = f"session '{session}'" if session else f"session of '{strategy}'" if strategy else "session of a strategy"
    names = ", ".join(dict.fromkeys(s.opened.strategy if strategy else s.name for s in known[-10:]))
    help_ = f"it has {names}" if names else None
    raise InputError(f"{reader.place} has no {what}", help=archives(reader) or help_)


def archives(reader: Reader) -> str | None:
    """Where older sessions went, in words; None where nothing was archived."""
    files = [e.event.file for e in reader.entries(kinds={"archived"}) if isinstance(e.event, Archived)]
    if not files:
        return None
    return f"the first {reader.base().seq:,} events were archived: replay {', '.join(files)} for older sessions"


def _alike(group: Together, session: Session) -> bool:
    one = session.opened
    return (group.deployment, group.account, group.mode) == (one.deployment, one.account, one.mode)
