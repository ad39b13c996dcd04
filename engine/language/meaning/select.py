"""The `select:` block in, the rules it stands for out.

`{score: x, top: 3, every: week}` enters at `new_week() and rank(x) <= 3` and leaves at `new_week() and rank(x) > 3`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..resolve.resolver import Resolver
from ..strategy import Fire, Side
from ..structure.part import Part
from ..term import Term
from ..text import Text
from .sides import Sides


@dataclass(frozen=True, slots=True)
class Chosen:
    """The side that holds the `top` symbols by `score`."""

    side: Side
    score: Term
    top: int


def read_select(part: Part, sides: Sides, resolver: Resolver) -> Chosen | None:
    """None where there is no `select:`, or the report says why."""
    score, top = part.text("score"), part.number("top")
    exits = sides.exits(part.part("exit"))
    if score is None or top is None or part.get("every") is None:
        return None
    ranked = resolver.ranked(score)
    if ranked is None:
        return None
    place = f"rank({score.value})"
    begins = f"new_{part.string('every')}()"
    enter = resolver.condition(Text(f"{begins} and {place} <= {int(top)}"))
    leave = resolver.condition(Text(f"{begins} and {place} > {int(top)}"))
    if enter is None or leave is None:
        return None
    when = leave if exits.when is None else resolver.any_of([exits.when, leave])
    return Chosen(Side(enter, Fire.EVERY_CANDLE, replace(exits, when=when)), ranked, int(top))
