"""Codes of decisions, exits and alerts as one table: what each means, when it comes, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from ..trading.codes import EXPLANATIONS, LIVE_ONLY, Decision
from ..trading.trades import ExitReason
from .alert_words import ALERTS
from .outcome_words import EXIT_MENDS, EXITS, MENDS, NOTHING

PAGE = "docs/reference/decisions.md"


@dataclass(frozen=True, slots=True)
class Told:
    """`kind`: decision, exit reason or alert; `when`: where it is met; `mend`: what to do."""

    code: str
    kind: str
    meaning: str
    when: str
    mend: str


def told(name: str) -> tuple[Told, ...]:
    """All that a name stands for, whatever its case; empty where it is no code."""
    return tuple(one for one in _all() if one.code.upper() == name.upper())


def names() -> list[str]:
    """Every code, as it is written in files and logs."""
    return list(dict.fromkeys(one.code for one in _all()))


def near(name: str) -> str | None:
    """The code that may have been meant."""
    known = {one.upper(): one for one in names()}
    found = get_close_matches(name.upper(), known, 1, 0.6)
    inside = [one for one in known if len(name) > 3 and name.upper() in one]
    return known[(found or inside)[0]] if found or inside else None


def as_text(one: Told) -> str:
    return f"{one.code}: {one.meaning}\n\nWhen: {one.when}\nTo do: {one.mend}\n"


def as_markdown(one: Told) -> str:
    return f"**{one.code}**: {one.meaning}\n\n- When: {one.when}\n- To do: {one.mend}\n"


def _all() -> Iterator[Told]:
    for code in Decision:
        where = "live alone" if code in LIVE_ONLY else "in back-tests, on paper and live"
        when = f"the decision on an entry signal, or on the order it became; met {where}"
        yield Told(code.name, "decision", EXPLANATIONS[code], when, MENDS[code])
    for reason, meaning in EXITS.items():
        mend = EXIT_MENDS.get(reason, NOTHING if reason is not ExitReason.OPEN else "nothing")
        yield Told(reason.name.lower(), "exit reason", meaning, "the `exit_reason` of a trade", mend)
    for name, (meaning, mend) in ALERTS.items():
        yield Told(name, "alert", meaning, "told to the operator by a live session, and by `stratrun rehearse`", mend)
