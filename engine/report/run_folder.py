"""A run's folder: result.json and the tables beside it, written whole, read back with suspicion."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.diagnostic import InputError
from .atomic import replacing
from .tables import Column, write_table
from .wording import printable

if TYPE_CHECKING:
    import polars as pl

RECORD = "result.json"
PAGE = "report.html"
MEMBERS = "members"
FORMAT = 1
"""Changes when a reader of older records could misread one."""
LARGEST = 64 << 20
"""Bytes of a record beyond which it is not read."""
LARGEST_FIGURE = 1e100


@dataclass(frozen=True)
class Run:
    """A run to be compared. `record` is that of `research.record`; `time` (ms UTC) and `equity` have a row per candle;
    `entries` names each trade by symbol, side and entry time."""

    name: str
    record: Mapping[str, Any]
    time: NDArray[np.int64]
    equity: NDArray[np.float64]
    entries: Sequence[tuple[str, str, int]]


def check_folder(path: str) -> None:
    """Whether a run could be written there. Raises InputError."""
    folder = Path(path)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{path}: cannot write a run: it is a file", help="name a folder")
    if not folder.exists() and not folder.parent.is_dir():
        raise InputError(f"{path}: cannot write a run: no folder {folder.parent}", help="create the folder first")
    if folder.is_dir() and not (folder / RECORD).exists() and any(folder.iterdir()):
        raise InputError(f"{path}: the folder holds other files", help="name a new folder, or one of an earlier run")


@dataclass(frozen=True)
class RunFiles:
    """What a run's folder holds; `members` are those of a portfolio, by name, each a run of its own."""

    record: Mapping[str, Any]
    tables: Mapping[str, Sequence[Column]]
    page: bytes
    members: Sequence[tuple[str, RunFiles]] = ()


def write_files(path: str, files: RunFiles) -> None:
    """Write a run and its members, as `write_run` does."""
    folder = Path(path)
    _clear(folder)
    for number, (name, member) in enumerate(files.members):
        write_files(str(member_folder(folder, number, name)), member)
    write_run(path, files.record, files.tables, files.page)


def member_folder(folder: Path, number: int, name: str) -> Path:
    """Where a run's folder keeps one of its members."""
    return folder / MEMBERS / f"{number + 1:02d}-{re.sub('[^A-Za-z0-9._-]+', '-', name)[:60]}"


def write_run(path: str, record: Mapping[str, Any], tables: Mapping[str, Sequence[Column]], page: bytes) -> None:
    """Write everything; the record comes last, so that a folder with one is whole. Raises InputError."""
    folder = Path(path)
    _clear(folder)
    for name, columns in tables.items():
        write_table(folder / f"{name}.parquet", columns)
    with replacing(folder / PAGE) as file:
        file.write(page)
    with replacing(folder / RECORD) as file:
        file.write(json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False).encode())


def _clear(folder: Path) -> None:
    """Make the folder, without a record."""
    try:
        folder.mkdir(parents=folder.parent.name == MEMBERS, exist_ok=True)
        (folder / RECORD).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot write the folder: {error.strerror or error}") from error


def read_members(path: str, run: Run) -> list[Run]:
    """The members of a portfolio's run, called RUN.MEMBER; none of a strategy's. Raises InputError."""
    listed = run.record.get("members")
    names = [str(m["name"]) for m in listed if isinstance(m, dict) and "name" in m] if isinstance(listed, list) else []
    folders = [member_folder(Path(path), number, name) for number, name in enumerate(names)]
    return [
        replace(read_run(str(folder)), name=printable(f"{run.name}.{name}"))
        for folder, name in zip(folders, names, strict=True)
    ]


def read_run(path: str) -> Run:
    """Raises InputError for a folder that is no run, or whose files are damaged."""
    folder = Path(path)
    if not folder.is_dir():
        raise InputError(f"{path}: no such folder", help="name folders that `stratrun backtest --out` wrote")
    record = _record(folder / RECORD)
    equity = _table(folder / "equity.parquet", ("time", "equity"))
    trades = _table(folder / "trades.parquet", ("symbol", "side", "entry_time"))
    time = equity["time"].dt.timestamp("ms").to_numpy().astype(np.int64)
    values = equity["equity"].to_numpy().astype(np.float64)
    if not np.isfinite(values).all() or (np.diff(time) <= 0).any():
        raise InputError(f"{path}: equity.parquet is damaged: its times must increase and its values be numbers")
    moments = trades["entry_time"].dt.timestamp("ms").to_list()
    entries = list(zip(trades["symbol"].to_list(), trades["side"].to_list(), moments, strict=True))
    return Run(printable(folder.resolve().name), record, time, values, entries)


def _record(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path}: {path.stat().st_size:,} bytes are too many for a record of a run")
        found = json.loads(path.read_bytes(), parse_constant=_refuse)
        json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair could not be printed
    except OSError as error:
        words = "the folder holds no run" if isinstance(error, FileNotFoundError) else error.strerror
        raise InputError(f"{path}: {words}", help="name folders that `stratrun backtest --out` wrote") from None
    except (ValueError, RecursionError):
        raise InputError(f"{path}: the file is damaged: no JSON in UTF-8") from None
    if not isinstance(found, dict) or found.get("stratrun_run") != FORMAT:
        raise InputError(f"{path}: not the record of a run that this release reads", help="run the back-test again")
    for name, kind in _SHAPE.items():
        if not isinstance(found.get(name), kind):
            raise InputError(f"{path}: the record is damaged: `{name}` is missing or of another kind")
    for group in ("result", "costs"):
        bad = [name for name, value in found[group].items() if not _plausible(value)]
        if bad:
            raise InputError(f"{path}: the record is damaged: `{group}.{bad[0]}` is no number")
    return found


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _plausible(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and abs(value) < LARGEST_FIGURE)


_SHAPE: Mapping[str, type] = {
    "strategy": str, "strategy_hash": str, "data_hash": str, "timeframe": str, "quote": str, "symbols": list,
    "range": dict, "costs": dict, "result": dict, "settings": dict, "instruments": dict, "versions": dict,
}  # fmt: skip


def _table(path: Path, names: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    try:
        frame = pl.read_parquet(path, columns=list(names), glob=False)
        for name in names:
            if "time" in name and not isinstance(frame[name].dtype, pl.Datetime):
                raise InputError(f"{path}: the file is damaged: column {name} holds no times")
            if frame[name].null_count():
                raise InputError(f"{path}: the file is damaged: column {name} has empty cells")
        if "equity" in names:
            frame = frame.with_columns(pl.col("equity").cast(pl.Float64))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        said = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise InputError(f"{path}: the file is missing or damaged: {said}") from None
    return frame
