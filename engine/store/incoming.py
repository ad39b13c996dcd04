"""A file of candles from elsewhere -> checked rows in batches, so that memory does not grow with the file.

CSV, Parquet, Feather and freqtrade's JSON; column names, units of time and the file's name tell what it holds.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..diagnostics.diagnostic import InputError
from ..market.check import check_columns
from ..market.columns import Columns, Mistakes
from ..market.file_name import FileName
from ..market.probe import UNNAMED, probe
from ..market.read import (
    WITHOUT_OFFSET,
    Stated,
    choose_columns,
    guarded,
    read_columns,
    read_numbers,
    refuse_disguise,
)
from ..market.room import FREE, TIMES, TooLargeError, unreadable
from ..market.symbol import parse_symbol
from ..market.timeframe import UNITS, Timeframe
from ..market.times import FIRST, LAST, read_times
from ..market.times import UNITS as EPOCHS
from .blocks import csv_blocks, csv_head
from .rows import OnDuplicate, cut, join, take
from .series import Series

if TYPE_CHECKING:
    import polars as pl

ENDINGS = (".parquet", ".csv", ".csv.gz", ".feather", ".json", ".json.gz")
BATCH = 250_000
"""Rows read at a time."""
LARGEST_JSON = 512 << 20
FREE_JSON = 64 << 20
"""Bytes of JSON that any file may unpack to, however small it is."""
_MINUTE = Timeframe.parse("1m")
_FREQTRADE = re.compile(r"([A-Za-z0-9]+)_([A-Za-z0-9]+)(?:_([A-Za-z0-9]+))?-([0-9]+[mhdw])(?:-([a-z_]+))?\.")
_BASE, _QUOTE = re.compile(r"k?[A-Z0-9]+"), re.compile(r"(?=.*[A-Z])[A-Z0-9]+")
"""Currencies as freqtrade writes them: 1INCH, kPEPE; a quote is no number, so that a year is none."""
_TRADINGVIEW = re.compile(r"[A-Z]+_([A-Z0-9]+)(\.P)?, ?([0-9]*[DW]?)(?:[ _(].*)?\.csv")


class Named(NamedTuple):
    """What a file's name says, as far as it does."""

    symbol: str | None
    timeframe: Timeframe | None


@dataclass(frozen=True, slots=True)
class Found:
    """A file's candles: `series` they are of, `meaning` of its columns in words."""

    path: Path
    series: Series
    meaning: str
    batches: Iterator[Columns]


def find_incoming(paths: list[Path]) -> list[Path]:
    """The files meant: a folder is its candle files, its folders not searched. Raises InputError."""
    found: list[Path] = []
    for path in paths:
        try:
            inside = sorted(path.iterdir()) if path.is_dir() else [path]
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
        files = [file for file in inside if file.name.lower().endswith(ENDINGS) and not file.name.startswith(".")]
        if not files:
            raise InputError(f"{path}: expected a file that ends in {', '.join(ENDINGS)}, or a folder of such files")
        found += files
    return found


def open_incoming(
    path: Path,
    venue: str,
    symbol: str | None,
    timeframe: Timeframe | None,
    rule: OnDuplicate,
    batch: int = BATCH,
    *,
    zone: str | None = None,
) -> Found:
    """`zone`: what the file's times without an offset are of, a name of the IANA database.

    Raises InputError when the file does not tell what it holds; its batches do for rows that are no candles.
    """
    named = name_of(path)
    symbol = symbol or named.symbol
    if symbol is None:
        raise InputError(f"{path}: the name does not tell the symbol", help="add --symbol BTC/USDT")
    parse_symbol(symbol)  # no strategy could name another
    stated = Stated(symbol, zone)
    frames = _frames(path, batch, stated)
    first = next(frames, None)
    if first is None or not first.height:
        raise InputError(f"{path}: the file has a header but no rows")
    timeframe = timeframe or named.timeframe or _by_steps(path, first, stated)
    raw = csv_head(path) if path.name.lower().endswith((".csv", ".csv.gz")) else first
    meaning = _meaning(raw, choose_columns(path, raw.columns, symbol), zone)
    batches = _checked(path, first, frames, timeframe, rule, stated)
    return Found(path, Series.of(venue, symbol, timeframe), meaning, batches)


