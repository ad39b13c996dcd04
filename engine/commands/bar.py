"""What every progress bar of a command is: on standard error, only where that is a terminal, and gone afterwards."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import Progress, ProgressColumn, TextColumn, TimeRemainingColumn


class Errors(Console):
    """Standard error; a reader who leaves early is the command's business."""

    def __init__(self) -> None:
        super().__init__(file=sys.stderr, highlight=False, markup=False, emoji=False)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class Bar:
    """A context. `columns` stand between the description and the time that is left."""

    def __init__(self, *columns: ProgressColumn) -> None:
        self._console = Errors()
        self._bar = Progress(
            TextColumn("{task.description}"), *columns, TimeRemainingColumn(),
            console=self._console, transient=True, disable=not self._console.is_terminal,
        )  # fmt: skip

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
