"""Written conditions in, warnings out about those that come out the same on every candle, at the smallest place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from ...diagnostics.diagnostic import Span
from ...diagnostics.report import Report
from ...market.timeframe import UNITS, Timeframe
from ..expression.tree import Path, Window
from ..term import Op
from .leaves import Leaves
from .reading import Listed, Reading, Statement, Written, lowered
from .truth import Truth
from .warm_up import MANY, WarmUp
from .words import Words

NEVER, ALWAYS, TWICE, ONE_CANDLE, LONG = "SR404", "SR419", "SR450", "SR451", "SR460"


PAIRED = 40
"""Conditions of one list that are looked at in pairs; among more only the whole list is told."""


class Conditions:
    """Looks at each condition once, wherever it is used."""

    def __init__(self, reading: Reading, own: Timeframe, report: Report) -> None:
        self._reading = reading
        self._own = own
        self._report = report
        self._leaves = Leaves(report)
        self._warm_up = WarmUp(own)
        self._slowest: tuple[int, Written | None] = (MANY, None)
        self._seen: set[tuple[int, int, int]] = set()

    def check(self, rule: Statement, truth: Truth) -> None:
        stack = [rule]
        while stack:
            statement = stack.pop()
            if isinstance(statement, Written):
                place = (id(statement.text), statement.tree.start, statement.tree.end)
                if place in self._seen:
                    continue
                self._seen.add(place)
            parts = self._reading.parts(statement)
            stack += reversed(parts)
            self._judge(statement, parts, truth)
            if isinstance(statement, Written):
                self._shape(statement, parts, truth)
            self._repeated(parts)

    def _judge(self, statement: Statement, parts: Sequence[Statement], truth: Truth) -> None:
        """Report a verdict that no part of it has already."""
        if truth.never(statement.term):
            rest = _unexplained(statement, parts, truth)
            if rest is not None:
                self._never(statement, rest, truth)
        elif truth.always(statement.term) and not _explained(statement, parts, truth):
            self._always(statement, parts, truth)

    def _never(self, statement: Statement, parts: Sequence[Statement], truth: Truth) -> None:
        if not parts:
            self._leaf(NEVER, "never", statement, truth)
            return
        for a, b in combinations(parts[:PAIRED], 2):
            if not truth.possible([(a.term, True), (b.term, True)]):
                first, second = self.narrowed(a, b, truth), self.narrowed(b, a, truth)
                message = f"{shown(second)} is never true together with {shown(first)}"
                self._report.warning(NEVER, message, span(second))
                return
        self._report.warning(NEVER, f"the parts of {shown(statement)} are never all true together", span(statement))

    def _always(self, statement: Statement, parts: Sequence[Statement], truth: Truth) -> None:
        if not parts:
            self._leaf(ALWAYS, "always", statement, truth)
            return
        for a, b in combinations(parts[:PAIRED], 2):
            if not truth.possible([(a.term, False), (b.term, False)]):
                message = f"{shown(b)} is true whenever {shown(a)} is not: one of them always is"
                self._report.warning(ALWAYS, message, span(b))
                return
        self._report.warning(ALWAYS, f"one of the parts of {shown(statement)} is always true", span(statement))

    def _leaf(self, code: str, word: str, statement: Statement, truth: Truth) -> None:
        if isinstance(statement, Written):
            reason, help_ = Words(truth.relations).reason(statement)
            because = f": {reason}" if reason else ""
            self._report.warning(code, f"{statement.shown} is {word} true{because}", statement.span, help_)

    def narrowed(self, statement: Statement, other: Statement, truth: Truth) -> Statement:
        """The smallest part of `statement` that already contradicts `other`."""
        while lowered(statement.term).op is Op.AND and not _named(statement):
            inner = self._reading.parts(statement)
            found = next((p for p in inner if not truth.possible([(p.term, True), (other.term, True)])), None)
            if found is None:
                break
            statement = found
        return statement

    def _shape(self, statement: Written, parts: Sequence[Statement], truth: Truth) -> None:
        tree, term = statement.tree, lowered(statement.term)
        if isinstance(tree, Window) and term.op in (Op.FOR, Op.WITHIN) and term.params[0] == 1:
            message = f"`{tree.word}` over 1 candle changes nothing"
            help_ = "leave it out, or look over more candles"
            self._report.warning(ONE_CANDLE, message, statement.text.span(tree.count.start, tree.end), help_)
        elif not parts:
            self._leaves.check(statement, truth)
            rows = self._warm_up.of(statement.term)
            if rows > self._slowest[0]:
                self._slowest = rows, statement

    def finish(self) -> None:
        """What only all of the rules together can tell: which condition has to wait longest."""
        rows, slowest = self._slowest
        if slowest is not None:
            days = rows * self._own.ms / UNITS["d"]
            message = f"{slowest.shown} is known only after {rows:,} candles of {self._own} ({days:,.0f} days)"
            self._report.warning(LONG, message, slowest.span, "have that many candles before the first trade")

    def _repeated(self, parts: Sequence[Statement]) -> None:
        seen: dict[object, Statement] = {}
        for part in parts:
            first = seen.setdefault(part.term, part)
            if first is not part and span(first) != span(part):
                message = f"{shown(part)} says the same as {shown(first)} before it"
                self._report.warning(TWICE, message, span(part), "leave one of them out")


def _unexplained(statement: Statement, parts: Sequence[Statement], truth: Truth) -> Sequence[Statement] | None:
    """Of a condition that is never true, the parts that may be true but not together; None where there are none."""
    op = lowered(statement.term).op
    if not parts:
        return parts
    if op is Op.NOT:
        return None
    rest = [part for part in parts if not truth.never(part.term)]
    if op is Op.AND:
        return None if truth.possible([(part.term, True) for part in rest]) else rest
    return rest or None


def _explained(statement: Statement, parts: Sequence[Statement], truth: Truth) -> bool:
    """Whether a condition is always true because of a part of it alone, which is told there."""
    if lowered(statement.term).op is Op.NOT:
        return bool(parts)
    verdicts = [truth.always(part.term) for part in parts]
    return any(verdicts) if lowered(statement.term).op is Op.OR else bool(verdicts) and all(verdicts)


def _named(statement: Statement) -> bool:
    """Whether it is a definition's name: what it stands for is written elsewhere."""
    return isinstance(statement, Written) and isinstance(statement.tree, Path)


def shown(statement: Statement) -> str:
    if isinstance(statement, Written):
        return statement.shown
    return ", ".join(shown(entry) for entry in statement.entries[:4]) + (", ..." if len(statement.entries) > 4 else "")


def span(statement: Statement) -> Span:
    while isinstance(statement, Listed):
        statement = statement.entries[-1]
    return statement.span
