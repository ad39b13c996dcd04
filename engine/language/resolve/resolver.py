"""Texts of expressions in, terms on the strategy's own clock out; mistakes go to the report.

1. parse: text -> tree (the expression room).
2. prepare: the definitions a tree needs are resolved first, each once per clock (definitions).
3. ascend: names, calls, dimensions and clocks from the leaves upwards (ascent, paths, calls, algebra, lifting).
4. lift: the result stands on the strategy's own clock.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnostics.report import Report
from ..expression.codes import Code
from ..expression.parse import parse
from ..expression.tree import Node
from ..expression.units import written
from ..scope import Scope, Value
from ..strategy import Distance, Duration
from ..term import Clock, Dimension, Op, Term, Terms
from ..text import Text, quoted
from .across import comparable
from .algebra import Algebra, Operand, condition, number
from .ascent import Ascent
from .definitions import Definitions, needs
from .leaves import Outputs, Place
from .quantities import Quantities
from .refusal import Refusal


class Resolver:
    """Resolves the expressions of one strategy; None always means that diagnostics were added to `report`.

    A constant stands on every clock and is given as it is; every other result stands on the strategy's own.
    """

    def __init__(self, scope: Scope, report: Report, terms: Terms | None = None) -> None:
        self._scope = scope
        self._report = report
        self._own = Clock("", scope.timeframe)
        self._algebra = Algebra(terms if terms is not None else Terms(), self._own)
        self._definitions = Definitions(scope, self._algebra, report)
        self._quantities = Quantities(scope, report)

    def condition(self, text: Text, *, position: bool = False) -> Term | None:
        """A condition; `position` allows `position.*` (in `exit: when:` only)."""
        found = self._one(text, position)
        try:
            return None if found is None else condition(found)
        except Refusal as refusal:
            self._refuse(refusal, text)
            return None

    def series(self, text: Text) -> Term | None:
        """A number on every candle."""
        found = self._one(text)
        try:
            return None if found is None else number(found)
        except Refusal as refusal:
            self._refuse(refusal, text)
            return None

    def ranked(self, text: Text) -> Term | None:
        """A number that differs from symbol to symbol."""
        found = self._one(text)
        try:
            return None if found is None else comparable(number(found), found, "roc(close, 90)")
        except Refusal as refusal:
            self._refuse(refusal, text)
            return None

    def value(self, text: Text) -> dict[str, Term] | None:
        """Anything: `{"": term}`, or one term per output of a many-valued indicator."""
        found = self._outputs(text)
        if found is None:
            return None
        if len(found) == 1:
            return {"": self._algebra.lift(next(iter(found.values())))}
        return {name: self._algebra.lift(term) for name, term in found.items()}

    def distance(self, text: Text, *, r: bool = False) -> Distance | None:
        """`3%`, `2 * atr(14)`, a param; `2R` where `r` is allowed."""
        try:
            value = self._quantities.value(text)
            if value is not None:
                return self._fixed(value, r)
            found = self._one(text)
            return None if found is None else Distance(term=self._price(found))
        except Refusal as refusal:
            self._refuse(refusal, text)
            return None

    def _fixed(self, value: Value, r: bool) -> Distance:
        help_ = "write a ratio such as `3%` or a price distance such as `2 * atr(14)`" + (", or `2R`" if r else "")
        if value.unit == "R" and not r:
            raise Refusal(Code.DISTANCE, f"{written(value)} is measured by the stop and cannot stand here", help_)
        if value.unit not in ("R", "%"):
            raise Refusal(Code.DISTANCE, f"{written(value)} is not a distance", help_)
        if value.number <= 0:
            raise Refusal(Code.DISTANCE, f"a distance is above zero, got {written(value)}", help_)
        if value.unit == "R":
            return Distance(r=value.number)
        ratio = self._algebra.constant(value.number, Dimension.RATIO)
        return Distance(term=self._price(Operand(ratio, written(value))))

    def _price(self, found: Operand) -> Term:
        """A price distance on the strategy's clock. Raises Refusal."""
        algebra = self._algebra
        term = algebra.lift(number(found))
        if term.op is Op.CONSTANT and float(term.params[0]) <= 0:
            raise Refusal(
                Code.DISTANCE, f"a distance is above zero, got `{found.shown}`", "write `3%` or `2 * atr(14)`"
            )
        if term.dimension is Dimension.RATIO:
            close = algebra.make(Op.FIELD, (), ("close",), self._own, Dimension.PRICE)
            return algebra.make(Op.MUL, (term, close), (), self._own, Dimension.PRICE)
        if term.dimension is not Dimension.PRICE:
            message = f"`{found.shown}` is {algebra.measure(term)}; a distance is a price or a ratio"
            raise Refusal(Code.DISTANCE, message, "write `3%` or `2 * atr(14)`")
        return term

    def duration(self, text: Text) -> Duration | None:
        """`96 candles`, `12h`, or a param with such a unit."""
        return self._quantities.duration(text)

    def candles(self, text: Text, help_: str) -> Duration | None:
        """The same where only candles will do, which `help_` says; a length of time is still given back."""
        return self._quantities.duration(text, help_)

    def percent(self, text: Text) -> float | None:
        """`0.75%` or a param in percent, as a ratio."""
        return self._quantities.percent(text)

    def ratio(self, text: Text) -> float | None:
        """The same, which may be zero or less."""
        return self._quantities.percent(text, positive=False)

    def trades(self, text: Text) -> int | None:
        """`50 trades`, or a param without a unit."""
        return self._quantities.trades(text)

    def amount(self, text: Text, quote: str) -> float | None:
        """`100 USDT` in the quote currency."""
        return self._quantities.amount(text, quote)

    def quantity(self, text: Text) -> float | None:
        """A plain number of base units, or a param without a unit."""
        return self._quantities.quantity(text)

    def definitions(self) -> dict[str, Term]:
        """Every definition that could be resolved, by name (`name.output` for each output of a many-valued one)."""
        names = self._scope.definitions
        place = Place(self._own)
        self._definitions.prepare((name, place) for name in names)
        terms = {}
        for name in names:
            found = self._definitions.outputs(name, place) or {}
            for output, term in found.items():
                terms[name if len(found) == 1 else f"{name}.{output}"] = self._algebra.lift(term)
        return terms

    def all_of(self, conditions: Sequence[Term]) -> Term:
        """True when all of one or more conditions are."""
        return self._joined("and", conditions)

    def any_of(self, conditions: Sequence[Term]) -> Term:
        """True when any of one or more conditions is."""
        return self._joined("or", conditions)

    def _joined(self, word: str, conditions: Sequence[Term]) -> Term:
        if len(conditions) == 1:
            return self._algebra.lift(conditions[0])
        return self._algebra.junction(word, [Operand(c, "") for c in conditions], False, self._own)

    def _one(self, text: Text, position: bool = False) -> Operand | None:
        """The one term `text` stands for, lifted."""
        tree = parse(text, self._report)
        if tree is None:
            return None
        term = self._ascent(text, tree, position).term(tree, Place(self._own, position=position))
        return None if term is None else Operand(self._algebra.lift(term), quoted(text.value), tree.start, tree.end)

    def _outputs(self, text: Text) -> Outputs | None:
        tree = parse(text, self._report)
        return None if tree is None else self._ascent(text, tree, False).outputs(tree, Place(self._own))

    def _ascent(self, text: Text, tree: Node, position: bool) -> Ascent:
        self._definitions.prepare(needs(tree, Place(self._own, position=position), self._scope))
        return Ascent(self._scope, self._definitions, self._algebra, text, self._report)

    def _refuse(self, refusal: Refusal, text: Text) -> None:
        refusal.report(self._report, text)
