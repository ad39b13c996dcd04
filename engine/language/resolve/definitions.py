"""Named definitions: parsed once, cycles refused, resolved once per clock and place, arguments before users.

Nothing here recurses from one definition into another: a file may chain thousands of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ...diagnostics.report import Report
from ..expression.codes import Code
from ..expression.parse import parse
from ..expression.tree import Crossing, Lag, Node, Path, Trend, Window, children
from ..scope import Scope
from .algebra import Algebra
from .ascent import Ascent
from .leaves import Outputs, Place
from .paths import read
from .refusal import Refusal

_SHOWN = 12
"""Names of a circle told at most."""

Need = tuple[str, Place]
"""A definition and where it is needed."""


class Definitions:
    """The definitions of one scope; `outputs` gives what one stands for at a place."""

    def __init__(self, scope: Scope, algebra: Algebra, report: Report) -> None:
        self._scope = scope
        self._algebra = algebra
        self._report = report
        self._trees: dict[str, Node | None] | None = None
        self._found: dict[Need, Outputs | None] = {}

    def prepare(self, wanted: Iterable[Need]) -> None:
        """Resolve `wanted`, and before each what it needs itself."""
        trees = self._known()
        stack: list[tuple[Need, bool]] = [(need, False) for need in wanted]
        while stack:
            need, ready = stack.pop()
            if need in self._found:
                continue
            name, where = need
            inner = trees[name]
            if inner is None:
                self._found[need] = None
            elif ready:
                ascent = Ascent(self._scope, self, self._algebra, self._scope.definitions[name], self._report)
                self._found[need] = ascent.outputs(inner, where)
            else:
                stack.append((need, True))
                stack.extend((n, False) for n in needs(inner, where, self._scope) if n not in self._found)

    def outputs(self, name: str, place: Place) -> Outputs | None:
        """What `name` stands for; None where it is broken (which was reported). Call `prepare` before."""
        return self._found[name, place]

    def _known(self) -> Mapping[str, Node | None]:
        """Every definition's tree; None for those that do not parse or refer to themselves."""
        if self._trees is None:
            self._trees = {name: parse(text, self._report) for name, text in self._scope.definitions.items()}
            for cycle in self._cycles(self._trees):
                self._report_cycle(cycle, self._trees)
                self._trees.update(dict.fromkeys(cycle))
        return self._trees

    def _cycles(self, trees: Mapping[str, Node | None]) -> list[list[str]]:
        """Chains of definitions that come back to their first; without them nothing runs in a circle."""
        place = Place(self._algebra.clocks.own)
        uses = {
            name: list(dict.fromkeys(n for n, _ in needs(tree, place, self._scope))) if tree else []
            for name, tree in trees.items()
        }
        done: set[str] = set()
        broken: set[str] = set()
        cycles = []
        for start in trees:
            path: list[str] = []
            depth: dict[str, int] = {}
            stack: list[tuple[str, bool]] = [(start, False)]
            while stack:
                name, leaving = stack.pop()
                if leaving:
                    done.add(path.pop())
                    del depth[name]
                elif name in depth:
                    # a circle through a definition of another one falls with it
                    if name not in broken and path[-1] not in broken:
                        cycles.append(path[depth[name] :])
                        broken.update(cycles[-1])
                elif name not in done:
                    depth[name] = len(path)
                    path.append(name)
                    stack.append((name, True))
                    stack.extend((used, False) for used in reversed(uses[name]))
        return cycles

    def _report_cycle(self, cycle: list[str], trees: Mapping[str, Node | None]) -> None:
        place = {name: at for at, name in enumerate(self._scope.definitions)}
        first = min(cycle, key=place.__getitem__)
        at = cycle.index(first)
        chain = [*cycle[at:], *cycle[:at], first]
        text = self._scope.definitions[first]
        used = next((p for p in _paths(trees[first]) if any(s.name == chain[1] for s in p.segments)), None)
        span = text.span(used.start, used.end) if used else text.span(0, len(text.value))
        if len(chain) == 2:
            message = f"`{first}` is defined by itself"
        else:
            shown = [f"`{name}`" for name in chain]
            if len(shown) > _SHOWN:
                shown[_SHOWN // 2 : -_SHOWN // 2] = ["..."]
            message = f"definitions run in a circle: {' -> '.join(shown)}"
        self._report.error(
            Code.CYCLE, message, span, "let one of them stand on candle fields; `x[1]` does not break it"
        )


def needs(tree: Node, place: Place, scope: Scope) -> Iterator[Need]:
    """The definitions `tree` names, each with the place its path puts it at."""
    if isinstance(tree, Path):
        try:
            reference = read(tree, place.clock, scope)
        except Refusal:
            return
        inner = place.on(reference.clock).defined
        if reference.head.arguments is not None:
            place = inner.deeper
        elif reference.head.name in scope.definitions and reference.head.name not in scope.params:
            yield reference.head.name, inner
    elif isinstance(tree, (Lag, Window, Trend, Crossing)):
        place = place.deeper
    for node in children(tree):
        yield from needs(node, place, scope)


def _paths(tree: Node | None) -> Iterator[Path]:
    if isinstance(tree, Path):
        yield tree
    if tree is not None:
        for node in children(tree):
            yield from _paths(node)
