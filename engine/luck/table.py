"""A CSV or Parquet file of returns, or the folders of runs -> names and a table: rows periods, columns trials."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import numpy as np

from ..diagnostics.diagnostic import InputError
from ..market.columns import shown
from ..report.comparison import curve_of
from ..report.run_folder import read_run
from .trials import LARGEST, Floats

TIMES = ("time", "date", "datetime", "timestamp")
"""Names of a first column that is no trial."""
MOST_CELLS = 50_000_000


@dataclass(frozen=True, slots=True)
class Table:
    """`returns` has a row per period and a column per name; `counted` tries, those without a column included."""

    names: tuple[str, ...]
    returns: Floats
    counted: int


def read_table(path: str) -> Table:
    """Raises InputError for a file that cannot be read, or whose cell is no return (the first one is named)."""
    import polars as pl

    file = Path(path)
    if not file.exists():
        raise InputError(f"{path}: no such file or folder")
    parquet = file.name.lower().endswith(".parquet")
    if not parquet and not file.name.lower().endswith(".csv"):
        raise InputError(f"{path}: neither .csv nor .parquet", help="a row per period, a column of returns per trial")
    try:
        if parquet:
            frame = pl.read_parquet(file, glob=False)
        else:
            text = file.read_bytes().decode("utf-8-sig")
            _refuse_twins(path, text)
            frame = pl.read_csv(text.encode(), infer_schema=False)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: the file is not UTF-8 text") from None
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        said = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise InputError(f"{path}: the file is damaged or no table: {said}") from None
    names = [name for k, name in enumerate(frame.columns) if k or name.strip().lower() not in TIMES]
    if not names:
        raise InputError(f"{path}: no column of returns", help="a row per period, a column per trial, names on top")
    if not len(frame):
        raise InputError(f"{path}: the file has a header but no rows")
    if len(frame) * len(names) > MOST_CELLS:
        raise InputError(f"{path}: {len(frame):,} x {len(names):,} cells are more than {MOST_CELLS:,}")
    return Table(tuple(names), np.column_stack([_numbers(path, frame[name]) for name in names]), len(names))


def _refuse_twins(path: str, text: str) -> None:
    """The reader would call the second of two equal names by one that the file does not have."""
    names = [name.strip() for name in next(csv.reader([text.partition("\n")[0]]), [])]
    twin = next((name for name, count in Counter(names).items() if count > 1), None)
    if twin is not None:
        raise InputError(f"{path}: two columns are called {shown(twin)}", help="a name tells which variant it is")


def table_of_runs(paths: Sequence[str]) -> Table:
    """Daily returns of folders that `backtest --out` wrote, on the days all of them have.

    A run whose equity reached zero has none: it counts as a try. Raises InputError for a folder that is no run, and
    for runs without a day in common.
    """
    runs = [read_run(path) for path in paths]
    curves = {run.name: curve_of(run) for run in runs}
    if len(curves) < len(runs):
        raise InputError("two of the folders have one name", help="rename one: a name tells which variant it is")
    alive = {name: curve for name, curve in curves.items() if len(curve.daily_returns)}
    days = reduce(np.intersect1d, [curve.midnights for curve in alive.values()]) if alive else np.empty(0)
    if not len(days):
        raise InputError("the runs have no day in common", help="judge runs over the same range")
    columns = [curve.daily_returns[np.searchsorted(curve.midnights, days)] for curve in alive.values()]
    return Table(tuple(alive), np.column_stack(columns), len(runs))


def _numbers(path: str, column: object) -> Floats:
    import polars as pl

    assert isinstance(column, pl.Series)
    if isinstance(column.dtype, pl.String):
        found = column.str.strip_chars().cast(pl.Float64, strict=False)
    elif column.dtype.is_numeric():
        found = column.cast(pl.Float64)
    else:
        raise InputError(f"{path}: column {shown(column.name)} holds {column.dtype}, no returns")
    values: Floats = found.to_numpy()
    bad = np.flatnonzero(~(np.abs(values) <= LARGEST))
    if len(bad):
        row = int(bad[0])
        cell = "an empty cell" if column[row] is None else f"`{shown(str(column[row]))}`"
        raise InputError(
            f"{path}: column {shown(column.name)}, row {row + 1}: {cell} is no return",
            help="write returns as fractions, 0.01 for 1 %; a period without one is 0",
        )
    return values
