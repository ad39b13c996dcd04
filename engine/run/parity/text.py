"""Parity reports -> tables in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

from ...report.grids import Grid
from ...report.text import console_on, plain
from .compare import Parity
from .told import causes, costs, title, trades, verdict

if TYPE_CHECKING:
    from rich.table import Table


def print_parity(found: Sequence[Parity], file: IO[str] | None = None, width: int | None = None) -> None:
    """Print to `file` (standard output by default)."""
    from rich.text import Text

    console = console_on(file, width)
    for k, one in enumerate(found):
        lines = [*([""] if k else []), *title(one), verdict(one)]
        for line in lines:
            console.print(Text(plain(line, console)), soft_wrap=True)
        for grid in [costs(one), trades(one)] if one.equal else [causes(one), costs(one), trades(one)]:
            if grid.rows:
                console.print("")
                console.print(_table(grid))
        for note in one.notes:
            console.print(Text(plain(f"Note: {note}.", console)), soft_wrap=True)


def _table(grid: Grid) -> Table:
    """Figures to the right, the last column's words to the left, below each other where there are several."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    worded = grid.heads[-1] in ("Means", "Causes")
    made = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), header_style="bold", show_edge=False)
    made.add_column(grid.name, no_wrap=True)
    for k, head in enumerate(grid.heads):
        last = worded and k == len(grid.heads) - 1
        made.add_column(head, justify="left" if last or head in ("Symbol", "Side") else "right", no_wrap=not last)
    for row in grid.rows:
        made.add_row(*(Text(cell) for cell in row[:-1]), Text(row[-1].replace("; ", "\n") if worded else row[-1]))
    return made
