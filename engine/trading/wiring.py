"""Which column of the graph plays which part in the decision core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..graph.compile import compile_terms
from ..graph.plan import Plan
from ..graph.together import Spans
from ..language.strategy import Distance, Exit, Strategy
from ..language.term import Clock, Dimension, Op, Term
from .columns import (
    ADD,
    ADD_WHEN,
    ALLOWED,
    BREAKEVEN,
    CLOSE,
    DAY,
    ENTER,
    EXIT,
    HIGH,
    HOURS,
    LADDER,
    LIMIT,
    LOW,
    MEASURE,
    OFFSET,
    OPEN,
    PRIORITY,
    PROGRAM_CONDITIONS,
    PROGRAM_SERIES,
    STOP,
    TARGET,
    TRAIL_AFTER,
    TRAIL_BY,
    VOLUME,
)  # fmt: skip
from .exit_program import ExitPrograms
from .rulebook import addition_distance, fires_once, initial_trail

SIDES = ("long", "short")
NUMBERS, CONDITIONS = "numbers", "conditions"
_PRICES = {"open": OPEN, "high": HIGH, "low": LOW, "close": CLOSE}


@dataclass(frozen=True, slots=True)
class Wiring:
    """`parts` maps a root of the plan to its place in Signals (matrix, row); `programs` are the sides' exit programs;
    `numbers` and `conditions` say how many rows the matrices have."""

    plan: Plan
    parts: Mapping[str, tuple[str, int]]
    programs: tuple[list[tuple[int, float]], ...]
    numbers: int
    conditions: int


def _distances(exit: Exit) -> Iterator[tuple[str, int, Distance | None]]:
    yield "stop", STOP, exit.stop or initial_trail(exit)
    yield "target", TARGET, exit.ladder[0].at if exit.ladder else exit.target
    yield "trail_by", TRAIL_BY, exit.trail.by if exit.trail else None
    yield "trail_after", TRAIL_AFTER, exit.trail.after if exit.trail else None
    yield "breakeven", BREAKEVEN, exit.breakeven


def _day(strategy: Strategy) -> Term:
    """The close's day of the month, in the strategy's timezone."""
    params = ("day", strategy.timezone)
    return Term(Op.TIME, (), params, Clock("", strategy.timeframe), Dimension.COUNT)


def _more_distances(strategy: Strategy) -> Iterator[tuple[str, int, Distance | None]]:
    """Those of orders, ladders and additions: name, row, distance."""
    yield "offset", OFFSET, strategy.orders.offset
    yield "limit", LIMIT, strategy.orders.limit
    for k, side in enumerate((strategy.long, strategy.short)):
        for r, rung in enumerate(side.exit.ladder if side else ()):
            yield f"target.{r}.{SIDES[k]}", LADDER + 2 * r + k, rung.at
        for r, addition in enumerate(side.add if side else ()):
            yield f"add.{r}.{SIDES[k]}", ADD + 2 * r + k, addition_distance(addition)


def spans_of(strategy: Strategy) -> list[Spans | None]:
    """When each symbol is a member; None where it always is."""
    spans = [strategy.members.get(symbol) for symbol in strategy.symbols]
    return [None if own is None else tuple((span.start, span.end) for span in own) for own in spans]


def wire(strategy: Strategy, volume: bool = False) -> Wiring:
    """Compile a strategy's terms and say where each of them goes; `volume` where fills read it."""
    roots: dict[str, Term] = {}
    prices = {**_PRICES, "volume": VOLUME} if volume else _PRICES
    parts: dict[str, tuple[str, int]] = {name: (NUMBERS, row) for name, row in prices.items()}
    edges: list[str] = []
    programs = ExitPrograms()
    compiled: list[list[tuple[int, float]]] = []

    def add(root: str, term: Term, matrix: str, row: int) -> None:
        roots[root] = term
        parts[root] = (matrix, row)

    for k, (name, side) in enumerate(zip(SIDES, (strategy.long, strategy.short), strict=True)):
        compiled.append(programs.compile(side.exit.when if side else None))
        if side is None:
            continue
        add(f"enter.{name}", side.enter, CONDITIONS, ENTER + k)
        if fires_once(side):
            edges.append(f"enter.{name}")
        if side.exit.when is not None and not compiled[k]:
            add(f"exit.{name}", side.exit.when, CONDITIONS, EXIT + k)
        for field, row, distance in _distances(side.exit):
            if distance is not None and distance.term is not None:
                add(f"{field}.{name}", distance.term, NUMBERS, row + k)
    for name, row, distance in _more_distances(strategy):
        if distance is not None and distance.term is not None:
            add(name, distance.term, NUMBERS, row)
    for k, side in enumerate((strategy.long, strategy.short)):
        for r, addition in enumerate(side.add if side else ()):
            if addition.when is not None:
                add(f"add.when.{r}.{SIDES[k]}", addition.when, CONDITIONS, ADD_WHEN + 2 * r + k)
    if strategy.filters is not None:
        add("allowed", strategy.filters, CONDITIONS, ALLOWED)
    if strategy.schedule is not None:
        add("hours", strategy.schedule, CONDITIONS, HOURS)
    if strategy.size.measure is not None:
        add("measure", strategy.size.measure, NUMBERS, MEASURE)
    if strategy.risk.daily_loss is not None:
        add("day", _day(strategy), NUMBERS, DAY)
    if strategy.priority is not None:
        add("priority", strategy.priority, NUMBERS, PRIORITY)
    for k, term in enumerate(programs.series):
        add(f"program.series.{k}", term, NUMBERS, PROGRAM_SERIES + k)
    for k, term in enumerate(programs.conditions):
        add(f"program.condition.{k}", term, CONDITIONS, PROGRAM_CONDITIONS + k)
    plan = compile_terms(roots, strategy.timeframe, edges, prices)
    conditions = PROGRAM_CONDITIONS + len(programs.conditions)
    # Rows that come after a strategy's last are not there at all: a year's matrix would be three times as large.
    stepped = any(side and (side.exit.ladder or side.add) for side in (strategy.long, strategy.short))
    numbers = PROGRAM_SERIES + len(programs.series) if stepped or programs.series else LADDER
    return Wiring(plan, parts, tuple(compiled), numbers, conditions)
