"""A finished run of a strategy or of a portfolio: its tables, its page and its record, all made when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from .outputs import TABLES, columns_of

if TYPE_CHECKING:
    from ..report.portfolio_summary import PortfolioSummary
    from ..report.run_folder import Run, RunFiles
    from ..report.summary import Summary
    from ..report.tables import Column
    from ..research.backtest import Result
    from ..research.inputs import Inputs
    from ..research.portfolio import PortfolioResult
    from ..research.portfolio_inputs import PortfolioInputs
    from ..trading.trades import Trades


class Finished(Protocol):
    """What the files of a run, and a comparison, are made of."""

    def table(self, name: str) -> list[Column]: ...
    def page(self) -> bytes: ...
    def files(self, page: bytes) -> RunFiles: ...
    def runs(self, name: str, members: bool) -> list[Run]: ...


@dataclass(frozen=True)
class StrategyRun:
    inputs: Inputs
    result: Result
    summary: Summary

    def table(self, name: str) -> list[Column]:
        return columns_of(name, self.result)

    def page(self) -> bytes:
        from ..report.html.report import report_page
        from ..research.pictures import picture

        return report_page(self.summary, picture(self.inputs, self.result), self.result.decisions)

    def record(self) -> dict[str, Any]:
        from ..research.record import record_of

        return record_of(self.inputs, self.result.candles, self.summary)

    def files(self, page: bytes) -> RunFiles:
        from ..report.run_folder import RunFiles

        return RunFiles(self.record(), {name: self.table(name) for name in TABLES}, page)

    def runs(self, name: str, members: bool) -> list[Run]:
        """As it would be read from a folder."""
        from ..report.run_folder import Run

        return [Run(name, self.record(), self.result.time, self.result.equity, entries_of(self.result.trades))]


@dataclass(frozen=True)
class PortfolioRun:
    inputs: PortfolioInputs
    result: PortfolioResult
    summary: PortfolioSummary

    def table(self, name: str) -> list[Column]:
        """The account's equity, or all members' rows with the member's name before them."""
        from ..report.tables import Column, equity_columns

        if name == "equity":
            return equity_columns(self.result.time, self.result.equity)
        parts = [columns_of(name, member) for member in self.result.members]
        names = [member.name for member in self.result.portfolio.members]
        rows = [name for name, part in zip(names, parts, strict=True) for _ in part[0].values]
        return [Column("member", rows), *(below(columns) for columns in zip(*parts, strict=True))]

    def page(self) -> bytes:
        from ..report.html.report import report_page
        from ..report.portfolio_text import further
        from ..research import portfolio_pictures as pictures

        account = pictures.labelled_summary(self.summary.account, self.result)
        decisions, symbols = pictures.labelled_decisions(self.result)
        grids = [grid for row in further(self.summary) for grid in row if grid is not None]
        drawn = pictures.portfolio_picture(self.inputs, self.result)
        return report_page(account, drawn, decisions, symbols, grids)

    def files(self, page: bytes) -> RunFiles:
        from ..report.run_folder import RunFiles
        from ..research.record import portfolio_record

        record = portfolio_record(self.inputs, self.result.candles, self.summary)
        parts = [(name, part.files(part.page())) for name, part in self._members()]
        return RunFiles(record, {name: self.table(name) for name in TABLES}, page, parts)

    def runs(self, name: str, members: bool) -> list[Run]:
        """As they would be read from a folder; with `members` each of them, too."""
        from ..report.run_folder import Run
        from ..research.record import portfolio_record

        record = portfolio_record(self.inputs, self.result.candles, self.summary)
        found = [Run(name, record, self.result.time, self.result.equity, entries_of(self.result.trades))]
        for member, part in self._members() if members else ():
            found += part.runs(f"{name}.{member}", False)
        return found

    def _members(self) -> Sequence[tuple[str, StrategyRun]]:
        """Each member's part as a run of its own."""
        from ..research.summarise import summarise

        mode, venue = self.summary.account.mode, self.inputs.venue
        return [
            (member.name, StrategyRun(self.inputs.of_member(m), result, summarise(result, mode, venue=venue)))
            for m, (member, result) in enumerate(zip(self.result.portfolio.members, self.result.members, strict=True))
        ]


def entries_of(trades: Trades) -> list[tuple[str, str, int]]:
    """Each trade by symbol, side and entry time."""
    rows = zip(trades.symbol.tolist(), trades.side.tolist(), trades.entry_time.tolist(), strict=True)
    return [(trades.symbols[symbol], "long" if side > 0 else "short", time) for symbol, side, time in rows]


def below(columns: Sequence[Column]) -> Column:
    """Columns of one name, one below the other."""
    import numpy as np

    from ..report.tables import Column

    held = [column.values for column in columns]
    if all(isinstance(values, np.ndarray) for values in held):
        return Column(columns[0].name, np.concatenate(held), columns[0].is_time)
    return Column(columns[0].name, [value for values in held for value in values], columns[0].is_time)
