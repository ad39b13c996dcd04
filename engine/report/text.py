"""A summary -> tables in the terminal; colours only where they show, ASCII where nothing else can be printed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING

from ..language.identity import short_hash
from ..trading.codes import EXPLANATIONS, Decision
from . import grids
from . import wording as say
from .learned_grids import model_grids
from .summary import Summary, all_notes

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

    from .grids import Grid

PIPED_WIDTH = 110
LAST_TRADES = 5
LAST_CHANGES = 5
WIDE = 96
"""Columns from which a table of trades has room for the profit in money, and codes for their words."""


def print_summary(
    summary: Summary,
    file: IO[str] | None = None,
    width: int | None = None,
    further: Iterable[Sequence[Grid | None]] = (),
) -> None:
    """Print the report to `file` (standard output by default); `further` grids stand before the remarks."""
    console = console_on(file, width)
    for part in _parts(summary, console, further):
        console.print(part)


def console_on(file: IO[str] | None = None, width: int | None = None) -> Console:
    """A console that prints words as they are; a file that is no terminal gets lines of a fixed width."""
    from rich.console import Console

    class Told(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # what a reader who leaves means is for the command to say

    file = file or sys.stdout
    if width is None and not file.isatty():
        width = PIPED_WIDTH
    return Told(file=file, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


def _parts(
    summary: Summary, console: Console, further: Iterable[Sequence[Grid | None]] = ()
) -> Iterable[RenderableType]:
    """The report from top to bottom."""
    from rich.text import Text

    wide = console.width >= WIDE
    yield Text(plain(f"{summary.title} - {summary.mode}", console), style="bold")
    for line in header(summary):
        yield Text(plain(line, console))
    yield ""
    yield _equity(summary, console)
    yield from beside(grids.result(summary), grids.trades(summary))
    yield from beside(grids.costs(summary), grids.exits(summary), grids.refused(summary))
    yield from _explained(summary.refused, console)
    yield from beside(grids.cut(summary))
    yield from _explained(summary.cut, console)
    yield from beside(grids.bounds(summary))
    for variant in (summary.variants or ())[1:]:
        yield Text(f"  {variant.name}: {variant.words}", style="dim")
    if len(summary.metrics.curve.monthly_returns) > 1:
        yield from beside(grids.monthly(summary.metrics.curve))
    for model in model_grids(summary.learned):
        yield from beside(*model[:3])
        yield from beside(*model[3:])
    yield from beside(grids.changes(summary, LAST_CHANGES))
    yield from beside(grids.extremes(summary, wide))
    count = len(summary.metrics.trades)
    if count:
        yield from beside(grids.trade_list(summary, "Last trades", range(max(0, count - LAST_TRADES), count), wide))
    for side_by_side in further:
        yield from beside(*side_by_side)
    yield from _remarks(summary, console)


def _explained(counts: Mapping[str, int], console: Console) -> Iterable[RenderableType]:
    """The words of codes, where there is room."""
    from rich.text import Text

    for code, count in counts.items() if console.width >= WIDE else ():
        if count:
            yield Text(plain(f"  {code}: {EXPLANATIONS[Decision[code]]}", console), style="dim")


def _remarks(summary: Summary, console: Console) -> Iterable[RenderableType]:
    from rich.text import Text

    remarks = [("Assumed", line, "dim") for line in summary.assumptions]
    remarks += [("Note", line, "yellow") for line in all_notes(summary)]
    if remarks:
        yield ""
    for head, line, style in remarks:
        yield Text(plain(f"{head}: {line}", console), style=style)


def header(summary: Summary) -> list[str]:
    """What was run: symbols, timeframe, strategy, range, candles and costs."""
    curve = summary.metrics.curve
    identity = f"  {summary.kind} {short_hash(summary.identity)}" if summary.identity else ""
    lines = [f"{say.listed(summary.symbols)}  {summary.timeframe}{identity}"]
    if len(curve.time):
        span = f"{say.when(curve.start)} to {say.when(curve.end)} UTC"
        lines.append(f"{span}, {say.counted(summary.candles, 'candle')}{_gaps(summary)}")
    if summary.sources:
        lines.append(f"candles of {say.listed(list(map(say.printable, summary.sources)), 3)}")
    costs = [f"capital {grids.cash(summary, curve.capital)} {summary.quote}"]
    for name, share in (("fee", summary.fee), ("slippage", summary.slippage)):
        if share is not None:
            costs.append(f"{name} {share * 100:.6g} %")
    for name in ("spread", "impact", "volume_share"):
        told = summary.settings.get(name)
        if told:
            costs.append(f"{name.replace('_', ' ')} {float(told) * 100:.6g} %")
    limits = summary.settings.get("limits")
    return [*lines, ", ".join(costs), *([f"limits: {limits}"] if limits else [])]


def _gaps(summary: Summary) -> str:
    count = sum(gaps.count for gaps in summary.gaps.values())
    missing = sum(gaps.missing for gaps in summary.gaps.values())
    return f", {say.counted(count, 'gap')} ({missing:,} missing)" if count else ""


def _equity(summary: Summary, console: Console) -> RenderableType:
    from rich.text import Text

    from .spark import sparkline

    curve = summary.metrics.curve
    line = sparkline(curve.equity, 40, console.options.ascii_only)
    profit = curve.final - curve.capital
    text = Text(f"Equity  {line}{'  ' if line else ''}{grids.cash(summary, curve.final)} {summary.quote}  ")
    return text.append(grids.cash(summary, profit, signed=True), style=_colour(profit))


def beside(*found: Grid | None) -> Iterable[RenderableType]:
    """A blank line and the grids side by side, as far as the width allows; nothing for no grid."""
    from rich.columns import Columns

    tables = [table(grid) for grid in found if grid is not None]
    if tables:
        yield ""
        yield Columns(tables, padding=(0, 4))


def table(grid: Grid) -> Table:
    """A left column of names and right-aligned figures."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, padding=(0, 0 if grid.tight else 1, 0, 0), header_style="bold", show_edge=False)
    made.add_column(grid.name, no_wrap=True, overflow="crop")
    for head in grid.heads:
        made.add_column(head, justify="right", no_wrap=True, overflow="crop")
    for row in grid.rows:
        made.add_row(*row)
    return made


def _colour(value: float) -> str:
    return "green" if value > 0 else "red" if value < 0 else ""


def plain(text: str, console: Console) -> str:
    """The text in characters that the output can take."""
    text = say.printable(text)
    return text.encode("ascii", "replace").decode() if console.options.ascii_only else text
