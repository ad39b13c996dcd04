"""The words that may follow a happening's name: checked when a script is read, not hours later when it is due."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...exchange.faults import NUMBERED, STREAMS, Action, Fault, Hook
from ...exchange.refusal import Refusal
from ...ledger.values import Role

_SPAN = re.compile(r"(?:(\d{1,6}(?:\.\d{1,3})?)h)?(?:(\d{1,6}(?:\.\d{1,3})?)m)?(?:(\d{1,9}(?:\.\d{1,3})?)s)?")
_CURRENCY = re.compile(r"[A-Z0-9]{1,20}")
_DIGITS = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
_ANSWER = re.compile(r"429|418|5[0-9][0-9]|-1021|-1006|-1007")


@dataclass(frozen=True, slots=True)
class Expected:
    """Readers of the words in their order, each raising ValueError; `needed`: none of them has a default."""

    example: str
    readers: tuple[Callable[[str], object], ...]
    needed: bool = False


def seconds(text: str) -> float:
    """`90s`, `35m`, `1h30m` as seconds. Raises ValueError."""
    match = _SPAN.fullmatch(text)
    if match is None or not text:
        raise ValueError(f"{text} is no length of time; write 90s, 35m or 1h30m")
    hours, minutes, rest = (float(part or 0) for part in match.groups())
    return hours * 3_600 + minutes * 60 + rest


def span(length: float) -> str:
    """Seconds as `seconds` reads them: `19h55m30.4s`."""
    minutes, rest = divmod(round(length, 3), 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = ((hours, "h"), (minutes, "m"), (round(rest, 3), "s"))
    return "".join(f"{number:.12g}{unit}" for number, unit in parts if number) or "0s"


def check_words(action: str, words: Sequence[str]) -> None:
    """Raises ValueError unless an action can take these words."""
    expected = EXPECTED.get(action, _NONE)
    if len(words) > len(expected.readers):
        most = f"at most {len(expected.readers)}" if expected.readers else "no"
        raise ValueError(f"{action} takes {most} words, and {len(words)} are given")
    if expected.needed and len(words) < len(expected.readers):
        raise ValueError(f"{action} needs {len(expected.readers)} words; write `{action} {expected.example}`")
    for word, reader in zip(words, expected.readers, strict=False):
        try:
            reader(word)
        except ValueError as error:
            raise ValueError(f"{error}; write `{action} {expected.example}`") from None


def check_fault(fault: Fault) -> None:
    """Raises ValueError for a fault that would never strike, or not as it says."""
    of_streams = fault.call in STREAMS
    if fault.action not in _ANYWHERE and (fault.action in _OF_STREAMS) is not of_streams:
        fitting = _ANYWHERE | {action for action in Action if (action in _OF_STREAMS) is of_streams}
        kind = "a message of a stream" if of_streams else "a call"
        raise ValueError(f"{fault.action} cannot strike {kind}; there are {', '.join(sorted(fitting))}")
    if fault.action is Action.ERROR and fault.value and not _ANSWER.fullmatch(fault.value):
        _check_refusal(fault)
    if fault.action in NUMBERED and fault.value and (fault.action, fault.value) != (Action.REVISE, "nan"):
        _number(fault.value)


def _check_refusal(fault: Fault) -> None:
    if fault.value not in list(Refusal):
        answers = f"429, 418, 5xx, -1021, -1006, -1007 or a refusal: {', '.join(Refusal)}"
        raise ValueError(f"{fault.value} is no answer of a venue; write {answers}")
    if fault.hook is not Hook.BEFORE_ACCEPT:
        raise ValueError(f"a venue refuses before it accepts; write `before_accept error {fault.value}`")


def _number(text: str) -> Decimal:
    if not _DIGITS.fullmatch(text):
        raise ValueError(f"{text} is no number such as 10 or 0.5")
    return Decimal(text)


def _positive(text: str) -> Decimal:
    number = _number(text)
    if not number:
        raise ValueError(f"{text} is not above 0")
    return number


def _part(text: str) -> Decimal:
    number = _number(text)
    if number > 1:
        raise ValueError(f"{text} is more than the whole")
    return number


def _whole(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,12}", text):
        raise ValueError(f"{text} is no whole number")
    return int(text)


def _count(text: str) -> int:
    number = _whole(text)
    if not 1 <= number <= 100_000:
        raise ValueError(f"{text} is no number from 1 to 100,000")
    return number


def _role(text: str) -> Role:
    if text not in list(Role):
        raise ValueError(f"no order's role is called {text}; there are {', '.join(Role)}")
    return Role(text)


def _currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text):
        raise ValueError(f"{text} is no currency")
    return text


_ANYWHERE = frozenset({Action.DELAY, Action.DROP, Action.CUT, Action.CRASH})
_OF_STREAMS = frozenset({
    Action.DUPLICATE, Action.REORDER, Action.STALE, Action.BREAK, Action.SILENCE, Action.REVISE,
})  # fmt: skip
_NONE = Expected("", ())
_MONEY = Expected("USDT 10", (_currency, _number), needed=True)
_ORDERS = Expected("stop", (_role,))
_FOR_SO_LONG = ("full", "lock", "maintenance", "outage", "revoke", "silence", "slow", "stuck")
EXPECTED: Mapping[str, Expected] = {
    "deposit": _MONEY,
    "depth": Expected("1", (_number,), needed=True),
    "flood": Expected("1200", (_count,)),
    "leverage": Expected("50", (_positive,)),
    "misquote": Expected("0 1m", (_number, seconds), needed=True),
    "price": Expected("10", (_number,), needed=True),
    "short": Expected("0.02", (_part,)),
    "skew": Expected("5000", (_whole,), needed=True),
    "steps": Expected("0.01", (_positive,)),
    "stranger_buys": Expected("50", (_positive,)),
    "venue_cancels": _ORDERS,
    "venue_fills": _ORDERS,
    "withdraw": _MONEY,
    **dict.fromkeys(_FOR_SO_LONG, Expected("10m", (seconds,))),
}
"""What each action takes; one that is not here takes no words."""