def name_of(path: Path) -> Named:
    """BTC_USDT_USDT-1h-futures.feather (freqtrade), `BINANCE_BTCUSDT, 60.csv` (TradingView), BTCUSDT-1h.csv.

    Raises InputError for freqtrade's files of something else than trades."""
    freqtrade = _FREQTRADE.match(path.name)
    if freqtrade and path.name.lower().endswith((".feather", ".json", ".json.gz", ".parquet")):
        base, quote, settle, frame, kind = freqtrade.groups()
        if kind not in (None, "spot", "futures"):
            raise InputError(f"{path}: {kind} candles are no traded prices", help="import the -futures file")
        if not _BASE.fullmatch(base) or not all(_QUOTE.fullmatch(each) for each in (quote, settle or quote)):
            return Named(None, _timeframe(frame))  # ADAUSDT_gappy is no pair: better asked for than guessed
        return Named(f"{base}/{quote}" + (f":{settle}" if settle else ""), _timeframe(frame))
    viewed = _TRADINGVIEW.fullmatch(path.name)
    name = path.with_name(f"{viewed[1]}.csv" if viewed else re.sub(r"(?i)\.(feather|json(\.gz)?)$", ".csv", path.name))
    symbol = probe([str(name)], None, _MINUTE)[0]
    if symbol == UNNAMED:
        return Named(None, _viewed(viewed[3]) if viewed else FileName.of(name).timeframe)
    if viewed:
        return Named(_perpetual(symbol) if viewed[2] else symbol, _viewed(viewed[3]))
    return Named(symbol, FileName.of(name).timeframe)


def _perpetual(symbol: str) -> str:
    """The contract beside a pair: one quoted in dollars themselves is settled in coins."""
    base, quote, _ = parse_symbol(symbol)
    return f"{symbol}:{base if quote == 'USD' else quote}"


