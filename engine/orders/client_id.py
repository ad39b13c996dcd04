"""Names of orders: made from the intent and the attempt, so that one decision has one name however often it is made.

A client id is our prefix and a hash, 18 of `[a-z0-9]` in all: what every venue takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from .wanted import Wanted

_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PREFIX, _WHOLE = 6, 18


def _word(text: str, length: int) -> str:
    number, letters = int.from_bytes(sha256(text.encode()).digest()), []
    for _ in range(length):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(letters)


def prefix_of(ledger: str, account: str) -> str:
    """The prefix of a ledger's orders in an account; `ledger` is the ledger's own id. It begins with a letter."""
    return "s" + _word(f"{ledger}|{account}", _PREFIX - 1)


def client_id(prefix: str, intent_id: str, attempt: int) -> str:
    return prefix + _word(f"{intent_id}|{attempt}", _WHOLE - len(prefix))


def is_ours(name: str | None, prefixes: Iterable[str]) -> bool:
    """Whether an order of the venue bears one of our prefixes, of whatever year."""
    return name is not None and len(name) == _WHOLE and any(name.startswith(prefix) for prefix in prefixes)


def intent_id(wanted: Wanted, account: str, place: int) -> str:
    """An intent's name. `place` (of the ledger's head) tells apart those that no candle called for."""
    if wanted.candle is None:
        name = f"key {wanted.key}" if wanted.key else f"at {place}"
        parts: tuple[object, ...] = (account, wanted.strategy, wanted.symbol, wanted.role.value, name)
    else:
        parts = (
            account, wanted.strategy, wanted.symbol, wanted.candle, wanted.role.value, wanted.leg, wanted.attempt,
        )  # fmt: skip
    return "i" + _word("|".join(str(part).replace("|", "\\|") for part in parts), 20)
