"""Paths as other languages write them in, what to write here out: modules, methods, feeds that nobody declared."""

from __future__ import annotations

import re

from ..expression.codes import Code
from ..expression.habits import METHODS, MODULES, PERIODS, SHIFTS, WORDS
from ..expression.tree import Negative, Number, Segment
from ..expression.words import CANDLE_FIELDS
from .refusal import Refusal


def beginning(name: Segment, then: Segment, feed: str | None, functions: frozenset[str]) -> Refusal | None:
    """What to say of a path that begins with a name nobody knows; `feed` is a declared one that it resembles."""
    shown = then.name + ("(...)" if then.arguments is not None else "")
    if name.name in MODULES:
        return _at(name, Refusal(Code.PATH, f"`{name.name}.` is not part of the language", f"leave it out: `{shown}`"))
    if name.name in PERIODS:
        help_ = f"write `{PERIODS[name.name]}.{shown}`"
        return _at(name, Refusal(Code.TIMEFRAME, f"`{name.name}` is not a timeframe", help_))
    call = then.arguments is not None and then.name in functions
    if not call and not then.timeframe and then.name not in CANDLE_FIELDS:
        return None
    symbol = f"{name.name.upper()}/USDT" if re.fullmatch("[a-z]{3,5}", name.name) else "BTC/USDT"
    declare = f"declare it under `feeds:`, as in `{name.name}: {{symbol: {symbol}}}`"
    help_ = f"did you mean `{feed}`?" if feed else declare
    return _at(name, Refusal(Code.UNDEFINED, f"`{name.name}` is not a feed", help_))


def method(series: Segment, called: Segment, example: str | None) -> Refusal | None:
    """What to say of a call behind a series; `example` shows the function of that name, where there is one."""
    name, message = called.name, f"a series has no `.{called.name}` here"
    shown = series.name + ("(...)" if series.arguments is not None else "")
    if name not in SHIFTS:
        help_ = METHODS.get(name) or WORDS.get(name) or (f"write `{example}`" if example else None)
        return _at(called, Refusal(Code.PATH, message, help_)) if help_ else None
    count = called.arguments[0].value if called.arguments else None
    if isinstance(count, Negative):
        message, help_ = "a negative shift would look into the future", "`[1]` is one candle ago"
        return _at(called, Refusal(Code.FUTURE, message, help_))
    ago = f"{count.value:g}" if isinstance(count, Number) else "1"
    return _at(called, Refusal(Code.PATH, message, f"write `{shown}[{ago}]`"))


def _at(segment: Segment, refusal: Refusal) -> Refusal:
    return refusal.at(segment.start, segment.end)
