"""A resolved strategy in, its explanation in plain English out: sections of sentences.

Every sentence is made from the resolved values alone, so it says what will happen and not what the file looks like.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnostics.diagnostic import InputError
from ..language.strategy import Distance, Duration, Exit, Fire, Market, Opposite, Side, Strategy
from ..language.term import Op, Term
from ..trading.wiring import wire
from .expression import expression_of, number_of
from .hours import hours_words
from .model_words import model_lines
from .money import money_lines, share_text
from .values import length_of, span_text
from .words import too_deep, words_for

_GROUPS = {Op.AND: "all of these:", Op.OR: "at least one of these:"}
_DENIED = {Op.AND: "not all of these:", Op.OR: "none of these:"}
MOST_TOLD = 20
"""Members whose spans are told one by one."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and what stands below it."""

    text: str
    parts: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    lines: tuple[Line, ...]


def story(strategy: Strategy) -> list[Section]:
    """The explanation, section by section."""
    teller = _Teller(strategy)
    found = [("What it trades", teller.market()), ("What its models learn", teller.models())]
    found += [("When it may enter at all", teller.allowed())]
    for name, side in (("long", strategy.long), ("short", strategy.short)):
        if side is not None:
            found.append((f"When it enters {name}", teller.entry(name, side)))
            found.append((f"When it leaves a {name} position", teller.exit(name, side.exit)))
    found += [
        ("Signals while a position is open", teller.opposite()),
        ("How much it trades", (Line(text) for text in money_lines(strategy))),
        ("What it must see first", teller.warm_up()),
    ]
    sections = [Section(title, tuple(lines)) for title, lines in found]
    return [section for section in sections if section.lines]


