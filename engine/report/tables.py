"""Trades and equity -> a CSV or Parquet file, by its ending; whole or not at all.

Times are ISO 8601 UTC in CSV and Datetime(ms, UTC) in Parquet; numbers read back as the very same float64.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.diagnostic import InputError
from ..trading.codes import Decision
from ..trading.records import Decisions, Fills
from ..trading.trades import ExitReason, Trades
from .atomic import check_file_path, replacing

_ENTRIES = {-1: "entry", -2: "addition"}
"""What a fill's reason is called where it is no exit."""


@dataclass(frozen=True, slots=True)
class Column:
    """A named column: ms UTC where `is_time`, else numbers (NaN is unknown: an empty cell, null) or words."""

    name: str
    values: Sequence[Any] | NDArray[Any]
    is_time: bool = False


def write_trades(path: Path | str, trades: Trades) -> None:
    """One row per trade: symbol, side, entry, exit, quantity, fees, profit, reason. Raises InputError."""
    write_table(path, trade_columns(trades))


def write_equity(path: Path | str, time: NDArray[np.int64], equity: NDArray[np.float64]) -> None:
    """One row per closed candle: its close time and the equity. Raises InputError."""
    write_table(path, equity_columns(time, equity))


def equity_columns(time: NDArray[np.int64], equity: NDArray[np.float64]) -> list[Column]:
    return [Column("time", time, is_time=True), Column("equity", equity)]


def trade_columns(trades: Trades) -> list[Column]:
    """The columns of a trade list, in the order of a file's."""
    return [
        Column("symbol", [trades.symbols[i] for i in trades.symbol.tolist()]),
        Column("side", ["long" if side > 0 else "short" for side in trades.side.tolist()]),
        Column("entry_time", trades.entry_time, is_time=True),
        Column("entry_price", trades.entry_price),
        Column("exit_time", trades.exit_time, is_time=True),
        Column("exit_price", trades.exit_price),
        Column("quantity", trades.quantity),
        Column("fees", trades.fees),
        Column("funding", trades.funding),
        Column("profit", trades.profit),
        Column("profit_pct", trades.profit_pct),
        Column("exit_reason", [ExitReason(reason).name.lower() for reason in trades.reason.tolist()]),
        Column("candles", trades.candles),
    ]


def fill_columns(fills: Fills, symbols: Sequence[str]) -> list[Column]:
    """The columns of a list of fills: what happened, in order."""
    return [
        Column("time", fills.time, is_time=True),
        Column("symbol", [symbols[i] for i in fills.symbol.tolist()]),
        Column("side", ["buy" if side > 0 else "sell" for side in fills.side.tolist()]),
        Column("quantity", fills.quantity),
        Column("price", fills.price),
        Column("fee", fills.fee),
        Column("role", [_ENTRIES.get(reason) or ExitReason(reason).name.lower() for reason in fills.reason.tolist()]),
        Column("liquidity", ["maker" if maker else "taker" for maker in fills.maker.tolist()]),
    ]


def decision_columns(decisions: Decisions, symbols: Sequence[str]) -> list[Column]:
    """The columns of a list of decisions: every signal and what became of it."""
    return [
        Column("time", decisions.time, is_time=True),
        Column("symbol", [symbols[i] for i in decisions.symbol.tolist()]),
        Column("side", ["long" if side > 0 else "short" for side in decisions.side.tolist()]),
        Column("code", [Decision(code).name for code in decisions.code.tolist()]),
        Column("quantity", decisions.quantity),
        Column("price", decisions.price),
        Column("limit", decisions.limit),
        Column("actual", decisions.actual),
    ]


def check_table_path(path: Path | str) -> None:
    """Whether a table could be written there, to be asked before a long run. Raises InputError."""
    _writer(Path(path))


def write_table(path: Path | str, columns: Sequence[Column]) -> None:
    """Write columns of one length; an older file of that name stays until the new one is complete."""
    path = Path(path)
    write = _writer(path)
    with replacing(path) as file:
        write(file, columns)


def iso(times: NDArray[np.int64]) -> list[str]:
    """ms UTC as 2024-01-31T12:00:00Z, with milliseconds only where a column has any."""
    moments = times.astype("datetime64[ms]")
    if not (times % 1000).any():
        moments = moments.astype("datetime64[s]")
    return [f"{text}Z" for text in np.datetime_as_string(moments).tolist()]


def _writer(path: Path) -> Callable[[IO[bytes], Sequence[Column]], None]:
    formats = {".parquet": _write_parquet, ".csv.gz": _write_csv_gz, ".csv": _write_csv}
    ending = next((ending for ending in formats if path.name.lower().endswith(ending)), None)
    if ending is None:
        raise InputError(f"{path}: the ending says the format", help="end the name in .csv, .csv.gz or .parquet")
    check_file_path(path)
    return formats[ending]


def iso_time(time: int) -> str:
    """One time in ms UTC as ISO 8601."""
    return iso(np.array([time], dtype=np.int64))[0]


def cells(column: Column) -> list[Any]:
    """A column's values as plain Python ones: times as ISO 8601, NaN as None."""
    if column.is_time:
        return iso(np.asarray(column.values))
    if not isinstance(column.values, np.ndarray):
        return list(column.values)
    plain: list[Any] = column.values.tolist()
    return [None if value != value else value for value in plain] if _has_nan(column.values) else plain


def _has_nan(values: NDArray[Any]) -> bool:
    return values.dtype.kind == "f" and bool(np.isnan(values).any())


def _write_csv(file: IO[bytes], columns: Sequence[Column]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    writer.writerows(zip(*map(cells, columns), strict=True))
    text.detach()


def _write_csv_gz(file: IO[bytes], columns: Sequence[Column]) -> None:
    # No name and no time inside: equal tables give equal bytes.
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        _write_csv(packed, columns)  # type: ignore[arg-type]  # an IO[bytes] in all but its class


def _write_parquet(file: IO[bytes], columns: Sequence[Column]) -> None:
    import polars as pl

    def series(column: Column) -> pl.Series:
        if column.is_time:
            return pl.Series(column.name, column.values).cast(pl.Datetime("ms", "UTC"))
        return pl.Series(column.name, column.values, nan_to_null=True)

    # Through memory: what the disk refuses is then an OSError, which polars would wrap in an error of its own.
    buffer = io.BytesIO()
    pl.DataFrame([series(column) for column in columns]).write_parquet(buffer, compression="zstd")
    file.write(buffer.getbuffer())
