"""What is to go wrong, and when: faults written by hand or drawn from a seed, as lines that can be kept and replayed.

A line reads `submit 3 after_accept error -1006`: with the third submit, once it was accepted, answer with that code.
`submit 3..5` strikes the third to the fifth, `submit 3..` all from the third on.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

E = TypeVar("E", bound=StrEnum)


class Call(StrEnum):
    """What is counted: requests by what they ask, and messages of streams by what they tell."""

    SUBMIT = "submit"
    CANCEL = "cancel"
    AMEND = "amend"
    FIND = "find"
    OPEN_ORDERS = "open_orders"
    ENDED_ORDERS = "ended_orders"
    FILLS = "fills"
    BALANCES = "balances"
    POSITIONS = "positions"
    FUNDING = "funding"
    QUOTE = "quote"
    CANDLES = "candles"
    TIME = "time"
    INSTRUMENTS = "instruments"
    PERMISSIONS = "permissions"
    LEVERAGE = "leverage"
    USER_STREAM = "user_stream"
    CANDLE_STREAM = "candle_stream"


CHANGING = (Call.SUBMIT, Call.CANCEL, Call.AMEND, Call.LEVERAGE)
STREAMS = (Call.USER_STREAM, Call.CANDLE_STREAM)


class Hook(StrEnum):
    BEFORE_ACCEPT = "before_accept"
    AFTER_ACCEPT = "after_accept"
    BEFORE_RESPONSE = "before_response"
    AFTER_RESPONSE = "after_response"
    MESSAGE = "message"
    """Of a stream."""


class Action(StrEnum):
    """What goes wrong; in brackets what its value says."""

    DELAY = "delay"
    """[seconds] It takes that much longer."""
    DROP = "drop"
    """No answer ever; a message is lost."""
    CUT = "cut"
    """The connection breaks."""
    REFUSE = "refuse"
    """No connection: nothing was sent."""
    ERROR = "error"
    """[429, 418, 5xx, -1021, -1006, -1007] That answer, or that HTTP status; [would_trigger, no_funds …] that refusal,
    in the venue's own code."""
    HTML = "html"
    """A page instead of an answer, with status 200."""
    CUT_BODY = "cut_body"
    """The connection breaks within the answer."""
    NO_ID = "no_id"
    """The answer names no order."""
    CRASH = "crash"
    """The client dies."""
    OMIT = "omit"
    """[symbol] The answer leaves that symbol (or all) out."""
    HIDDEN_FILL = "hidden_fill"
    """[part] That part of the rest of the order trades without a word of the stream."""
    LATE_FILL = "late_fill"
    """[seconds] Half of what the order did not fill trades that much later, whatever became of the order."""
    OVERFILL = "overfill"
    """[part] The order trades that part of its quantity beyond all that it asked for."""
    DUPLICATE = "duplicate"
    """The message comes twice."""
    REORDER = "reorder"
    """The message comes after the next one."""
    STALE = "stale"
    """The message before comes once more, after this one."""
    BREAK = "break"
    """[seconds] The stream breaks and is back after that time; what happens meanwhile is never told."""
    SILENCE = "silence"
    """[seconds] Nothing is told for that time, and nothing says so."""
    REVISE = "revise"
    """[factor] Prices of the candle are multiplied by it (`nan` makes them no numbers)."""


@dataclass(frozen=True, slots=True)
class Fault:
    call: Call
    first: int
    last: int | None
    hook: Hook
    action: Action
    value: str = ""

    def __str__(self) -> str:
        which = str(self.first) if self.last == self.first else f"{self.first}..{self.last or ''}"
        return f"{self.call} {which} {self.hook} {self.action} {self.value}".rstrip()

    def number(self, default: float) -> float:
        return float(self.value) if self.value else default

    def strikes(self, nth: int) -> bool:
        return self.first <= nth and (self.last is None or nth <= self.last)


def at(call: Call, nth: int, hook: Hook, action: Action, value: object = "", last: int | None = -1) -> Fault:
    """The fault of the `nth` call (from 1); `last` None: of all from there on."""
    return Fault(call, nth, nth if last == -1 else last, hook, action, str(value))


class Schedule(Protocol):
    def of(self, call: Call, nth: int) -> Iterable[Fault]:
        """The faults of the nth call of a kind. Pure."""


@dataclass(frozen=True, slots=True)
class Written:
    """A schedule that is written down."""

    faults: tuple[Fault, ...] = ()
    _of: dict[Call, list[Fault]] = field(init=False, repr=False, compare=False, default_factory=dict)
    """Those of each kind of call: a long rehearsal asks for them millions of times."""

    def __post_init__(self) -> None:
        for fault in self.faults:
            self._of.setdefault(fault.call, []).append(fault)

    def of(self, call: Call, nth: int) -> Iterable[Fault]:
        return [fault for fault in self._of.get(call, ()) if fault.strikes(nth)]

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


_LINE = re.compile(r"(\w+)\s+([1-9]\d{0,8})(\.\.([1-9]\d{0,8})?)?\s+(\w+)\s+(\w+)(?:\s+(\S+))?")
NUMBERED = frozenset({Action.DELAY, Action.HIDDEN_FILL, Action.LATE_FILL, Action.OVERFILL, Action.BREAK, Action.SILENCE,
                      Action.REVISE})  # fmt: skip


