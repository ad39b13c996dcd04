"""The functions that compare a strategy's symbols at one close: what they take, give and say.

They run on the strategy's own candles; the graph computes them, and nothing here reads a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .term import Dimension, Op, Term


@dataclass(frozen=True, slots=True)
class Across:
    """One function. `takes`: what its one argument is (None: no argument; NUMBER: any number); `gives`: None is what it
    takes; `period`: for a function that tells the first close of one, its number since 1970 (a part of the time)."""

    name: str
    takes: Dimension | None
    gives: Dimension | None
    says: str
    """With `{}` for the argument."""
    doc: str
    period: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def compares(self) -> bool:
        """Whether it says something of the symbols beside each other."""
        return self.takes is not None

    @property
    def example(self) -> str:
        if self.takes is None:
            return f"{self.name}()"
        return f"{self.name}({'close > sma(close, 50)' if self.takes is Dimension.CONDITION else 'roc(close, 90)'})"


def _begins(period: str, part: str) -> Across:
    says = f"a new {period} has begun with this close"
    doc = f"True at the first close of a new {period} at which any symbol has a candle, in `schedule.timezone`."
    return Across(f"new_{period}", None, Dimension.CONDITION, says, doc, part)


ACROSS: Mapping[str, Across] = MappingProxyType({
    one.name: one
    for one in (
        Across(
            "rank", Dimension.NUMBER, Dimension.COUNT, "the rank of {} among the symbols",
            "1 for the symbol with the highest value at this close, 2 for the next; equal values go by the order of "
            "`symbols:`. Unknown where the value is, or where the symbol is no member.",
            low=1.0,
        ),
        Across(
            "universe_mean", Dimension.NUMBER, None, "the mean of {} over all symbols",
            "The mean of the values of all symbols that have one at this close.",
        ),
        Across(
            "universe_count", Dimension.CONDITION, Dimension.COUNT, "the number of symbols for which {}",
            "For how many symbols the condition is true at this close.",
            low=0.0,
        ),
        Across(
            "universe_share", Dimension.CONDITION, Dimension.RATIO, "the share of symbols for which {}",
            "For what share of the symbols, of which it is known, the condition is true at this close.",
            low=0.0, high=1.0,
        ),
        Across(
            "member", None, Dimension.CONDITION, "the symbol is a member of the universe",
            "True while the symbol is a member of the `universe:`; always, where none is declared.",
        ),
        _begins("day", "days"),
        _begins("week", "weeks"),
        _begins("month", "months"),
        _begins("quarter", "quarters"),
    )
})  # fmt: skip
"""By name. All are calls, so that no name of a file can clash with them."""


def compares(root: Term) -> bool:
    """Whether a term says something of the symbols beside each other."""
    stack, seen = [root], {root}
    while stack:
        term = stack.pop()
        if term.op is Op.ACROSS and ACROSS[str(term.params[0])].compares:
            return True
        fresh = [arg for arg in term.args if arg not in seen]
        seen.update(fresh)
        stack += fresh
    return False
