"""The typed tree of a strategy: immutable terms, equal expressions being one object.

The resolver turns text into terms (names, parameters and clocks already resolved); the graph gives every
term a kernel. A term says what it computes and on which clock, never where in the file it was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..market.timeframe import Timeframe


class Dimension(StrEnum):
    """What a series measures; unlike ones are never compared or added."""

    PRICE = "price"
    RATIO = "ratio"
    INDEX = "index"
    VOLUME = "volume"
    COUNT = "count"
    NUMBER = "number"
    """A bare literal, or arithmetic on literals only: adapts to whatever stands beside it."""
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Clock:
    """Whose candles a term runs on: `feed` is a feed's name or "" for the strategy's own symbol."""

    feed: str
    timeframe: Timeframe


class Op(StrEnum):
    """What a term does. `args` and `params` by op:

    constant: params (value,), no clock            field: params (name,) - open high low close volume hl2 hlc3 ohlc4
    time: params (part,) - hour minute weekday day; own clock   position: params (name,), no clock
    indicator: args inputs in catalogue order, params (catalogue name, output name, *parameter values)
    add sub mul div: two args; neg: one            lt le gt ge eq ne: two numeric args
    and or: two or more conditions; not: one       cross_above cross_below: two args
    rising falling: one arg                        lag: one arg, params (n,)
    for within: one condition, params (n,)         lift: one arg; from its clock to the strategy's own
    model: the high, low and close of the own clock, then the features, all on it; params (its `Spec`'s text, output,
    its `Told`'s text)
    across: no arg or one on the own clock, params (name of ACROSS, timezone or "") - compares the symbols
    """

    CONSTANT = "constant"
    FIELD = "field"
    TIME = "time"
    POSITION = "position"
    INDICATOR = "indicator"
    ADD = "add"
    SUB = "sub"
    MUL = "mul"
    DIV = "div"
    NEG = "neg"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    EQ = "eq"
    NE = "ne"
    AND = "and"
    OR = "or"
    NOT = "not"
    CROSS_ABOVE = "cross_above"
    CROSS_BELOW = "cross_below"
    RISING = "rising"
    FALLING = "falling"
    LAG = "lag"
    FOR = "for"
    WITHIN = "within"
    LIFT = "lift"
    ACROSS = "across"
    MODEL = "model"


@dataclass(frozen=True, eq=False, slots=True)
class Term:
    """One node of the tree. Make them with `Terms`, so that equal ones are one object (compared by identity)."""

    op: Op
    args: tuple[Term, ...]
    params: tuple[float | int | str, ...]
    clock: Clock | None
    dimension: Dimension

    def __repr__(self) -> str:
        inner = ", ".join([*map(repr, self.args), *map(repr, self.params)])
        at = f" @{self.clock.feed}{'.' if self.clock.feed else ''}{self.clock.timeframe}" if self.clock else ""
        return f"{self.op}({inner}){at}"


def reads_position(root: Term) -> bool:
    """Whether the position's own values take part in `root` (without recursion: terms are shared and may be deep)."""
    seen: set[Term] = set()
    stack = [root]
    while stack:
        term = stack.pop()
        if term.op is Op.POSITION:
            return True
        if term not in seen:
            seen.add(term)
            stack += term.args
    return False


class Terms:
    """Interns terms: asking twice for an equal term gives the same object."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Term] = {}

    def __len__(self) -> int:
        return len(self._known)

    def make(
        self,
        op: Op,
        args: tuple[Term, ...] = (),
        params: tuple[float | int | str, ...] = (),
        clock: Clock | None = None,
        dimension: Dimension = Dimension.NUMBER,
    ) -> Term:
        # 1 == 1.0 == True in Python: the types keep unlike parameters apart.
        key = (op, args, tuple((type(p), repr(p)) for p in params), clock, dimension)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Term(op, args, params, clock, dimension)
        return found