def parse(text: str) -> Written:
    """Lines of faults; empty ones and those that begin with `#` say nothing. Raises ValueError with the line."""
    return Written(
        tuple(_fault(line) for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    )


def _fault(line: str) -> Fault:
    match = _LINE.fullmatch(line.strip())
    if match is None:
        raise ValueError(f"`{line.strip()}`: no fault; write `submit 3 after_accept error -1006`")
    call, first, span, last, hook, action, value = match.groups()
    try:
        upto = int(last) if last else (None if span else int(first))
        fault = Fault(_one_of(Call, call), int(first), upto, _one_of(Hook, hook), _one_of(Action, action), value or "")
        if fault.action in NUMBERED:
            fault.number(0)
    except ValueError as error:
        raise ValueError(f"`{line.strip()}`: {error}") from None
    if (fault.hook is Hook.MESSAGE) != (fault.call in STREAMS):
        raise ValueError(f"`{line.strip()}`: `message` is the hook of streams, and of streams alone")
    return fault


def _one_of(kind: type[E], name: str) -> E:
    if name not in list(kind):
        raise ValueError(f"no {kind.__name__.lower()} is called {name}; there are {', '.join(kind)}")
    return kind(name)


_Choices = tuple[tuple[Action, str], ...]
_ANSWERS: _Choices = ((Action.DROP, ""), (Action.CUT, ""), (Action.ERROR, "503"), (Action.ERROR, "504"),
            (Action.ERROR, "-1007"), (Action.ERROR, "-1006"), (Action.HTML, ""), (Action.CUT_BODY, ""))  # fmt: skip
_PALETTE: Mapping[tuple[bool, Hook], _Choices] = {
    (True, Hook.BEFORE_ACCEPT): (
        (Action.REFUSE, ""), (Action.DELAY, "2"), (Action.DELAY, "20"), (Action.DROP, ""), (Action.CUT, ""),
        (Action.ERROR, "429"), (Action.ERROR, "-1021"), (Action.ERROR, "503"), (Action.ERROR, "500"),
        (Action.HIDDEN_FILL, "0.5"),
    ),
    (True, Hook.AFTER_ACCEPT): (*_ANSWERS, (Action.DELAY, "3"), (Action.NO_ID, ""), (Action.LATE_FILL, "2")),
    (False, Hook.BEFORE_ACCEPT): ((Action.REFUSE, ""), (Action.DELAY, "2"), *_ANSWERS, (Action.ERROR, "429")),
    (False, Hook.BEFORE_RESPONSE): ((Action.DELAY, "3"), (Action.DROP, ""), (Action.CUT_BODY, "")),
}  # fmt: skip
_MESSAGES: _Choices = ((Action.DROP, ""), (Action.DELAY, "2"), (Action.DUPLICATE, ""), (Action.REORDER, ""),
             (Action.STALE, ""), (Action.BREAK, "5"), (Action.SILENCE, "5"))  # fmt: skip


_ONLY = {Action.NO_ID: Call.SUBMIT, Action.HIDDEN_FILL: Call.CANCEL}
"""What makes sense with one kind of call alone."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A schedule drawn from a seed: each of `calls` fails with a probability of `rate`, whatever else was called."""

    seed: int
    rate: float
    calls: frozenset[Call] = frozenset(Call)

    def of(self, call: Call, nth: int) -> Iterable[Fault]:
        if call not in self.calls:
            return ()
        draw = random.Random(f"{self.seed} {call} {nth}")
        if draw.random() >= self.rate:
            return ()
        if call in STREAMS:
            hook, choices = Hook.MESSAGE, _MESSAGES
        else:
            hook = draw.choice([hook for changing, hook in _PALETTE if changing is (call in CHANGING)])
            choices = _PALETTE[call in CHANGING, hook]
        action, value = draw.choice(choices)
        if call is not _ONLY.get(action, call):
            action, value = Action.CUT, ""
        return (Fault(call, nth, nth, hook, action, value),)

    def __str__(self) -> str:
        return f"drawn from seed {self.seed} at a rate of {self.rate:g}"


def drawn(seed: int, rate: float, calls: Iterable[Call] = tuple(Call)) -> Drawn:
    return Drawn(seed, rate, frozenset(calls))


class CrashError(BaseException):
    """The client died here: nothing of it runs on."""


def crash() -> None:
    raise CrashError("a fault killed the client")


class Faults:
    """Counts calls and says what strikes each. `on_crash` kills the client (by default it raises CrashError)."""

    def __init__(self, schedule: Schedule | None = None, on_crash: Callable[[], None] = crash) -> None:
        self.schedule: Schedule = schedule or Written()
        self.on_crash = on_crash
        self.counts: Counter[Call] = Counter()
        self.struck: list[Fault] = []

    def next(self, call: Call) -> tuple[Fault, ...]:
        """Count a call; its faults."""
        self.counts[call] += 1
        nth = self.counts[call]
        found = tuple(self.schedule.of(call, nth))
        self.struck += [Fault(call, nth, nth, fault.hook, fault.action, fault.value) for fault in found]
        return found

    def replay(self) -> Written:
        """What struck, as a schedule that does it again."""
        return Written(tuple(self.struck))