def _viewed(text: str) -> Timeframe | None:
    """TradingView's minutes (60), days (1D) and weeks (1W)."""
    if text.isdigit():
        minutes = int(text)
        return _timeframe(f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m")
    return _timeframe(text.lower() if len(text) > 1 else f"1{text.lower()}") if text else None


def _timeframe(text: str) -> Timeframe | None:
    try:
        return Timeframe.parse(text)
    except ValueError:
        return None


def _frames(path: Path, batch: int, stated: Stated) -> Iterator[pl.DataFrame]:
    """The file's tables, one batch after the other, their columns as the file has them."""
    import polars as pl

    name = path.name.lower()
    if name.endswith((".json", ".json.gz")):
        yield _json(path)
        return
    if name.endswith(".feather"):
        lazy = guarded(path, "the file is no Feather file", lambda: pl.scan_ipc(path))
        yield from _slices(path, lazy, batch, stated)
        return
    refuse_disguise(path)
    if name.endswith(".parquet"):
        yield from _slices(path, pl.scan_parquet(path, glob=False), batch, stated)
    elif (columns := _whole(path, stated) if batch == BATCH else None) is not None:
        yield pl.DataFrame(columns._asdict())
    else:
        yield from csv_blocks(path, batch)


def _whole(path: Path, stated: Stated) -> Columns | None:
    """A CSV file read at once, which names more kinds of mistakes by their row; None when it is too large for that."""
    try:
        return read_columns(path, FREE, stated)
    except TooLargeError:
        return None


def _slices(path: Path, lazy: pl.LazyFrame, batch: int, stated: Stated) -> Iterator[pl.DataFrame]:
    damaged = "the file is damaged or cut off"
    names = guarded(path, damaged, lambda: lazy.collect_schema().names())
    chosen = list(choose_columns(path, names, stated.symbol))
    at = 0
    while True:
        frame = guarded(path, damaged, lambda at=at: lazy.select(chosen).slice(at, batch).collect())  # type: ignore[misc]  # a lambda's default has no type
        if not frame.height:
            return
        yield frame
        at += frame.height


def _json(path: Path) -> pl.DataFrame:
    """freqtrade's rows of [time, open, high, low, close, volume]."""
    import polars as pl

    packed = path.name.lower().endswith(".gz")
    try:
        most = min(LARGEST_JSON, max(FREE_JSON, TIMES * path.stat().st_size))
        with gzip.open(path) if packed else path.open("rb") as file:
            text = file.read(most + 1)
        if len(text) > most:
            raise InputError(f"{path}: more than {most >> 20} MiB of JSON", help="write it as Feather or CSV")
        rows = json.loads(text)
        if not isinstance(rows, list) or not all(isinstance(row, list) and len(row) >= 6 for row in rows):
            raise ValueError
        names = ("time", "open", "high", "low", "close", "volume")
        return pl.DataFrame({name: [row[k] for row in rows] for k, name in enumerate(names)}, strict=False)
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(path, error) from None
    except (ValueError, TypeError, OverflowError, RecursionError, pl.exceptions.PolarsError):
        raise InputError(f"{path}: expected rows of [time, open, high, low, close, volume] as JSON") from None


def _checked(
    path: Path,
    first: pl.DataFrame,
    frames: Iterator[pl.DataFrame],
    timeframe: Timeframe,
    rule: OnDuplicate,
    stated: Stated,
) -> Iterator[Columns]:
    """Each batch is checked with the row before it, so that order holds across batches."""
    above = 0
    last: Columns | None = None
    frame: pl.DataFrame | None = first
    while frame is not None:
        columns = _columns(path, frame, above, stated)
        height = len(columns.time)
        joined = columns if last is None else join([last, columns])
        if rule is not OnDuplicate.REFUSE:
            joined = _once(joined, rule)
        check_columns(joined, timeframe, str(path), above=above - (last is not None), sparse=last is not None)
        # With `replace` the last row may be given again by the next batch: it is yielded again then.
        last = cut(joined, len(joined.time) - 1, len(joined.time))
        yield joined
        above += height
        frame = next(frames, None)


def _columns(path: Path, frame: pl.DataFrame, above: int, stated: Stated) -> Columns:
    mistakes = Mistakes(str(path), above)
    chosen = choose_columns(path, frame.columns, stated.symbol)
    series = [frame.get_column(name).alias(label) for name, label in chosen.items()]
    time = read_times(series[0], mistakes, stated.zone, help=WITHOUT_OFFSET)
    numbers = [read_numbers(column, mistakes) for column in series[1:]]
    mistakes.stop()
    assert time is not None  # else there were mistakes
    return Columns(time, *(column for column in numbers if column is not None))


def _once(columns: Columns, rule: OnDuplicate) -> Columns:
    """Of neighbours of one time the first (keep) or the last (replace)."""
    same = np.diff(columns.time) == 0
    edge = np.array([True])
    return take(columns, np.concatenate([edge, ~same] if rule is OnDuplicate.KEEP else [~same, edge]))


def _by_steps(path: Path, frame: pl.DataFrame, stated: Stated) -> Timeframe:
    mistakes = Mistakes(str(path))
    column = frame.get_column(next(iter(choose_columns(path, frame.columns, stated.symbol))))
    time = read_times(column, mistakes, stated.zone, help=WITHOUT_OFFSET)
    mistakes.stop()
    steps = np.diff(time) if time is not None else np.zeros(0, np.int64)
    least = int(steps.min()) if len(steps) else 0
    for unit in ("w", "d", "h", "m"):
        found = _timeframe(f"{least // UNITS[unit]}{unit}") if least > 0 and least % UNITS[unit] == 0 else None
        if found:
            return found
    raise InputError(f"{path}: its times show no timeframe", help="add --timeframe, such as --timeframe 1h")


def _meaning(frame: pl.DataFrame, chosen: dict[str, str], zone: str | None) -> str:
    """Which column was taken for what, and what the times are."""
    time = next(iter(chosen))
    value = frame.get_column(time)[0]
    try:
        number = float(value)
        unit = next((u for u, f in EPOCHS.items() if FIRST * f <= number < LAST * f), "numbers")
        words = f"{unit} since 1970"
    except (TypeError, ValueError):
        words = "dates and times, UTC" if not isinstance(value, str) else "dates and times with their offset"
        if zone is not None:
            words = f"dates and times, of {zone} where they have no offset"
    others = [f"{label} from `{name}`" for name, label in chosen.items() if name not in (time, label)]
    return ", ".join([f"open times from `{time}` ({words})", *others])
