"""The models of `long:` and `short:`: conditions, entries, exits and further entries."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from .parts import Amount, Closed, Expression, key, one_of, ruled


class Group(Closed):
    model_config = ruled(one_of("all", "any"))
    all: Annotated[
        list[Condition] | None,
        key("True when every condition of the list is.", ["close > open", "volume > 0"], min_length=1),
    ] = None
    any: Annotated[
        list[Condition] | None,
        key("True when at least one condition of the list is.", ["rsi14 < 30", "close < lower"], min_length=1),
    ] = None


class Condition(RootModel[Expression | Annotated[list["Condition"], Field(min_length=1)] | Group]):
    pass


class Enter(Group):
    model_config = ruled(one_of("when", "all", "any"))
    when: Annotated[
        Condition | None, key("When to enter: a condition, or a list of which all must be true.", "rsi14 < 30")
    ] = None
    fire: Annotated[
        Literal["once", "every_candle"] | None,
        key("once: when the rule turns true (default). every_candle: on each candle it is true."),
    ] = None


class PartialTarget(Closed):
    at: Annotated[Expression, key("Distance from the entry to this target.", "2R", "3%")]
    close: Annotated[Amount | None, key("Share of the position to close there; all of it if left out.", "50%")] = None


class Trail(Closed):
    by: Annotated[Expression, key("Distance from the best price so far to the stop.", "2.5 * atr(14)", "3%")]
    after: Annotated[Expression | None, key("Profit from which the stop trails; at once if left out.", "1R")] = None


class Breakeven(Closed):
    after: Annotated[Expression, key("Profit from which the stop stands at the entry price.", "1R")]


class Exit(Closed):
    model_config = ruled(minProperties=1)
    when: Annotated[Condition | None, key("Close at the next open when this is true.", "rsi14 > 70")] = None
    stop: Annotated[Expression | None, key("Distance from the entry to the stop.", "3%", "2 * atr(14)")] = None
    target: Annotated[
        Expression | Annotated[list[PartialTarget], Field(min_length=1, max_length=8)] | None,
        key("Distance from the entry to the target, or a list of partial ones.", "3R", "6%"),
    ] = None
    trail: Annotated[Trail | None, key("A stop that follows the best price.", {"by": "2.5 * atr(14)"})] = None
    breakeven: Annotated[
        Breakeven | None, key("Moves the stop to the entry price after some profit.", {"after": "1R"})
    ] = None
    time: Annotated[Amount | None, key("Longest time to hold a position.", "96 candles", "12h")] = None


class Addition(Closed):
    model_config = ruled(one_of("against", "in_favour", "when"))
    against: Annotated[
        Expression | None, key("When the close has moved so far against the last entry.", "3%", "1R")
    ] = None
    in_favour: Annotated[Expression | None, key("When it has moved so far in its favour.", "1R")] = None
    when: Annotated[Condition | None, key("When this is true.", "rsi(close, 14) < 20")] = None
    size: Annotated[Amount | None, key("Size of this entry as a share of the first; the same if left out.", "50%")] = (
        None
    )


class Side(Closed):
    enter: Annotated[
        Expression | Annotated[list[Condition], Field(min_length=1)] | Enter,
        key("When to enter: a condition, a list of which all must be true, or a mapping.", "close > ema(close, 200)"),
    ]
    exit: Annotated[Exit | None, key("What closes the position.", {"stop": "3%", "target": "2R"})] = None
    add: Annotated[
        list[Addition] | None,
        key("Further entries of the same side.", [{"against": "3%", "size": "50%"}], min_length=1, max_length=8),
    ] = None
