"""Every distance of a strategy in, warnings out about those that are as large as a price: an author wrote the level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...diagnostics.report import Report
from ..expression.parse import tree_in
from ..expression.tree import Path
from ..expression.units import is_name, read_value
from ..strategy import Distance, Side, Strategy
from ..structure.part import Part
from ..term import Op, Term
from ..text import Text, quoted
from .relations import factored
from .rest import Rest

A_PRICE, NEVER_ACTS = "SR468", "SR454"
MOST = 0.5
"""Of the price: nobody's distance is larger, but a gain that a percentage says in plain words."""
NEAR = 0.75
"""Of the price: from here on it is clear which level was meant."""
FORMS = "write how far away: `3%`, `2 * atr(14)`, or a difference such as `close - lowest(low, 10)`"
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class _Stated:
    """A distance of the file: `up` whether it is counted upwards from the price (None: either way), `gain` whether it
    is a way to go in the position's favour."""

    part: Part
    key: str
    shown: str
    distance: Distance | None
    up: bool | None
    gain: bool = False


def check_distances(root: Part, strategy: Strategy, report: Report) -> None:
    rest = Rest()
    for stated in _all(root, strategy):
        text = stated.part.text(stated.key)
        term = None if stated.distance is None else stated.distance.term
        if text is None or term is None:
            continue
        share = rest.of(term)
        if share is None or share <= MOST + _ROUNDING:
            continue
        if _percentage(text, strategy):
            _far(stated, share, report)
        else:
            told = f"`{quoted(text.value)}` is about {share * 100:,.4g}% of the price"
            message = f"{told}, but {stated.shown} is a distance, not a price"
            report.warning(A_PRICE, message, stated.part.span(stated.key), _meant(text, term, share, stated.up))


def _far(stated: _Stated, share: float, report: Report) -> None:
    """A percentage says what it means, so a gain may be any."""
    span, away = stated.part.span(stated.key), f"{share * 100:,.6g}%"
    if stated.up is False and share >= 1.0 and stated.key in ("stop", "target", "at"):
        side = "short" if stated.gain else "long"
        key = "stop" if stated.key == "stop" else "target"
        message = f"the {key} of a {side} {away} below the entry is never reached: prices stay above 0"
        report.warning(NEVER_ACTS, message, span, "write a nearer one")
    elif not (stated.gain and stated.up):
        message = f"{stated.shown} lies {away} of the price away, more than half of it"
        help_ = f"write how far away: did you mean `{_percent(1.0 - share)}`?" if NEAR <= share < 1.0 else FORMS
        report.warning(A_PRICE, message, span, help_)


def _meant(text: Text, term: Term, share: float, up: bool | None) -> str:
    """The distance from the close to the level that was written."""
    factor, base = factored(term)
    if base.op is Op.FIELD:
        away = abs(factor - 1.0)
        near = _ROUNDING < away <= 1.0 - NEAR
        return f"write how far away: did you mean `{_percent(away)}`?" if near else FORMS
    if up is None or abs(share - 1.0) > 1.0 - NEAR:
        return FORMS
    level = " ".join(text.value.split())
    level = level if isinstance(tree_in(text.value), Path) else f"({level})"
    return f"write how far away: `{f'{level} - close' if up else f'close - {level}'}`"


def _percent(share: float) -> str:
    return f"{share * 100:.6g}%"


def _percentage(text: Text, strategy: Strategy) -> bool:
    """Whether it was written as one, or is a param that was."""
    found = read_value(text.value)
    name = text.value.strip()
    if found is None and is_name(name) and name in strategy.params:
        return strategy.params[name].unit == "%"
    return found is not None and found.unit == "%"


def _all(root: Part, strategy: Strategy) -> Iterator[_Stated]:
    for name, side in (("long", strategy.long), ("short", strategy.short)):
        if side is not None:
            yield from _of(root.part("select" if "select" in root else name), side, name == "long")
    orders = root.part("orders")
    yield _Stated(orders, "offset", "`orders.offset`", strategy.orders.offset, None)
    yield _Stated(orders, "limit", "`orders.limit`", strategy.orders.limit, None)
    if strategy.size.measure is not None:
        atr = root.part("size").part("atr")
        yield _Stated(atr, "distance", "`size.atr.distance`", Distance(strategy.size.measure), None)


def _of(part: Part, side: Side, long: bool) -> Iterator[_Stated]:
    exits, inside = side.exit, part.part("exit")
    trail = inside.part("trail")
    yield _Stated(inside, "stop", "`stop`", exits.stop, not long)
    yield _Stated(inside, "target", "`target`", exits.target, long, True)
    for rung, partial in zip(inside.listed("target"), exits.ladder, strict=False):
        yield _Stated(rung, "at", "a target's `at`", partial.at, long, True)
    if exits.trail is not None:
        yield _Stated(trail, "by", "`trail.by`", exits.trail.by, not long)
        yield _Stated(trail, "after", "`trail.after`", exits.trail.after, long, True)
    yield _Stated(inside.part("breakeven"), "after", "`breakeven.after`", exits.breakeven, long, True)
    for entry, addition in zip(part.listed("add"), side.add, strict=False):
        yield _Stated(entry, "against", "`against`", addition.against, not long)
        yield _Stated(entry, "in_favour", "`in_favour`", addition.in_favour, long, True)
