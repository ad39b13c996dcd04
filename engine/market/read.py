"""A Parquet or CSV file in, its six columns as NumPy arrays out; the only importer of Polars among the loaders."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ..diagnostics.diagnostic import InputError
from .candles import Floats
from .columns import NUMBERS, PRICES, Columns, Mistakes, shown
from .room import check_parquet, open_text, read_header, text_within
from .times import read_times
from .volume import VOLUME, volume_help, volume_names

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T")

TIME_NAMES = ("open_time", "open time", "opentime", "time", "timestamp", "unix", "datetime", "date")
"""In the order of preference."""
MOST_NAMES = 12
"""Names of columns that a message shows."""
LONGEST_CELL = 1_000
"""Bytes of a text in a cell; a longer one could stand in every row of a small Parquet file."""
WITHOUT_OFFSET = (
    "if the file's times are UTC: `stratrun data import FILE --venue NAME --timezone UTC`, then `--candles store:NAME`"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the user says of a file that it does not say itself."""

    symbol: str | None = None
    """Whose base a column such as `Volume BTC` is counted in."""
    zone: str | None = None
    """What its times without an offset are of."""


NOTHING = Stated()


def read_columns(path: Path, most: int | None = None, stated: Stated = NOTHING) -> Columns:
    """Read the columns of a candle file, unchecked but for their types: empty cells are NaN, rows as they stand.

    `most`: bytes of memory that a CSV file may take, by default what `room` allows it. Raises InputError when the file
    cannot be read, has no rows, lacks a column or holds text that is no number, TooLargeError when it takes too much.
    """
    refuse_disguise(path)
    parquet = path.name.lower().endswith(".parquet")
    series = _parquet(path, stated.symbol) if parquet else _csv(path, most, stated.symbol)
    mistakes = Mistakes(str(path))
    first = next(series)
    if not len(first):
        raise InputError(f"{path}: the file has a header but no rows")
    time = read_times(first, mistakes, stated.zone, help=WITHOUT_OFFSET)
    del first
    numbers = [read_numbers(column, mistakes) for column in series]
    mistakes.stop()
    assert time is not None  # else there were mistakes
    columns = Columns(time, *(column for column in numbers if column is not None))
    if len({len(column) for column in columns}) > 1:
        raise InputError(f"{path}: the file changed while it was read")
    return columns


