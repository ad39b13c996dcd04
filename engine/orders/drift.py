"""Where the venue and the ledger differ: of balances and positions, and whether an order in doubt would explain it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..brokers.words import BalancesReport, PositionReport
from ..ledger.events import Event
from ..ledger.events_account import BalancesSeen, DriftFound, DriftResolved, Transferred
from ..ledger.exact import ZERO, add, subtract
from ..ledger.rows import BalanceRow, OrderRow, PositionRow
from ..ledger.values import FindingKind, Side
from .state import State


def differences(state: State, seen: BalancesReport, tolerance: Decimal) -> dict[str, Decimal]:
    """What each currency has more (or less) than our own sum; those that were never seen have no sum yet."""
    found = {}
    for row in state.all(BalanceRow):
        told = seen.balances.get(row.currency)
        if row.seen is None or (told is None and not seen.whole):
            continue
        change = subtract(told.total if told is not None else ZERO, row.booked)
        if abs(change) > tolerance:
            found[row.currency] = change
    return found


@dataclass(frozen=True, slots=True)
class Stand:
    """What the ledger held when the venue was asked. An answer says nothing of what moved here on its way."""

    positions: frozenset[PositionRow]
    booked: frozenset[tuple[str, Decimal]]

    @classmethod
    def of(cls, state: State) -> Stand:
        balances = frozenset((row.currency, row.booked) for row in state.all(BalanceRow))
        return cls(frozenset(state.all(PositionRow)), balances)

    def moved(self, state: State) -> tuple[set[str], set[str]]:
        """(symbols, currencies) that fills or payments have moved since."""
        now = Stand.of(state)
        symbols = {row.symbol for row in self.positions ^ now.positions}
        traded = {currency for symbol in symbols for currency in re.split("[/:]", symbol)}  # to and fro is 0, too
        return symbols, traded | {currency for currency, _ in self.booked ^ now.booked}


def could_be(row: OrderRow, changes: Mapping[str, Decimal]) -> bool:
    """Whether differences of balances are what a fill of a spot order would make: base one way, quote the other."""
    base, _, quote = row.symbol.partition(":")[0].partition("/")
    sign = 1 if row.side is Side.BUY else -1
    return changes.get(base, ZERO) * sign > 0 and changes.get(quote, ZERO) * sign < 0


def seen_now(state: State, report: BalancesReport) -> tuple[Event, ...]:
    """The venue's totals, where they are not those that were seen last.

    A whole report says of what it leaves out that there is none, of coins yet to be bought, too: seen first beside
    their first fill, they would count twice.
    """
    totals = {currency: balance.total for currency, balance in report.balances.items()}
    if report.whole:
        known = {row.currency for row in state.all(BalanceRow)} | {c for it in state.symbols() for c in _moved_by(it)}
        totals |= {currency: ZERO for currency in known if currency not in totals}
    changed = {}
    for currency, total in totals.items():
        row = state.get(BalanceRow, state.account, currency)
        if row is None or row.seen != total:
            changed[currency] = total
    return (BalancesSeen(state.account, tuple(sorted(changed.items())), report.source),) if changed else ()


def _moved_by(symbol: str) -> list[str]:
    """The currencies that a trade of it moves."""
    pair, _, settle = symbol.partition(":")
    return [settle] if settle else pair.split("/")


def transfers(state: State, changes: Mapping[str, Decimal], now: int, place: int) -> list[Event]:
    """Money that came or went without a trade that we know of."""
    return [
        Transferred(
            state.account, f"found:{currency}:{place}", currency, amount, now, "no trade explains it: in or out by hand"
        )
        for currency, amount in sorted(changes.items())
    ]


def shortages(state: State, report: BalancesReport, symbols: Sequence[str], place: int, slack: Decimal) -> list[Event]:
    """Spot positions that the wallet does not hold, and such findings that are over."""
    events: list[Event] = []
    for symbol in symbols:
        base = symbol.partition("/")[0]
        told = report.balances.get(base)
        if told is None and not report.whole:
            continue
        total = told.total if told is not None else ZERO
        promised = add(*(max(state.held(other), ZERO) for other in symbols if other.partition("/")[0] == base))
        short = total < subtract(promised, slack) and state.held(symbol) > 0
        words = f"the strategies hold {promised} {base}, the wallet {total}"
        events += _finding(state, f"short:{symbol}", FindingKind.BALANCE, symbol, promised, total, words, short, place)
    return events


def misplaced(state: State, reports: Sequence[PositionReport], symbols: Sequence[str], place: int) -> list[Event]:
    """Contract positions that differ, or that the venue leaves out while we hold one; and findings that are over."""
    told = {report.symbol: report.quantity for report in reports}
    events: list[Event] = []
    for symbol in symbols:
        ours, theirs = state.held(symbol), told.get(symbol)
        differs = ours != (ZERO if theirs is None else theirs)
        words = f"the venue holds {'nothing it tells of' if theirs is None else theirs}, the ledger {ours}"
        name = f"position:{symbol}"
        events += _finding(state, name, FindingKind.POSITION, symbol, ours, theirs, words, differs, place)
    return events


def _finding(
    state: State, name: str, kind: FindingKind, subject: str, ours: Decimal, theirs: Decimal | None, words: str,
    differs: bool, place: int,
) -> list[Event]:  # fmt: skip
    known = [row for row in state.drift(subject) if row.finding_id.startswith(f"{name}:")]
    if differs and not known:
        return [DriftFound(f"{name}:{place}", state.account, kind, subject, ours, theirs, words)]
    return [] if differs else [DriftResolved(row.finding_id, "it fits again") for row in known]
