"""Turns an exit condition with position values into a postfix program and the columns it reads."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..language.term import Dimension, Op, Term, reads_position
from .book import STACK_DEPTH
from .program import Opcode

_POSITION = {
    "profit": Opcode.PROFIT, "candles": Opcode.CANDLES, "entry_price": Opcode.ENTRY_PRICE, "best": Opcode.BEST,
}  # fmt: skip
_OPERATORS = {
    Op.NEG: Opcode.NEG, Op.NOT: Opcode.NOT, Op.ADD: Opcode.ADD, Op.SUB: Opcode.SUB, Op.MUL: Opcode.MUL,
    Op.DIV: Opcode.DIV, Op.LT: Opcode.LT, Op.LE: Opcode.LE, Op.GT: Opcode.GT, Op.GE: Opcode.GE, Op.EQ: Opcode.EQ,
    Op.NE: Opcode.NE, Op.AND: Opcode.AND, Op.OR: Opcode.OR,
}  # fmt: skip


@dataclass(slots=True)
class ExitPrograms:
    """Both sides' programs; `series` and `conditions` are the terms their columns hold, numbered from 0."""

    series: list[Term] = field(default_factory=list)
    conditions: list[Term] = field(default_factory=list)

    def compile(self, when: Term | None) -> list[tuple[int, float]]:
        """The program of one side; empty where a plain column will do.

        Raises ValueError for a term that only candles can give (the language refuses those earlier).
        """
        if when is None or not reads_position(when):
            return []
        code: list[tuple[int, float]] = []
        self._emit(when, code)
        if sum(1 for op, _ in code if op < Opcode.NEG) > STACK_DEPTH:
            raise ValueError(f"the exit condition combines more than {STACK_DEPTH} values with the position")
        return code

    def _emit(self, term: Term, code: list[tuple[int, float]]) -> None:
        if term.op is Op.POSITION:
            code.append((_POSITION[str(term.params[0])], 0.0))
        elif term.op is Op.CONSTANT:
            code.append((Opcode.CONSTANT, float(term.params[0])))
        elif not reads_position(term):
            self._column(term, code)
        elif term.op not in _OPERATORS:
            raise ValueError(f"position values cannot stand inside `{term.op}`")
        else:
            self._emit(term.args[0], code)
            for arg in term.args[1:]:
                self._emit(arg, code)
                code.append((_OPERATORS[term.op], 0.0))
            if len(term.args) == 1:
                code.append((_OPERATORS[term.op], 0.0))

    def _column(self, term: Term, code: list[tuple[int, float]]) -> None:
        condition = term.dimension is Dimension.CONDITION
        known = self.conditions if condition else self.series
        if term not in known:
            known.append(term)
        code.append((Opcode.CONDITION if condition else Opcode.SERIES, float(known.index(term))))