def refuse_disguise(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    parquet = path.name.lower().endswith(".parquet")
    if not magic:
        raise InputError(f"{path}: the file is empty")
    if parquet != (magic == b"PAR1"):
        words = "is not Parquet although it is named so" if parquet else "is Parquet; give it the ending .parquet"
        raise InputError(f"{path}: the file {words}")


def _parquet(path: Path, symbol: str | None) -> Iterator[pl.Series]:
    """The columns one after the other, so that no more than one of them is held twice."""
    import polars as pl

    damaged = "the file is damaged or cut off"
    names = guarded(path, damaged, lambda: pl.scan_parquet(path, glob=False).collect_schema().names())
    chosen = choose_columns(path, names, symbol)
    check_parquet(path, chosen)
    for name, label in chosen.items():
        read = partial(pl.read_parquet, path, columns=[name], glob=False)
        yield short(path, guarded(path, damaged, read).to_series().alias(label))


def short(path: Path, column: pl.Series) -> pl.Series:
    """The column. Raises InputError when its cells are long texts."""
    import polars as pl

    if column.dtype == pl.String and len(column):
        lengths = column.str.len_bytes()
        row = lengths.arg_max()
        if row is not None and lengths[row] > LONGEST_CELL:
            place = f"row {row + 1:,}, column {column.name}"
            raise InputError(f"{path}: {place}: expected a number or a time, found a text of {lengths[row]:,} bytes")
    return column


def _csv(path: Path, most: int | None, symbol: str | None) -> Iterator[pl.Series]:
    import polars as pl

    source = text_within(path, most)
    names = guarded(
        path, "the file is not CSV", lambda: pl.read_csv(source, n_rows=0, infer_schema=False, glob=False).columns
    )
    try:
        chosen = choose_columns(path, names, symbol)
    except InputError as error:
        raise _one_line_late(path, symbol) or error from None
    numbers = {name: pl.Float64 if label in NUMBERS else pl.String for name, label in chosen.items()}
    frame: pl.DataFrame | None = None
    with contextlib.suppress(pl.exceptions.ComputeError):
        # All columns are read: told to read some, Polars passes over a row with too many values, shifted ones included.
        frame = pl.read_csv(source, infer_schema=False, glob=False, schema_overrides=numbers).select(list(chosen))
    if frame is None:
        _refuse_uneven(path, source)
        read = partial(pl.read_csv, source, infer_schema=False, glob=False)
        frame = guarded(path, "the file is not CSV", read).select(list(chosen))
    while frame.height and all(value is None for value in frame.row(-1)):
        frame = frame.head(-1)
    for name, label in chosen.items():
        yield frame.drop_in_place(name).alias(label)


def _refuse_uneven(path: Path, source: Path | bytes) -> None:
    """Name the row with more values than the header: Polars refuses such a file without a place."""
    with (
        contextlib.suppress(OSError, csv.Error),
        io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as binary,
        io.TextIOWrapper(binary, encoding="utf-8-sig", newline="") as file,
    ):
        lines = csv.reader(file)
        try:
            width = len(next(lines))
            row, line = next(((row, line) for row, line in enumerate(lines, 1) if len(line) > width), (0, []))
        except UnicodeDecodeError:
            raise InputError(f"{path}: the file is not UTF-8 text") from None
        if row:
            raise InputError(f"{path}: row {row:,} has {len(line)} values, the header names {width} columns")


def guarded(path: Path, words: str, action: Callable[[], T]) -> T:
    """Polars' complaints about a file, as an input error."""
    import polars as pl

    try:
        return action()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        said = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise InputError(f"{path}: {words}: {said}") from None


def _one_line_late(path: Path, symbol: str | None) -> InputError | None:
    """The complaint about a first line that names no columns where the second one does."""
    try:
        with open_text(path) as file:
            first, second = (read_header(file, path).decode(errors="replace") for _ in range(2))
        choose_columns(path, [name.strip().strip('"') for name in second.split(",")], symbol)
    except InputError:
        return None
    words = f"the first line, `{shown(first.strip())}`, does not name the columns; the next one does"
    return InputError(f"{path}: {words}", help="remove the first line")


def choose_columns(path: Path, names: Sequence[str], symbol: str | None = None) -> dict[str, str]:
    """The file's own names for time, open, high, low, close and volume, found in any case; each with ours.

    `symbol`: a column that says it counts the base of it is the volume too; one that counts the quote never is.
    """
    known: dict[str, list[str]] = {}
    for name in names:
        known.setdefault(name.strip().lower().removesuffix("_duplicated_0"), []).append(name)
    time = next((name for name in TIME_NAMES if name in known), None)
    volumes = volume_names(known, symbol)
    missing = [name for name in PRICES if name not in known] + ([] if volumes else [VOLUME])
    if time is None or missing:
        lacking = ([] if time else ["time (or timestamp)"]) + missing
        help_ = None
        if any(sign in name for name in names for sign in (";", "\t", "|")):
            help_ = "separate the columns by commas"
        elif any(name.lstrip("-").replace(".", "", 1).isdigit() for name in names):
            help_ = "the first line must name the columns: time,open,high,low,close,volume"
        elif lacking == [VOLUME]:
            help_ = volume_help(known, symbol)
        some = ", ".join(map(shown, names[:MOST_NAMES])) or "none"
        raise InputError(
            f"{path}: no column {', '.join(lacking)}; found {some}{' …' if len(names) > MOST_NAMES else ''}",
            help=help_,
        )
    known[VOLUME] = [own for name in volumes for own in known[name]]
    for name in (time, *NUMBERS):
        if len(known[name]) > 1:
            raise InputError(f"{path}: {len(known[name])} columns are called {name}")
    return {known[name][0]: name for name in (time, *NUMBERS)}


def read_numbers(column: pl.Series, mistakes: Mistakes) -> Floats | None:
    import polars as pl

    if column.dtype == pl.String:
        parsed = column.str.strip_chars().cast(pl.Float64, strict=False)
        filled = column.is_not_null() & (column.str.strip_chars() != "")
        bad = np.flatnonzero((filled & parsed.is_null()).to_numpy())
        if len(bad):
            mistakes.at(bad, column.name, f"`{shown(column[int(bad[0])])}` is no number")
            return None
        column = parsed
    elif column.dtype == pl.Null or column.dtype.is_numeric():
        column = column.cast(pl.Float64)
    else:
        mistakes.add(f"column {column.name}: expected numbers, found {column.dtype}")
        return None
    return np.ascontiguousarray(column.fill_null(float("nan")).to_numpy(writable=True))
