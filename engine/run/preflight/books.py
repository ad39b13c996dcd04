"""What the ledger says before a start: whose it is, whether it may be gone on with, what in it is not settled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from ...diagnostics.diagnostic import InputError
from ...ledger.events_control import Noted
from ...ledger.events_session import SessionOpened
from ...ledger.reader import Reader
from ...ledger.values import IN_DOUBT, Mode, TradingState
from .check import Check, fail, ok, warn

WHO = "stratrun"
_NOTES = 500
_OTHER = "name another with --ledger: money of one kind, one ledger"


def use_of(venue: str, sandbox: bool, local: bool) -> str:
    """What a ledger's orders are sent to, as it is noted in the ledger."""
    return f"orders go to {venue}{', simulated on this machine' if local else ', test network' if sandbox else ''}"


def refuse_other_use(reader: Reader, mode: Mode, use: str, account: str) -> None:
    """Raises InputError where the account's sessions in the ledger are of another mode, or went to another venue:
    their positions would be taken for ours."""
    others = sorted({row.mode.value for row in reader.sessions() if row.mode is not mode and row.account == account})
    if others:
        raise InputError(f"{reader.place} holds {' and '.join(others)} trading, and this is {mode.value}", help=_OTHER)
    before = noted_use(reader) if mode is Mode.LIVE else None
    if before is not None and before != use:
        raise InputError(f"in {reader.place} {before}; now {use}", help=_OTHER)


def noted_use(reader: Reader) -> str | None:
    """What was noted last of where its orders go."""
    notes = [entry.event for entry in reader.entries(kinds={"noted"}, last=_NOTES)]
    uses = [n.words for n in notes if isinstance(n, Noted) and n.who == WHO and n.words.startswith("orders go to ")]
    return uses[-1] if uses else None


def capital_begun(reader: Reader | None, account: str, mode: Mode) -> float | None:
    """What the account's open sessions began with, in quote units; None where a start begins new ones."""
    if reader is None:
        return None
    running = {row.session_id for row in reader.sessions(running=True) if (row.account, row.mode) == (account, mode)}
    for entry in reader.entries(kinds={"session_opened"}):
        event = entry.event
        if isinstance(event, SessionOpened) and event.session_id in running:
            with suppress(ValueError):
                return float(dict(event.settings).get("capital", ""))
    return None


def book_checks(reader: Reader | None, place: str, mode: Mode, use: str, account: str) -> Iterator[Check]:
    """`reader` None: there is no ledger yet."""
    if reader is None:
        yield ok("ledger", f"{place} will be made")
        return
    try:
        refuse_other_use(reader, mode, use, account)
        drift = [row for row in reader.drift() if row.account == account]
        doubtful = [row for row in reader.orders(IN_DOUBT) if row.account == account]
        held = [row for row in reader.positions() if row.account == account]
        orders = [row for row in reader.orders() if row.account == account]
        states = [row for row in reader.states() if row.state is not TradingState.ACTIVE]
    except InputError as error:
        yield fail("ledger", error.message, error.help or "run `stratrun ledger verify`")
        return
    yield ok("ledger", f"{place}: {_count(len(held), 'position')} and {_count(len(orders), 'order')} to go on with")
    if states:
        told = "; ".join(
            f"{row.scope} {row.name} is {row.state}: {row.code}, {row.why} ({row.who})" for row in states[:5]
        )
        yield warn("states", told, "`stratrun resume --why …` once the cause is mended; entries wait until then")
    if drift:
        yield warn("drift", "; ".join(row.words for row in drift[:5]), "no entries there until it is resolved")
    if doubtful:
        words = f"the fate of {_count(len(doubtful), 'order')} is not known"
        yield warn("doubt", words, "the start asks the venue for them; no entries there meanwhile")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
