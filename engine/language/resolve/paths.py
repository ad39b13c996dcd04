"""The roles of a path's segments: `[feed.][timeframe.]name-or-call[.output]`, and words for names nobody knows."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ...indicators import CATALOGUE
from ..across import ACROSS
from ..expression.codes import Code
from ..expression.habits import COUNTED, WORDS
from ..expression.tree import Path, Segment
from ..expression.words import CANDLE_FIELDS, POSITION, POSITION_PARTS, TIME, TIME_PARTS
from ..scope import Scope
from ..term import Clock
from .arguments import LAG, Signature
from .foreign import beginning, method
from .lifting import slower
from .refusal import Refusal

FUNCTIONS = (*CATALOGUE, LAG.name, *ACROSS)
_FUNCTIONS = frozenset(FUNCTIONS)


@dataclass(frozen=True, slots=True)
class Reference:
    """A path by roles; `prefixed` tells that a feed or a timeframe was written."""

    clock: Clock
    prefixed: bool
    head: Segment
    output: Segment | None


def read(path: Path, at: Clock, scope: Scope) -> Reference:
    """The roles in `path` when it stands on clock `at`. Raises Refusal."""
    segments = list(path.segments)
    feed, timeframe = at.feed, at.timeframe
    if _is_feed(segments[0], scope):
        feed = segments.pop(0).name
        if not segments:
            raise Refusal(Code.PATH, f"`{feed}` is a feed, not a value", f"write `{feed}.close`")
    if segments[0].timeframe:
        written = segments.pop(0)
        try:
            timeframe = slower(written.name, scope.timeframe)
        except Refusal as refusal:
            raise refusal.at(written.start, written.end) from None
    if not segments:
        raise Refusal(Code.PATH, "a name is missing after the timeframe", "write `4h.close`")
    prefixed = len(segments) < len(path.segments)
    head, rest = segments[0], segments[1:]
    if rest:
        _refuse_foreign(head, rest[0], prefixed, scope)
    if head.timeframe or (prefixed and _is_feed(head, scope)):
        _refuse_order(head, prefixed)
    for segment in rest:
        if segment.timeframe:
            _refuse_order(segment, False)
    if len(rest) > 1 or (rest and rest[0].arguments is not None):
        extra = rest[0] if rest[0].arguments is not None else rest[1]
        message = f"`.{extra.name}` does not belong here: a path ends with a name or a call and at most one output"
        raise Refusal(Code.PATH, message, "write `feed.timeframe.name.output`", extra.start, extra.end)
    return Reference(Clock(feed, timeframe), prefixed, head, rest[0] if rest else None)


def _refuse_foreign(head: Segment, then: Segment, prefixed: bool, scope: Scope) -> None:
    """Paths as other languages write them; what the file or the language knows by name is none."""
    named = (scope.definitions, scope.models, scope.params, CANDLE_FIELDS, (TIME, POSITION))
    known = any(head.name in names for names in named)
    refusal = None
    if known or head.arguments is not None:
        if then.arguments is not None:
            refusal = method(head, then, _example(then.name) if then.name in FUNCTIONS else None)
    elif not head.timeframe and not prefixed and not _is_feed(head, scope):
        refusal = beginning(head, then, _nearest(head.name, scope.feeds), _FUNCTIONS)
    if refusal is not None:
        raise refusal


def _is_feed(segment: Segment, scope: Scope) -> bool:
    return segment.arguments is None and segment.name in scope.feeds


def _refuse_order(segment: Segment, second: bool) -> None:
    message = f"`{segment.name}` stands in the wrong place" + (" or is one too many" if second else "")
    help_ = "first the feed, then the timeframe, then the name: `btc.4h.close`"
    raise Refusal(Code.PATH, message, help_, segment.start, segment.end)


def undefined(head: Segment, scope: Scope) -> Refusal:
    """The refusal of a name that nothing is called."""
    name = head.name
    if head.arguments is not None:
        return _not_a_function(name, scope)
    named = (*scope.definitions, *scope.models, *scope.params, *scope.feeds, *CANDLE_FIELDS, TIME, POSITION)
    message = f"`{name}` is not defined"
    if name in ACROSS:
        return Refusal(Code.CALL, f"`{name}` is a function: it needs parentheses", f"write `{_example(name)}`")
    if name in FUNCTIONS:
        return Refusal(Code.CALL, f"`{name}` is an indicator: it needs parentheses", f"write `{_example(name)}`")
    for whole, parts in ((TIME, TIME_PARTS), (POSITION, POSITION_PARTS)):
        if name in parts:
            return Refusal(Code.UNDEFINED, message, f"write `{whole}.{name}`")
    if name in WORDS and WORDS[name] is not COUNTED:
        return Refusal(Code.UNDEFINED, message, WORDS[name])
    near = _nearest(name, named)
    joined = re.fullmatch(r"([a-z_]+?)_?(\d+)", name)
    if near is not None:
        help_ = f"did you mean `{near}`?"
    elif joined and joined[1] in FUNCTIONS:
        help_ = f"declare it under `indicators:`, as in `{name}: {_example(joined[1], joined[2])}`"
    elif (function := _nearest(name, FUNCTIONS)) is not None:
        help_ = f"did you mean `{_example(function)}`?"
    else:
        help_ = "declare it under `indicators:` or `params:`"
    return Refusal(Code.UNDEFINED, message, help_)


def undefined_param(name: str, scope: Scope) -> Refusal:
    """The refusal of a name where only a param may stand."""
    message = f"`{name}` is not a param"
    if name in scope.definitions or name in CANDLE_FIELDS:
        return Refusal(
            Code.UNDEFINED, message, "write a number or a param: what changes from candle to candle is neither"
        )
    near = _nearest(name, scope.params)
    return Refusal(Code.UNDEFINED, message, f"did you mean `{near}`?" if near else "declare it under `params:`")


def _not_a_function(name: str, scope: Scope) -> Refusal:
    kinds: tuple[tuple[Iterable[str], str], ...] = (
        (scope.definitions, "a definition"),
        (scope.models, "a model"),
        (scope.params, "a param"),
        (scope.feeds, "a feed"),
        (CANDLE_FIELDS, "a candle field"),
    )
    for names, kind in kinds:
        if name in names:
            return Refusal(Code.CALL, f"`{name}` is {kind} and takes no arguments", f"write `{name}`")
    near = _nearest(name, FUNCTIONS)
    help_ = WORDS.get(name) or (
        f"did you mean `{_example(near)}`?" if near else "`stratrun indicators` lists all that exist"
    )
    return Refusal(Code.UNDEFINED, f"there is no indicator `{name}`", help_)


def _nearest(name: str, candidates: Iterable[str]) -> str | None:
    if len(name) < 3:
        return None
    return next(iter(difflib.get_close_matches(name, list(candidates), 1, 0.65)), None)


def _example(name: str, length: str | None = None) -> str:
    if name in ACROSS:
        return ACROSS[name].example
    example = (LAG if name == LAG.name else Signature.of(CATALOGUE[name], name)).example
    return re.sub(r"\d+(?=[,)])", length, example, count=1) if length else example
