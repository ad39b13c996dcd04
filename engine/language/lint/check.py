"""A sound document and its strategy in, warnings out (layer 5 of validation).

1. every rule's conditions, down to the smallest; 2. rules against each other; 3. exits; 4. pieces that change nothing.
"""

from __future__ import annotations

from ...diagnostics.report import Report
from ..interval import INFINITE
from ..strategy import Side, Strategy
from ..structure.part import Part
from ..term import Term, reads_position
from .alone import check_alone
from .bounds import Bounds
from .conditions import Conditions
from .distances import check_distances
from .entries import Entries
from .exits import Exits
from .features import check_features
from .pieces import check_pieces
from .reading import Reading, Statement
from .relations import Relations
from .sizes import check_sizes
from .steps import check_steps
from .truth import Truth


def lint(root: Part, strategy: Strategy, report: Report) -> None:
    if strategy.scope is not None:
        _Lint(root, strategy, Reading(strategy.scope), report).run()
        check_pieces(root, strategy.scope, report)
        check_steps(root, strategy, report)
        check_alone(root, strategy, report)
        check_features(root, strategy, report)
        check_distances(root, strategy, report)
        check_sizes(root, strategy, report)


class _Lint:
    def __init__(self, root: Part, strategy: Strategy, reading: Reading, report: Report) -> None:
        self._root = root
        self._strategy = strategy
        self._reading = reading
        self._report = report
        several = len(strategy.symbols) > 1
        self._symbols = len(strategy.symbols) if several else INFINITE  # of one, `check_alone` says enough
        self._truth = Truth(Relations(Bounds({}, self._symbols)))
        self._conditions = Conditions(reading, strategy.timeframe, report)
        self._entries = Entries(self._conditions, self._truth, report)

    def run(self) -> None:
        strategy = self._strategy
        filters = self._rule(self._root, "filters", self._written(strategy.filters, "universe"))
        sides = {name: side for name in ("long", "short") if (side := getattr(strategy, name)) is not None}
        entered = {name: self._side(name, side, filters) for name, side in sides.items()}
        last = entered.get("short")
        if strategy.long is not None and strategy.short is not None and last is not None:
            self._entries.both(strategy.long, strategy.short, last)
        self._conditions.finish()

    def _side(self, name: str, side: Side, filters: Statement | None) -> Statement | None:
        part = self._root.part("select" if "select" in self._root else name)
        enter = self._rule(part, "enter", side.enter)
        if filters is not None and enter is not None:
            self._entries.filtered(filters, enter, name)
        for entry, addition in zip(part.listed("add"), side.add, strict=False):
            self._rule(entry, "when", addition.when)
        exits = Exits(name, part.part("exit"), side.exit, self._strategy, self._report)
        if side.exit.when is not None and "when" in part.part("exit"):
            truth = (
                Truth(Relations(Bounds(exits.position(), self._symbols)))
                if reads_position(side.exit.when)
                else self._truth
            )
            when = self._written(side.exit.when, "universe", "select")
            self._rule(part.part("exit"), "when", when, truth)
        exits.check()
        return enter

    def _written(self, term: Term | None, *sections: str) -> Term | None:
        """A rule without what these sections of the file have joined to it, the last joined first."""
        for section in sections:
            term = term.args[0] if term is not None and section in self._root and len(term.args) > 1 else term
        return term

    def _rule(self, part: Part, key: str, term: Term | None, truth: Truth | None = None) -> Statement | None:
        node = part.get(key)
        if term is None or node is None:
            return None
        statement = self._reading.rule(node, term)
        if statement is not None:
            self._conditions.check(statement, truth or self._truth)
        return statement