class _Teller:
    def __init__(self, strategy: Strategy) -> None:
        self._strategy = strategy
        self._words = words_for(strategy)
        self._names = {term: name for name, term in strategy.definitions.items()}

    def market(self) -> Iterator[Line]:
        strategy = self._strategy
        kind = "spot markets" if strategy.market is Market.SPOT else "perpetual contracts"
        sides = " and ".join(name for name in ("long", "short") if getattr(strategy, name) is not None)
        yield Line(f"{', '.join(strategy.symbols)} on {strategy.timeframe} candles, {kind}, {sides}.")
        for name, symbol in strategy.feeds.items():
            yield Line(f"It also reads the candles of {symbol}, called `{name}`; it does not trade them for that.")

        for symbol, spans in list(strategy.members.items())[:MOST_TOLD]:
            yield Line(f"{symbol} takes part {', '.join(map(span_text, spans))}.")
        if len(strategy.members) > MOST_TOLD:
            yield Line(f"{len(strategy.members) - MOST_TOLD} further symbols have spans of their own.")

    def models(self) -> Iterator[Line]:
        return map(Line, model_lines(self._strategy))

    def allowed(self) -> Iterator[Line]:
        strategy = self._strategy
        if strategy.filters is not None:
            yield self._condition("Every entry, long or short, needs", strategy.filters, " ")
        if strategy.schedule is not None:
            yield Line(f"Entries only at closes within {hours_words(strategy.hours)} ({strategy.timezone}).")
        if strategy.gaps is not None:
            most = length_of(Duration(candles=strategy.gaps.max))
            yield Line(f"No entry on a candle that follows a gap of more than {most}.")
        if strategy.priority is not None:
            score = self._words.series(strategy.priority)
            yield Line(f"When several symbols ask at once, the one where {score} is highest goes first.")

    def entry(self, name: str, side: Side) -> Iterator[Line]:
        if side.fire is Fire.ONCE:
            start = f"At the close of the candle on which this turns true, it signals to enter {name}"
        else:
            start = f"At the close of every candle on which this is true, it signals to enter {name}"
        yield self._condition(start, side.enter)
        yield Line("What is not known yet never counts as true.")
        for number, more in enumerate(side.add, 1):
            share = share_text(more.share)
            if more.when is not None:
                start = f"Addition {number}, of {share} of the first entry's quantity, needs"
                yield self._condition(start, more.when, " ")
            else:
                by = more.against or more.in_favour or Distance()
                way = "below" if (more.against is not None) == (name == "long") else "above"
                yield Line(f"Addition {number}, of {share} of the first entry's quantity, once the close is "
                           f"{self._words.distance(by)} {way} the last entry.")  # fmt: skip

    def exit(self, name: str, out: Exit) -> Iterator[Line]:
        beyond = "below" if name == "long" else "above"
        if out.stop is not None:
            yield Line(f"Stop: {self._distance(out.stop)} {beyond} the entry, fixed when the entry is decided; that "
                       "distance is 1R.")  # fmt: skip
        if out.trail is not None:
            after = f", once it is {self._distance(out.trail.after)} ahead" if out.trail.after else " from the start"
            yield Line(
                f"Trailing stop: {self._distance(out.trail.by)} behind the best price{after}; it never moves back."
            )
        if out.stop is None and out.trail is not None and out.trail.after is None:
            yield Line("The trailing distance at the entry is 1R.")
        if out.breakeven is not None:
            yield Line(f"Once it is {self._distance(out.breakeven)} ahead, the stop moves to the entry price.")
        if out.target is not None:
            yield Line(f"Target: {self._distance(out.target)} ahead of the entry.")
        for rung in out.ladder:
            share = "what is left" if rung.share is None else f"{share_text(rung.share)} of the position"
            yield Line(f"Target for {share}: {self._distance(rung.at)} ahead of the entry.")
        if out.when is not None:
            yield self._condition("At the next open after a close at which this is true", out.when)
        if out.time is not None:
            yield Line(f"After {_held(out.time)}, at the next open.")
        if out == Exit():
            turn = self._strategy.opposite is not Opposite.IGNORE
            yield Line("Only on an opposite signal." if turn else "Never by itself: the file declares no exit.")

    def opposite(self) -> Iterator[Line]:
        strategy = self._strategy
        yield Line("A further signal on the side that is already held "
                   + ("does nothing beyond the additions above." if self._adds() else "does nothing."))  # fmt: skip
        if strategy.rotates:
            yield Line("What leaves at a close makes room for what enters at it, and pays for it.")
        if strategy.long is None or strategy.short is None:
            return
        yield Line({
            Opposite.REVERSE: "A signal of the other side closes the position and opens the other at the same open.",
            Opposite.CLOSE: "A signal of the other side closes the position and opens nothing.",
            Opposite.IGNORE: "A signal of the other side is ignored.",
        }[strategy.opposite])  # fmt: skip
        yield Line("Long and short on one candle: neither is traded.")

    def warm_up(self) -> Iterator[Line]:
        strategy = self._strategy
        try:
            plan = wire(strategy).plan
        except InputError as error:  # a rule that the language has and the decision core does not run yet
            yield Line(f"{error.message}.")
            return
        ms = strategy.timeframe.ms
        yield Line(
            f"Its rules are known after {_candles(plan.first)} ({_days(plan.first * ms)}); nothing trades before."
        )
        if plan.settle is None:
            yield Line(f"{', '.join(plan.anchored)} depend on the first candle given: only changes of them compare.")
        else:
            span = f"{_candles(plan.settle)} of history ({_days(plan.settle * ms)})"
            yield Line(f"With {span} before the start, the values no longer depend on where the candles begin.")

    def _adds(self) -> bool:
        return any(side is not None and side.add for side in (self._strategy.long, self._strategy.short))

    def _distance(self, distance: Distance | None) -> str:
        if distance is None:
            return "nothing"
        if distance.r is not None:
            return f"{number_of(distance.r)}R"
        assert distance.term is not None
        return self._words.series(distance.term)

    def _condition(self, start: str, term: Term, joint: str = ". It takes ") -> Line:
        line = self._rule(term)
        if line.parts:
            return Line(f"{start}{joint}{line.text}", line.parts)
        return Line(f"{start}: {line.text}.")

    def _rule(self, term: Term) -> Line:
        """A condition, its joined parts below it."""
        name = f"`{self._names[term]}`: " if term in self._names else ""
        group, inner = _GROUPS, term
        if term.op is Op.NOT and term.args[0].op in _DENIED:
            group, inner = _DENIED, term.args[0]
        if too_deep(term):
            return Line(f"{name}`{expression_of(term)}`")
        if inner.op in group:
            return Line(name + group[inner.op], tuple(self._rule(arg) for arg in self._joined(inner)))
        return Line(name + self._words.clause(term))

    def _joined(self, term: Term) -> Iterator[Term]:
        """The parts of a junction with those of equal ones inside it, unless they have a name."""
        for arg in term.args:
            if arg.op is term.op and arg not in self._names:
                yield from self._joined(arg)
            else:
                yield arg


def _held(length: Duration) -> str:
    return f"{length_of(length)} in the position"


def _candles(count: int) -> str:
    return f"{count:,} candle{'' if count == 1 else 's'}"


def _days(ms: int) -> str:
    days = ms / 86_400_000
    if days >= 2:
        return f"{days:,.0f} days" if days >= 10 else f"{days:.1f} days"
    return f"{ms / 3_600_000:.3g} hours"
