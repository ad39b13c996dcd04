"""Our own sums of an account's currencies: what is booked, and what live orders reserve of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from .exact import ZERO, add, subtract
from .refusal import RefusedError, Rule
from .rows import BalanceRow
from .values import Amounts
from .view import Draft


def balance(draft: Draft, account: str, currency: str) -> BalanceRow:
    found = draft.get(BalanceRow, account, currency)
    return found or BalanceRow(account, currency, ZERO, ZERO, None, None)


def book(draft: Draft, account: str, currency: str, amount: Decimal) -> None:
    """Add to our own sum."""
    if amount:
        row = balance(draft, account, currency)
        draft.put(replace(row, booked=add(row.booked, amount)))


def see(draft: Draft, account: str, currency: str, total: Decimal, time: int) -> None:
    """Note the venue's total; our own sum begins with the first."""
    row = balance(draft, account, currency)
    booked = total if row.seen is None else row.booked
    draft.put(replace(row, booked=booked, seen=total, seen_at=time))


def reserve(draft: Draft, account: str, amounts: Amounts) -> None:
    """Hold back. Raises RefusedError when a balance that is known does not cover it beside what is held already."""
    for currency, amount in amounts:
        row = balance(draft, account, currency)
        held = add(row.reserved, amount)
        if amount <= 0:
            raise RefusedError(Rule.PAYLOAD, f"a reservation of {amount} {currency}")
        if row.seen is not None and held > row.booked:
            raise RefusedError(
                Rule.RESERVATION, f"{held} {currency} reserved in all, and account {account} has {row.booked}"
            )
        draft.put(replace(row, reserved=held))


def release(draft: Draft, account: str, amounts: Amounts) -> None:
    """Give back what was held."""
    for currency, amount in amounts:
        row = balance(draft, account, currency)
        draft.put(replace(row, reserved=subtract(row.reserved, amount)))


def spend(amounts: Amounts, currency: str, amount: Decimal) -> tuple[Amounts, Amounts]:
    """(what is still reserved, what is released) once `amount` of the currency is spent."""
    left, released = [], []
    for name, held in amounts:
        gone = min(held, max(amount, ZERO)) if name == currency else ZERO
        if gone:
            released.append((name, gone))
        if held > gone:
            left.append((name, subtract(held, gone)))
    return tuple(left), tuple(released)


def plus(amounts: Amounts, currency: str, amount: Decimal) -> Amounts:
    """Amounts by currency with one more, in order."""
    sums = dict(amounts)
    if amount:
        sums[currency] = add(sums.get(currency, ZERO), amount)
    return tuple(sorted(sums.items()))
