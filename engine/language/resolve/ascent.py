"""The tree of one expression in, its term out: names, kinds, dimensions and clocks resolved on the way up.

What cannot be resolved is reported with its place and becomes None; whatever stands above it is None in silence,
so that every mistake is told once and none hides another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Protocol

from ...diagnostics.report import Report
from ...indicators import CATALOGUE
from ..across import ACROSS
from ..expression.codes import Code
from ..expression.tree import (
    Arithmetic,
    Comparison,
    Crossing,
    Junction,
    Lag,
    Negation,
    Negative,
    Node,
    Number,
    Path,
    Segment,
    Trend,
    Window,
)
from ..expression.words import CANDLE_FIELDS, POSITION, TIME
from ..scope import Scope
from ..term import Dimension, Op, Term
from ..text import Text, quoted
from . import leaves
from .across import across, refuse_clock, signature
from .algebra import Algebra, Operand
from .arguments import LAG, Given, Signature, bind
from .calls import indicator
from .leaves import Outputs, Place
from .paths import read, undefined
from .refusal import Refusal


class Definitions(Protocol):
    def outputs(self, name: str, place: Place) -> Outputs | None: ...


class Ascent:
    """Resolves the nodes of one text."""

    def __init__(self, scope: Scope, definitions: Definitions, algebra: Algebra, text: Text, report: Report) -> None:
        self._scope = scope
        self._definitions = definitions
        self._algebra = algebra
        self._text = text
        self._report = report

    def outputs(self, node: Node, place: Place) -> Outputs | None:
        """What `node` stands for, all outputs of a many-valued one."""
        try:
            if isinstance(node, Path):
                return self._path(node, place)
            term = self._term(node, place)
        except Refusal as refusal:
            self._refuse(refusal, node)
            return None
        return None if term is None else {"": term}

    def term(self, node: Node, place: Place) -> Term | None:
        """The one term `node` stands for."""
        found = self.outputs(node, place)
        if found is None:
            return None
        if len(found) > 1:
            shown = self._shown(node.start, node.end)
            message = f"`{shown}` has several outputs: {', '.join(found)}"
            self._refuse(Refusal(Code.OUTPUT, message, f"choose one: `{shown}.{next(iter(found))}`"), node)
            return None
        return next(iter(found.values()))

    def _refuse(self, refusal: Refusal, node: Node) -> None:
        refusal.at(node.start, node.end).report(self._report, self._text)

    def _operand(self, node: Node, place: Place) -> Operand | None:
        term = self.term(node, place)
        return None if term is None else Operand(term, self._shown(node.start, node.end), node.start, node.end)

    def _operands(self, nodes: Sequence[Node], place: Place) -> list[Operand] | None:
        """All of one or more, or None; every one is looked at, so that every mistake is told."""
        found = [self._operand(node, place) for node in nodes]
        known = [operand for operand in found if operand is not None]
        return known if len(known) == len(found) else None

    def _shown(self, start: int, end: int) -> str:
        return quoted(self._text.value[start : min(end, start + 200)])

    def _term(self, node: Node, place: Place) -> Term | None:
        algebra, at = self._algebra, place.clock
        match node:
            case Number(value, percent):
                return self._number(value, percent)
            case Negative(inner):
                return self._on(inner, place, lambda a: algebra.negative(a, at))
            case Arithmetic():
                return self._arithmetic(node, place)
            case Comparison(first, rest):
                operands = self._operands([first, *(inner for _, inner in rest)], place)
                if operands is None:
                    return None
                for a, b in pairwise(operands):
                    self._doubt(a, b)
                return algebra.compared(operands, [sign for sign, _ in rest], at)
            case Crossing(left, above, right):
                operands = self._operands([left, right], place.deeper)
                return None if operands is None else algebra.crossing(operands[0], operands[1], above, at)
            case Trend(inner, rising):
                return self._on(inner, place.deeper, lambda a: algebra.trend(a, rising, at))
            case Lag() | Window():
                return self._back(node, place)
            case Negation(inner):
                return self._on(inner, place, lambda a: algebra.negation(a, place.inside, at))
            case Junction(word, nodes):
                operands = self._operands(nodes, place)
                return None if operands is None else algebra.junction(word, operands, place.inside, at)
            case Path():
                raise AssertionError("a path is resolved by outputs()")

    def _doubt(self, a: Operand, b: Operand) -> None:
        """Warn where a profit is compared with a plain number that was surely meant in percent."""
        profit, number = (a, b) if a.term.op is Op.POSITION else (b, a)
        if profit.term.op is not Op.POSITION or profit.term.params != ("profit",) or number.term.op is not Op.CONSTANT:
            return
        value = float(number.term.params[0])
        if number.term.dimension is Dimension.NUMBER and abs(value) >= 1 and number.start is not None:
            place = self._text.span(number.start, number.end or len(self._text.value))
            message = f"a profit of `{number.shown}` is {value * 100:,.12g}%"
            self._report.warning("SR418", message, place, f"write `{value:g}%` if that is what you mean")

    def _on(self, node: Node, place: Place, make: Callable[[Operand], Term | None]) -> Term | None:
        operand = self._operand(node, place)
        return None if operand is None else make(operand)

    def _number(self, value: float, percent: bool) -> Term:
        if value == float("inf"):
            raise Refusal(Code.ARITHMETIC, "the number is larger than a number can be")
        return self._algebra.constant(value, Dimension.RATIO if percent else Dimension.NUMBER)

    def _arithmetic(self, node: Arithmetic, place: Place) -> Term | None:
        result = self._operand(node.first, place)
        for sign, inner in node.rest:
            operand = self._operand(inner, place)
            if result is None or operand is None:
                result = None
                continue
            try:
                term = self._algebra.arithmetic(sign, result, operand, place.clock)
            except Refusal as refusal:
                raise refusal.at(node.start, inner.end) from None
            result = Operand(term, self._shown(node.start, inner.end), node.start, inner.end)
        return None if result is None else result.term

    def _back(self, node: Lag | Window, place: Place) -> Term | None:
        """`[n]`, `for` and `within`; a wrong count does not hide what is wrong below."""
        candles = None
        try:
            candles = leaves.candles(node.count, 0 if isinstance(node, Lag) else 1, self._scope)
        except Refusal as refusal:
            refusal.report(self._report, self._text)
        operand = self._operand(node.operand, place.deeper)
        if operand is None or candles is None:
            return None
        if isinstance(node, Lag):
            return self._algebra.lagged(operand, candles, place.clock)
        return self._algebra.window(node.word, operand, candles, place.clock)

    def _path(self, path: Path, place: Place) -> Outputs | None:
        reference = read(path, place.clock, self._scope)
        head, scope = reference.head, self._scope
        inner = place.on(reference.clock)
        if head.arguments is not None:
            found = self._call(path, head, inner)
        elif head.name in scope.params:
            found = leaves.param(head.name, reference, scope, self._algebra)
        elif head.name in scope.definitions:
            found = self._definitions.outputs(head.name, inner.defined)
        elif head.name in scope.models:
            found = leaves.model(head.name, reference, scope)
        elif head.name in CANDLE_FIELDS:
            found = {"": leaves.field(head.name, inner.clock, self._algebra)}
        elif head.name in (TIME, POSITION):
            return leaves.part(reference, place, scope, self._algebra)
        else:
            raise undefined(head, scope).at(head.start, head.end)
        return found if found is None or reference.output is None else leaves.chosen(found, head.name, reference.output)

    def _call(self, path: Path, head: Segment, place: Place) -> Outputs | None:
        entry, compared = CATALOGUE.get(head.name), ACROSS.get(head.name)
        if compared is not None and place.clock != self._algebra.clocks.own:
            refuse_clock(compared, place.clock)
        if entry is None and compared is None and head.name != LAG.name:
            raise undefined(head, self._scope).at(head.start, head.start + len(head.name))
        given: list[Given] = []
        failed = False
        for argument in head.arguments or ():
            operand = self._operand(argument.value, place.deeper)
            if operand is None:
                failed = True
            else:
                given.append(Given(argument.keyword, operand, argument.start, argument.value.end))
        if failed:
            return None
        try:
            if compared is not None:
                return across(self._algebra, compared, bind(signature(compared), given), self._scope)
            if entry is None:
                bound = bind(LAG, given)
                lagged = self._algebra.lagged(bound.inputs["source"], int(bound.values[0]), place.clock)
                return {LAG.name: lagged}
            bound = bind(Signature.of(entry, head.name), given, place.clock)
            return indicator(self._algebra, entry, head.name, bound, place.clock)
        except Refusal as refusal:
            raise refusal.at(head.start, head.end) from None
