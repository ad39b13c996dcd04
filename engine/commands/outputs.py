"""The files a back-test writes: checked before the run, written after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError

if TYPE_CHECKING:
    from ..report.tables import Column
    from ..research.backtest import Result
    from .finished import Finished

TABLES = ("trades", "fills", "decisions", "equity")


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where to write what; `tables` by name, all else None where it was not asked for."""

    tables: Mapping[str, str]
    html: str | None
    folder: str | None

    @classmethod
    def of(cls, given: Mapping[str, Any], show: bool = False) -> Outputs:
        """From the options. Raises InputError for a table or a folder that cannot be written, and where there is no
        page to `show`."""
        from ..report.run_folder import check_folder
        from ..report.tables import check_table_path

        tables = {name: given[f"{name}_out"] for name in TABLES if given[f"{name}_out"] is not None}
        found = cls(tables, given["html_out"], given["folder_out"])
        if show and not (found.html or found.folder):
            raise InputError("--open: there is no page to open", help="add --html report.html")
        for path in tables.values():
            check_table_path(path)
        if found.folder is not None:
            check_folder(found.folder)
        return found

    def open(self) -> None:
        """Show the page in the browser, if there is one."""
        import webbrowser

        page = Path(self.html) if self.html else Path(self.folder or "") / "report.html"
        webbrowser.open(page.resolve().as_uri())

    def write(self, run: Finished) -> None:
        """Write everything asked for, each file whole or not at all. Raises InputError."""
        from ..report.tables import write_table

        for name, path in self.tables.items():
            write_table(path, run.table(name))
        page = run.page() if self.html or self.folder else b""
        if self.html:
            write_bytes(self.html, page)
        if self.folder:
            from ..report.run_folder import write_files

            write_files(self.folder, run.files(page))


def columns_of(name: str, result: Result) -> list[Column]:
    """A table of the result by its name."""
    from ..report import tables

    symbols = result.strategy.symbols
    if name == "trades":
        return tables.trade_columns(result.trades)
    if name == "fills":
        return tables.fill_columns(result.fills, symbols)
    if name == "decisions":
        return tables.decision_columns(result.decisions, symbols)
    return tables.equity_columns(result.time, result.equity)


def write_bytes(path: str, content: bytes) -> None:
    from ..report.atomic import replacing

    with replacing(Path(path)) as file:
        file.write(content)


def write_page(path: str, content: bytes) -> None:
    """Write a page that was asked for beside a report, and say so on standard error."""
    write_bytes(path, content)
    click.echo(f"wrote {path}", err=True)
