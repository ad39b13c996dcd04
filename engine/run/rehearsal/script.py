"""What is to go wrong in a rehearsal, one line each: faults of calls, and what happens at a time or in a state.

    submit 3 after_accept error -1006
    at 35m withdraw USDT 100
    when held after 90s crash

The first kind is `exchange/faults.py`'s. The others name an action of `happenings.py`, a time since the start, or a
state of the session and how long after it first came about.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ...exchange.faults import Call, Drawn, Fault, Schedule, Written, drawn, parse
from .words import check_fault, check_words, seconds, span


class When(StrEnum):
    """States of the session, as its ledger tells them."""

    HELD = "held"
    """It holds a position."""
    CLOSED = "closed"
    """It held one and is flat again."""
    ENTERING = "entering"
    """An entry is recorded and on its way."""
    STOPPED = "stopped"
    """A stop rests at the venue."""
    EXITING = "exiting"
    """An exit is recorded and on its way."""
    UNKNOWN = "unknown"
    """An order's fate is not known."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An action with its words, `after` seconds from the start or from the first moment of a state."""

    action: str
    words: tuple[str, ...]
    after: float
    when: When | None = None

    def __str__(self) -> str:
        length = span(self.after)
        begin = f"at {length}" if self.when is None else f"when {self.when}"
        begin += f" after {length}" if self.when is not None and self.after else ""
        return " ".join((begin, self.action, *self.words))


@dataclass(frozen=True, slots=True)
class Both:
    """Two schedules at once."""

    first: Schedule
    second: Schedule

    def of(self, call: Call, nth: int) -> Iterable[Fault]:
        return (*self.first.of(call, nth), *self.second.of(call, nth))


_NOTHING = Written()


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that is to go wrong."""

    faults: Schedule = _NOTHING
    happenings: tuple[Happening, ...] = ()

    def __str__(self) -> str:
        lines = [str(self.faults), *map(str, self.happenings)]
        return "\n".join(line for line in lines if line)


_LINE = re.compile(
    r"(?:at\s+(?P<at>\S+)|when\s+(?P<when>\w+)(?:\s+after\s+(?P<after>\S+))?)\s+(?P<action>[a-z_]+)(?P<words>(?:\s+\S+)*)"
)


def read(text: str, actions: Iterable[str]) -> Script:
    """A script from its lines; empty ones and those that begin with `#` say nothing.

    Raises ValueError that tells every line that is wrong, and why.
    """
    known = frozenset(actions)
    faults: list[Fault] = []
    happenings: list[Happening] = []
    mistakes: list[str] = []
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if not line or line.startswith("#"):
            continue
        try:
            if line.split()[0] in ("at", "when"):
                happenings.append(_happening(line, known))
            else:
                faults += _faults(line)
        except ValueError as error:
            mistakes.append(f"line {number}: `{line}`: " + str(error).removeprefix(f"`{line}`: "))
    if mistakes:
        raise ValueError("\n  ".join(mistakes if len(mistakes) == 1 else [f"{len(mistakes)} mistakes", *mistakes]))
    return Script(Written(tuple(faults)), tuple(happenings))


def _faults(line: str) -> tuple[Fault, ...]:
    found = parse(line).faults
    for fault in found:
        check_fault(fault)
    return found


def _happening(line: str, actions: frozenset[str]) -> Happening:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError("nothing that happens; write `at 35m crash` or `when held after 90s close`")
    action, when, words = match["action"], match["when"], tuple(match["words"].split())
    if action not in actions:
        raise ValueError(f"nothing is called {action}; there are {', '.join(sorted(actions))}")
    if when is not None and when not in list(When):
        raise ValueError(f"no state is called {when}; there are {', '.join(When)}")
    check_words(action, words)
    after = seconds(match["at"] or match["after"] or "0s")
    return Happening(action, words, after, None if when is None else When(when))


LIGHT, HEAVY = 0.02, 0.12
"""Part of all calls and messages that fail."""
_STRANGE = ("crash", "close", "venue_cancels", "deposit USDT 10", "lock 20s", "maintenance 90s", "silence 90s")


def at_random(seed: int, minutes: float, rate: float, closes: float | None = None) -> Script:
    """Faults drawn from a seed; where they are heavy also deaths, strangers and a venue that is down, drawn as well:
    one for each 40 `closes` (None: of one minute)."""
    faults: Drawn = drawn(seed, rate)
    if rate < HEAVY:
        return Script(faults)
    draw = random.Random(f"{seed} happenings")
    times = sorted(draw.uniform(0, minutes * 60) for _ in range(max(1, int((closes or minutes) / 40))))
    lines = [(time, draw.choice(_STRANGE).split()) for time in times]
    return Script(faults, tuple(Happening(words[0], tuple(words[1:]), round(time, 1)) for time, words in lines))
